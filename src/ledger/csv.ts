import { stringify } from 'csv-stringify/sync';
import { canonical, type LedgerEntry } from './entry.ts';

const columns: Readonly<Record<string, (entry: LedgerEntry) => string | number | undefined>> = {
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

// What people typed must not become a formula where the file is opened.
const options = { escape_formulas: true, record_delimiter: 'windows' } as const;

/** One record each, by RFC 4180, after a line of column names. */
export async function* asCsv(entries: AsyncIterable<LedgerEntry>): AsyncGenerator<string> {
  yield stringify([Object.keys(columns)], options);
  for await (const entry of entries) yield stringify([Object.values(columns).map((column) => column(entry))], options);
}
