import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { operator } from '../support/operator.ts';
import { clicks, leaps, readable, types } from './steps.ts';

const day = 24 * hour;
/** Pictures are drawn, by a thread that shares its cores with everything else. */
const timeout = 90_000;

/** Files in the channel, with what was said with them. */
function posted(harness: Harness, channel = harness.channel) {
  return harness.sandbox.slack.messages(channel).filter(({ files }) => files !== undefined);
}

async function open(harness: Harness, cluster: string, type: string): Promise<void> {
  await types(harness, 'erin', `request ${cluster} 4h ${type} Primary steps down every few minutes`);
  await clicks(harness, 'olivia', 'Approve for 4 h');
  await harness.advance(minute);
}

describe('report', { timeout }, () => {
  it('posts a picture and a table where it was typed, and says in words what they show', async () => {
    const harness = await startHarness();
    await open(harness, 'payments-prod', 'logs');
    await leaps(harness, 3 * day);
    await open(harness, 'events-prod', 'infrastructure');
    await harness.advance(hour);
    const answer = await types(harness, 'erin', 'report');
    expect(answer).toBe('Drawing the report of March 2026. It is posted here in a moment.');
    const [message, ...others] = posted(harness);
    expect(others).toEqual([]);
    expect(message === undefined ? '' : readable(harness, message)).toMatchInlineSnapshot(`
      "Support access in March 2026
      In March 2026 2 clusters were open to MongoDB support for 5 h 1 min in all, by 2 grants. By cluster: payments-prod 4 h, events-prod 1 h 1 min. MongoDB Atlas recorded nothing that its own staff did there or in the organization. For 1 grant this has not been read yet. Whether the organization was blocked in the first 33 h is not known; after that it was blocked all the time. The month is not over: this is how it stands so far.
      [file support-access-2026-03.png: Support access in March 2026]
      [file support-access-2026-03.csv: Support access in March 2026, as a table]"
    `);
    const [picture, table] = message?.files ?? [];
    expect(picture?.content.subarray(1, 4).toString()).toBe('PNG');
    expect(picture?.content.readUInt32BE(16)).toBe(1280);
    expect(table?.content.toString().replaceAll(/g-[0-9a-z]{10}/g, 'g-')).toMatchInlineSnapshot(`
      "what,cluster,project,type,from,to,hours,grant,became,asked_by,approved_by,reason,case,staff_did,staff
      open,payments-prod,payments,database logs only,2026-03-02T09:00:00.000Z,2026-03-02T13:00:00.000Z,4,g-,expired,Erin Engineer,Olivia Owner,Primary steps down every few minutes,,,
      open,events-prod,analytics,infrastructure and all cluster logs,2026-03-05T09:01:00.000Z,2026-03-05T10:02:00.000Z,1.017,g-,active,Erin Engineer,Olivia Owner,Primary steps down every few minutes,,,
      not known,,,,2026-03-01T00:00:00.000Z,2026-03-02T09:00:00.000Z,33,,,,,,,,
      blocked,,,,2026-03-02T09:00:00.000Z,2026-03-05T10:02:00.000Z,73.033,,,,,,,,
      "
    `);
    expect(harness.sandbox.slack.warnings).toEqual([]);
  });

  it('takes a cluster and a month, and says what it did not understand', async () => {
    const harness = await startHarness();
    await open(harness, 'payments-prod', 'logs');
    await leaps(harness, 30 * day);
    const answer = await types(harness, 'dana', 'report payments-prod last month');
    expect(answer).toContain('of March 2026 for payments/payments-prod.');
    const [message] = posted(harness);
    expect(message?.text).toContain(
      'In March 2026 payments/payments-prod was open to MongoDB support for 4 h, by 1 grant.',
    );
    expect(await types(harness, 'dana', 'report paymnts-prod')).toMatchInlineSnapshot(
      `"There is no cluster called “paymnts-prod”. The nearest: payments-prod and events-prod. A month is typed like \`2026-10\`, \`october\` or \`last month\`."`,
    );
    expect(await types(harness, 'dana', 'report 2026-13')).toContain('There is no cluster called “2026-13”.');
    expect(await types(harness, 'dana', 'report payments-prod 2026-12')).toBe(
      'December 2026 has not begun: there is nothing to report.',
    );
    expect(await types(harness, 'gus', 'report')).toContain('Guests of this workspace cannot use Portcullis.');
    expect(posted(harness)).toHaveLength(1);
  });

  it('tells whoever asked why nothing is posted', async () => {
    const harness = await startHarness();
    expect(await types(harness, 'erin', 'report', 'engineering')).toMatchInlineSnapshot(`
      "Drawing the report of March 2026. It is posted here in a moment.

      The report was not posted: Portcullis is not in this conversation. Invite it with \`/invite @Portcullis\`, or type \`/support-access report\` where it is."
    `);
    const fault = { kind: 'cut-before', method: 'files.completeUploadExternal' } as const;
    harness.sandbox.slack.addFault(fault);
    const answer = await types(harness, 'erin', 'report');
    const [, reference = ''] = /Reference for the operators of Portcullis: (\w+)/.exec(answer) ?? [];
    expect(answer.replace(reference, '…')).toMatchInlineSnapshot(`
      "Drawing the report of March 2026. It is posted here in a moment.

      Slack did not say whether it took the report: if it does not appear here, ask again.
      Reference for the operators of Portcullis: …"
    `);
    expect(harness.logs.filter((line) => line.reference === reference)).toMatchObject([
      { msg: 'A report could not be posted' },
    ]);
    expect([...posted(harness), ...posted(harness, 'engineering')]).toEqual([]);
  });
});

