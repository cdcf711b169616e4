import { describe, expect, it } from 'vitest';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { CrashStage } from '../support/crash-stage.ts';
import { type Harness, hour, minute, startHarness, withoutLabel } from '../support/harness.ts';
import { clicks, leaps, readable, submits, types } from './steps.ts';

const day = 24 * hour;
const week = 7 * day;

/** The digests in the channel, as messages. The story begins on a Monday at nine, UTC. */
const messages = (harness: Harness) =>
  harness.sandbox.slack.messages(harness.channel).filter(({ text }) => isDigest(withoutLabel(harness, text)));
const isDigest = (text: string): boolean => /^(Support access in the last week|A quiet week)/.test(text);
const digests = (harness: Harness): string[] => messages(harness).map((message) => readable(harness, message));

/** What the owners' settings come to. */
async function inTimeZone(harness: Harness, timeZone: string): Promise<void> {
  const id = harness.sandbox.atlas.state.id;
  await harness.organizations.update<never>(id, (doc) => ({
    ok: true,
    doc: { ...doc, policy: { ...doc.policy, timeZone } },
  }));
  // The block is read every five minutes: then at the latest the new zone counts.
  await harness.advance(5 * minute);
}

async function busyWeek(harness: Harness): Promise<void> {
  await types(harness, 'erin', 'request payments-prod 4h logs Primary steps down every few minutes');
  await clicks(harness, 'olivia', 'Approve for 4 h');
  await types(harness, 'dana', 'request ledger-prod 1h infrastructure The disk is failing since noon', 'engineering');
  await leaps(harness, 5 * hour);
  await types(harness, 'olivia', 'unblock 2h Support looks at every cluster');
  await submits(harness, 'olivia');
  await leaps(harness, 2 * hour);
  await leaps(harness, 20 * hour);
}

describe('the weekly digest', { timeout: 60_000 }, () => {
  it('tells the channel of a week, once, on Monday at nine', async () => {
    const harness = await startHarness();
    await busyWeek(harness);
    await leaps(harness, week - 27 * hour - minute);
    expect(digests(harness)).toEqual([]);
    await harness.advance(minute);
    expect(digests(harness)).toMatchSnapshot();
    expect(messages(harness).flatMap(mentionsIn)).toEqual([]);
    expect(messages(harness)[0]?.threadTs).toBeUndefined();
    await harness.advance(hour);
    expect(digests(harness)).toHaveLength(1);
  });

  it('is not posted where an owner switched it off, until one switches it on again', async () => {
    const harness = await startHarness();
    const switches = async (to: string): Promise<string> => {
      await types(harness, 'olivia', 'settings');
      await harness.olivia.modal().choose('Weekly digest', to);
      return submits(harness, 'olivia');
    };
    expect(await switches('Switched off')).toContain(
      'Weekly digest: switched off (before: posted every Monday at 9:00)',
    );
    await leaps(harness, week);
    await harness.advance(minute);
    expect(digests(harness)).toEqual([]);
    await switches('Posted every Monday at 9:00');
    await leaps(harness, week);
    expect(digests(harness)).toHaveLength(1);
  });

  it('compares with the week before from the second week on, and says in one sentence that nothing happened', async () => {
    const harness = await startHarness();
    await busyWeek(harness);
    await leaps(harness, week - 27 * hour);
    await leaps(harness, week);
    await leaps(harness, week);
    const [first, second, third, ...more] = digests(harness);
    expect(first).toContain('2 requests were made.');
    expect(second).toMatch(
      /^A quiet week from .*: nobody asked for support access and no grant was open; support access was blocked all the time\.\n/,
    );
    expect(third).toContain('A quiet week');
    expect(more).toEqual([]);
  });

  it('is one, of the last week alone, when the bot was away for weeks', async () => {
    const harness = await startHarness();
    await harness.sandbox.stopBot();
    harness.sandbox.clock.tick(3 * week + 2 * day);
    await harness.sandbox.startBot();
    await harness.advance(hour);
    const shown = digests(harness);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain('from Mar 16, 2026 at 09:00 UTC to Mar 23, 2026 at 09:00 UTC');
  });

  it('moves with the time zone', async () => {
    const harness = await startHarness();
    await inTimeZone(harness, 'America/New_York');
    // Clocks there are put forward on the Sunday before.
    await leaps(harness, week + 4 * hour - 6 * minute);
    expect(digests(harness)).toEqual([]);
    await harness.advance(minute);
    expect(digests(harness)).toHaveLength(1);
    await inTimeZone(harness, 'UTC');
    await leaps(harness, week - 5 * hour);
    expect(digests(harness)).toHaveLength(1);
    await leaps(harness, hour);
    expect(digests(harness)).toHaveLength(2);
  });

  it('is told once by two processes', async () => {
    const harness = await startHarness();
    const { sandbox } = harness;
    const replica = await sandbox.startReplica();
    sandbox.clock.tick(week);
    await Promise.all([sandbox.bot.sweep(), replica.sweep()]);
    await Promise.all([sandbox.bot.idle(), replica.idle()]);
    await replica.stop();
    await harness.advance(hour);
    expect(digests(harness)).toHaveLength(1);
  });

  it('gets through when Slack takes messages again', async () => {
    const harness = await startHarness();
    const fault = harness.sandbox.slack.addFault({ method: 'chat.postMessage', kind: 'http-status', status: 503 });
    await leaps(harness, week);
    expect(digests(harness)).toEqual([]);
    fault.clear();
    await harness.advance(hour);
    expect(digests(harness)).toHaveLength(1);
  });

  it.each(['cut-before', 'cut-after'] as const)('is told once when a process dies (%s the post)', async (kind) => {
    const stage = await CrashStage.start(1);
    const fault = stage.slack.addFault({
      method: 'chat.postMessage',
      kind,
      times: 1,
      when: () => {
        void stage.bot.kill();
        return true;
      },
    });
    await stage.passes(week);
    expect([fault.hits, stage.bot.isRunning]).toEqual([1, false]);
    await stage.startBot();
    await stage.advances(10 * minute);
    const texts = stage.slack.messages(stage.channel).map(({ text }) => text ?? '');
    expect(texts.filter(isDigest)).toHaveLength(1);
  });
});
