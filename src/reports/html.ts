import { capital } from '../grants/target-noun.ts';
import { clockTime } from '../grants/weeks.ts';
import type { Report } from './report.ts';
import { activityRows, approvedBy, askedBy, openRows, postureRows, type Row, type Vocabulary } from './rows.ts';
import { element, escaped } from './svg.ts';
import { hours, reportSentences, reportTitle } from './words.ts';

const style = `
  :root { color-scheme: light; }
  body { font: 15px/1.5 Inter, system-ui, sans-serif; color: #1d1c1d; background: #fff; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.6rem; margin: 0; }
  h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; break-after: avoid; }
  .faint { color: #5c5a5e; margin-top: .25rem; overflow-wrap: anywhere; }
  svg { max-width: 100%; height: auto; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-size: .85rem; }
  th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #ddd; overflow-wrap: break-word; }
  th { white-space: nowrap; }
  td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  @media print { body { margin: 0; max-width: none; font-size: 11px; } @page { margin: 15mm; } }
`;

type Column = readonly [name: string, cell: (row: Row) => string, isTime?: boolean];

/** A page that prints: the figures in words, the picture, and every time in it as a table. No script, nothing loaded. */
export function reportHtml(report: Report, vocabulary: Vocabulary, svg: string): string {
  const { organizationId, subject, timeZone } = report;
  const time = (at: Date): string => clockTime(at, timeZone).slice(0, 16).replace('T', ' ');
  const times: readonly Column[] = [
    ['From', ({ from }) => time(from), true],
    ['To', ({ to }) => time(to), true],
    ['For', ({ from, to }) => hours(to.getTime() - from.getTime()), true],
  ];
  const { one, group } = vocabulary.targetNoun;
  const target: readonly Column[] = [
    [capital(one), ({ target = '' }) => target],
    ...(group === undefined ? [] : [[capital(group), ({ project = '' }) => project] satisfies Column]),
  ];
  const open: readonly Column[] = [
    ...target,
    ...times,
    ['Access', ({ what, type = '' }) => (what === 'open' ? type : `${what}: ${type}`)],
    ['Asked by', ({ grant }) => (grant === undefined ? '' : askedBy(grant))],
    ['Approved by', ({ grant }) => (grant === undefined ? '' : approvedBy(grant))],
    ['Reason', ({ grant }) => grant?.reason ?? ''],
    ['Grant', ({ grant }) => (grant === undefined ? '' : `${grant._id}, ${grant.state}`)],
  ];
  const activity: readonly Column[] = [
    ...target,
    ['At', ({ from }) => time(from), true],
    ['What', ({ did = '' }) => did],
    ['Who', ({ by = '' }) => by],
  ];
  const title = `${reportTitle(report)}${subject === undefined ? '' : `: ${subject}`}`;
  const about = `Organization ${organizationId}. Made ${time(report.at)}. Days and times by the clocks of ${timeZone}.`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    element('title', {}, escaped(title)),
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    element('h1', {}, escaped(title)),
    element('p', { class: 'faint' }, escaped(about)),
    element('p', {}, escaped(reportSentences(report, vocabulary).join(' '))),
    svg,
    ...section('What was open', open, openRows(report, vocabulary)),
    ...section(`What ${vocabulary.vendor} recorded of its own staff meanwhile`, activity, activityRows(report)),
    ...(report.posture.length === 0
      ? []
      : section(
          'Whether the organization was blocked',
          [['State', ({ what }) => what], ...times],
          postureRows(report),
        )),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function section(heading: string, columns: readonly Column[], rows: readonly Row[]): string[] {
  const head = columns.map(([name]) => element('th', { scope: 'col' }, escaped(name)));
  const lines = rows.map((row) =>
    element(
      'tr',
      {},
      ...columns.map(([, cell, isTime]) => element('td', isTime === true ? { class: 'time' } : {}, escaped(cell(row)))),
    ),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...lines));
  return [
    element('h2', {}, escaped(heading)),
    rows.length === 0 ? '<p>Nothing.</p>' : element('div', { class: 'wide' }, table),
  ];
}
