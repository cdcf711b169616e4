import { extname } from 'node:path';
import { makeReport, type ReportOutcome } from '../operations/make-report.ts';
import type { ProviderCapabilities } from '../providers/provider.ts';
import { chartModel } from '../reports/chart-model.ts';
import { reportHtml } from '../reports/html.ts';
import { monthName } from '../reports/month.ts';
import type { Report } from '../reports/report.ts';
import { reportCsv } from '../reports/report-csv.ts';
import { reportSentences } from '../reports/words.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, parsed } from './command.ts';
import { intoFile } from './ledger-commands.ts';

export const reportCommand: Command = {
  name: 'report',
  takes: '[--cluster NAME] [--month MONTH] --out FILE.png|html|csv',
  does: 'writes who could reach what in a month: as a picture, as a page that prints, or as a table',
  more: `
  --cluster NAME   one cluster; PROJECT/NAME where several have the name
  --month MONTH    like 2026-10, october or "last month", by the clocks of the organization; the current one when left out
  --out FILE       a file that does not exist yet; how its name ends says what is written

The picture has room for 60 clusters, the page and the table have all.

Example: npm run portcullis -- report --month 2026-10 --out october.html
`,
  run,
};

const formats = ['png', 'html', 'csv'] as const;
type Format = (typeof formats)[number];

async function run(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parsed(words, { cluster: { type: 'string' }, month: { type: 'string' }, out: { type: 'string' } });
  const { cluster = '', month, out } = values;
  if (out === undefined) throw new CommandError(2, 'Into which file? --out says.');
  const format = formatOf(out);
  const { context } = await io.connect();
  const { capabilities } = context.provider;
  const report = made(await makeReport(context, { target: cluster, month }), capabilities);
  await intoFile(out, [await written(report, format, capabilities)]);
  await io.write(`${reportSentences(report, capabilities).join(' ')}\n`);
  return 0;
}

function formatOf(path: string): Format {
  const ending = extname(path).slice(1).toLowerCase();
  const format = formats.find((known) => known === ending);
  if (format === undefined)
    throw new CommandError(2, `--out takes a file that ends in .png, .html or .csv, not ${path}`);
  return format;
}

function made(outcome: ReportOutcome, { targetNoun }: ProviderCapabilities): Report {
  switch (outcome.kind) {
    case 'report':
      return outcome.report;
    case 'unknown-target': {
      const nearest = outcome.nearest.length === 0 ? '' : ` The nearest: ${outcome.nearest.join(', ')}.`;
      throw new CommandError(1, `There is no ${targetNoun.one} called ${outcome.name}.${nearest}`);
    }
    case 'unknown-month':
      throw new CommandError(2, `--month takes a month like 2026-10, october or "last month", not ${outcome.typed}`);
    case 'future-month':
      throw new CommandError(1, `${monthName(outcome.month)} has not begun: there is nothing to report.`);
  }
}

async function written(report: Report, format: Format, words: ProviderCapabilities): Promise<string | Uint8Array> {
  if (format === 'csv') return reportCsv(report, words);
  // Nothing else that is typed here waits until what draws has been loaded.
  const { chartSvg } = await import('../reports/chart.ts');
  const svg = chartSvg(chartModel(report, words));
  if (format === 'html') return reportHtml(report, words, svg);
  const { pngOf } = await import('../reports/png.ts');
  return pngOf(svg);
}
