import { type CsvColumns, csvHead, csvLine } from '../csv.ts';
import { canonical, type LedgerEntry } from './entry.ts';

const columns: CsvColumns<LedgerEntry> = {
  sequence: ({ sequence }) => sequence,
  at: ({ at }) => at,
  actor: ({ actor }) => actor.kind,
  name: ({ actor }) => actor.name,
  slack_id: ({ actor }) => actor.slackId,
  account: ({ actor }) => actor.account,
  roles: ({ actor }) => actor.roles?.join(' '),
  action: ({ action }) => action,
  subject: ({ subject }) => subject.kind,
  subject_id: ({ subject }) => subject.id,
  target: ({ subject }) => subject.target,
  before: ({ before }) => before && canonical(before),
  after: ({ after }) => after && canonical(after),
  answer: ({ answer }) => answer,
  detail: ({ detail }) => detail,
  source: ({ source }) => source,
  previous: ({ previous }) => previous,
  hash: ({ hash }) => hash,
};

/** One record each, by RFC 4180, after a line of column names. */
export async function* asCsv(entries: AsyncIterable<LedgerEntry>): AsyncGenerator<string> {
  yield csvHead(columns);
  for await (const entry of entries) yield csvLine(columns, entry);
}
