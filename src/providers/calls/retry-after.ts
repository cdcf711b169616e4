const longestRetryAfterMs = 24 * 60 * 60 * 1000;

/**
 * Reads `Retry-After`: whole seconds or an HTTP date (RFC 9110). Milliseconds from `now`, never negative, at most a
 * day; undefined when it is missing or something else.
 */
export function parseRetryAfter(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, longestRetryAfterMs);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  return Math.min(Math.max(0, at - now.getTime()), longestRetryAfterMs);
}
