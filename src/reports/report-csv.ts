import { type CsvColumns, csvHead, csvLine } from '../csv.ts';
import type { Report } from './report.ts';
import { activityRows, approvedBy, askedBy, openRows, postureRows, type Row, type Vocabulary } from './rows.ts';

const hourMs = 60 * 60_000;

/** A format that other programs read: the names stay as they are, whatever the provider calls its targets. */
const columns: CsvColumns<Row> = {
  what: ({ what }) => what,
  cluster: ({ target }) => target,
  project: ({ project }) => project,
  type: ({ type }) => type,
  from: ({ from }) => from.toISOString(),
  to: ({ to }) => to.toISOString(),
  hours: ({ from, to }) => Number(((to.getTime() - from.getTime()) / hourMs).toFixed(3)),
  grant: ({ grant }) => grant?._id,
  became: ({ grant }) => grant?.state,
  asked_by: ({ grant }) => grant && askedBy(grant),
  approved_by: ({ grant }) => grant && approvedBy(grant),
  reason: ({ grant }) => grant?.reason,
  case: ({ grant }) => grant?.caseUrl,
  staff_did: ({ did }) => did,
  staff: ({ by }) => by,
};

/** Everything that the picture shows and what it has no room for, a line each; instants in UTC. */
export const reportCsv = (report: Report, vocabulary: Vocabulary): string =>
  [
    csvHead(columns),
    ...[...openRows(report, vocabulary), ...activityRows(report), ...postureRows(report)].map((row) =>
      csvLine(columns, row),
    ),
  ].join('');