it('is written into a file on the command line, never over one that is there', { timeout }, async () => {
  const harness = await startHarness();
  await open(harness, 'payments-prod', 'logs');
  await leaps(harness, day);
  const directory = await mkdtemp(join(tmpdir(), 'report-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const run = operator(harness);
  const into = (name: string): string => join(directory, name);
  const written = await run('report', '--out', into('march.png'));
  expect(written).toMatchObject({ code: 0, complaints: '' });
  expect(written.out).toContain('In March 2026 1 cluster was open to MongoDB support for 4 h, by 1 grant.');
  expect((await readFile(into('march.png'))).subarray(1, 4).toString()).toBe('PNG');
  expect(await run('report', '--month', 'march', '--out', into('march.html'))).toMatchObject({ code: 0 });
  expect(await readFile(into('march.html'), 'utf8')).toContain('<svg');
  const ofOne = ['report', '--cluster', 'payments-prod', '--month', '2026-03', '--out', into('march.csv')];
  expect(await run(...ofOne)).toMatchObject({ code: 0 });
  expect(await readFile(into('march.csv'), 'utf8')).toContain('open,payments-prod,payments,database logs only');
  expect(await run(...ofOne)).toMatchObject({ code: 1, complaints: expect.stringContaining('EEXIST') });

  const refused = async (...words: string[]): Promise<unknown> => {
    const { code, complaints } = await run('report', ...words);
    return [code, complaints.split('\n')[0]];
  };
  expect(await refused()).toEqual([2, 'Into which file? --out says.']);
  expect(await refused('--out', into('march.pdf'))).toEqual([
    2,
    expect.stringContaining('ends in .png, .html or .csv'),
  ]);
  expect(await refused('--month', 'soon', '--out', into('a.csv'))).toEqual([2, expect.stringContaining('not soon')]);
  expect(await refused('--month', '2026-04', '--out', into('a.csv'))).toEqual([
    1,
    expect.stringContaining('not begun'),
  ]);
  expect(await refused('--cluster', 'paymnts-prod', '--out', into('a.csv'))).toEqual([
    1,
    'There is no cluster called paymnts-prod. The nearest: payments-prod, events-prod.',
  ]);
  expect(await readdir(directory)).toHaveLength(3);
  expect((await run('report', '--help')).out).toContain('Example: npm run portcullis -- report');
});
