import { expect, it, onTestFinished } from 'vitest';
import { compose } from '../../src/compose.ts';
import { setUpProblems } from '../../src/doctor/set-up-problems.ts';
import { loadUsable } from '../../src/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { startSurroundings } from '../support/surroundings.ts';

const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));

async function stage() {
  const surroundings = await startSurroundings(clock);
  const { config } = loadUsable(surroundings.settings);
  const lines: { level: string; what?: string }[] = [];
  const log = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const composition = compose({ config, clock, log, timeoutMs: 500 });
  const [{ context }] = composition.organizations;
  onTestFinished(() => composition.client.close());
  await context.organizations.ensure(context.organizationId, context.channelId, clock.now());
  return {
    ...surroundings,
    context,
    lines,
    problems: async () =>
      (await setUpProblems({ config, composition, log, timeoutMs: 500 })).map(({ sentence }) => sentence),
  };
}

it('is nothing when all is as the README says', async () => {
  const { problems, lines, atlas } = await stage();
  expect(await problems()).toEqual([]);
  expect(lines).toEqual([]);
  // The start asks little of a provider that takes few calls.
  expect(atlas.calls.map(({ call }) => call)).toEqual(['token', 'readSettings']);
});

it('is nothing that can be told while Slack or Atlas cannot be asked', async () => {
  const { problems, lines, slack, atlas } = await stage();
  for (const kind of ['cut-before', 'garbage', 'hang'] as const) {
    const fault = atlas.addFault({ kind });
    expect(await problems()).toEqual([]);
    fault.clear();
  }
  expect(lines.splice(0)).toMatchObject(
    Array(3).fill({ level: 'warn', what: expect.stringMatching(/^The service account could not be checked: /) }),
  );
  for (const fault of [
    { kind: 'cut-before' },
    { kind: 'garbage-before' },
    { kind: 'http-status', status: 503 },
    { kind: 'rate-limited', retryAfterSeconds: 60 },
  ] as const) {
    const added = slack.addFault({ method: '*', ...fault });
    expect(await problems()).toEqual([]);
    added.clear();
  }
  expect(lines).toMatchObject(Array(4).fill({ level: 'warn', what: 'Slack could not be asked (auth.test).' }));
});

it('is not what owners mend in Slack: a channel that they chose', async () => {
  const { problems, slack, channel, context } = await stage();
  slack.removeBotFromChannel(channel);
  expect(await problems()).toEqual([`The bot is not in the channel ${channel}. Type /invite @Portcullis there.`]);
  await context.organizations.update<never>(context.organizationId, (doc) => ({
    ok: true,
    doc: { ...doc, channelChosen: true },
  }));
  expect(await problems()).toEqual([]);
});
