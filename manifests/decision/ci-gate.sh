#!/bin/sh
# A step of a pipeline that goes on only while support access is open. Needs curl.
#
#   PORTCULLIS_URL=http://127.0.0.1:8090 PORTCULLIS_TOKEN=pcd_... ./ci-gate.sh TARGET [TYPE]
#
# Ends with 0 where access is open, 1 where it is closed, and 2 where nobody can say: whatever is not 0 stops the pipeline.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "Usage: ci-gate.sh TARGET [TYPE]" >&2
  exit 2
fi

# The token comes by standard input: among the arguments others on the machine could read it.
status=$(
  printf 'header = "Authorization: Bearer %s"\n' "$PORTCULLIS_TOKEN" |
    curl --config - --silent --show-error --max-time 10 --output /dev/null --write-out '%{http_code}' \
      --get --data-urlencode "target=$1" ${2:+--data-urlencode "type=$2"} "$PORTCULLIS_URL/v1/gate"
) || status=none

case "$status" in
  204) echo "Support access to $1 is open." ;;
  403) echo "Support access to $1 is closed, or the token may not ask about it." >&2; exit 1 ;;
  *) echo "Whether support access to $1 is open is not known (answer: $status)." >&2; exit 2 ;;
esac
