import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bot } from '../../src/bot.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { Workspace } from '../../src/sandbox/slack/workspace.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { inAtlas, notes, readable, types } from './steps.ts';

const second = 1_000;
const request = 'request payments-prod 2h infrastructure Primary steps down every few minutes';
const grant = request.replace('request', 'grant');
const wrong = 'The clock of the machine that Portcullis runs on does not agree with that of its database';

/** The bot on a machine whose clock can be set; the harness's own clock is the database's. */
interface Elsewhere {
  readonly bot: Bot;
  readonly machine: ManualClock;
  readonly workspace: Workspace;
  /** Sets the machine's clock, without time passing. */
  steps(ms: number): void;
}

async function elsewhere(harness: Harness, offMs = 0): Promise<Elsewhere> {
  const { sandbox } = harness;
  const machine = new ManualClock(new Date(sandbox.clock.now().getTime() + offMs));
  const bot = await sandbox.startReplica(machine);
  onTestFinished(() => bot.stop());
  const workspace = new Workspace({
    slack: sandbox.slack,
    botUrl: `http://127.0.0.1:${bot.port}`,
    signingSecret: sandbox.config.slack.signingSecret ?? '',
    now: () => sandbox.clock.now(),
  });
  await bot.idle();
  const steps = (ms: number): void => machine.set(new Date(machine.now().getTime() + ms));
  return { bot, machine, workspace, steps };
}

/** Lets time pass for those machines and the database, sweeping every 10 seconds. */
async function passes(harness: Harness, ms: number, ...bots: Pick<Elsewhere, 'bot' | 'machine'>[]): Promise<void> {
  for (let left = ms; left > 0; left -= 10 * second) {
    const clocks = new Set([harness.sandbox.clock, ...bots.map(({ machine }) => machine)]);
    for (const clock of clocks) clock.tick(10 * second);
    await Promise.all(bots.map(({ bot }) => bot.sweep()));
    await Promise.all(bots.map(({ bot }) => bot.idle()));
  }
}

const headlines = async (harness: Harness) =>
  notes(harness, await harness.onlyGrant()).map((note) => note.split('\n')[0]);

const warnings = ({ logs }: Harness) =>
  logs.filter(({ level, msg }) => level === 'warn' && String(msg).includes('clock'));

describe('a process whose clock is wrong', { timeout: 90_000 }, () => {
  it.each([
    ['ahead', 5 * hour],
    ['behind', -5 * hour],
  ])('by hours (%s): the other one reminds and ends, once and in time', async (_, offMs) => {
    const harness = await startHarness();
    await types(harness, 'olivia', grant);
    const first = { bot: harness.sandbox.bot, machine: harness.sandbox.clock };
    const other = await elsewhere(harness, offMs);
    expect(warnings(harness)).toHaveLength(1);
    const until = (await harness.onlyGrant()).wanted?.until ?? new Date(0);

    await passes(harness, hour, other);
    expect(await headlines(harness)).toEqual(['payments-prod is open to MongoDB support']);
    await passes(harness, hour + minute, first, other);
    expect(await headlines(harness)).toEqual([
      'payments-prod is open to MongoDB support',
      'payments-prod is open to MongoDB support for 30 min more',
      'Support access to payments-prod ended by itself',
    ]);
    const { history } = await harness.onlyGrant();
    const end = history.find(({ action }) => action === 'end');
    expect(end?.at.getTime()).toBeGreaterThanOrEqual(until.getTime());
    expect(end?.at.getTime()).toBeLessThanOrEqual(until.getTime() + 10 * second);
    expect(harness.audits().filter(({ action }) => action === 'end')).toHaveLength(1);
  });

  it('alone: does nothing by time until its clock is right, and then what is due', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', grant);
    await harness.sandbox.stopBot();
    const alone = await elsewhere(harness, 5 * hour);
    await passes(harness, 3 * hour, alone);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active' });
    alone.steps(-5 * hour);
    await passes(harness, minute, alone);
    const ended = await harness.onlyGrant();
    expect(ended).toMatchObject({ state: 'expired' });
    // No reminder after the end.
    expect(notes(harness, ended)).toHaveLength(2);
  });

  it('refuses to open anything, and says why', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', request);
    const other = await elsewhere(harness, -hour);
    const olivia = other.workspace.person(people.olivia);
    const channel = harness.channel;
    const answers: string[] = [];
    for (const act of [
      () => olivia.clicks('Approve for 2 h', { channel }),
      () => olivia.types(`/support-access ${grant}`, { channel }),
      () => olivia.types('/support-access unblock because the case needs it', { channel }),
    ]) {
      const reply = await act();
      await other.bot.idle();
      answers.push(reply.ephemerals.map((one) => readable(harness, one)).join('\n'));
    }
    for (const answer of answers) expect(answer).toContain(wrong);
    expect(answers[0]).toBe(
      `Not approved. ${wrong}, so what is opened now would end at a wrong time. Closing works. Whoever runs Portcullis has to set the clock.\nReference for the operators of Portcullis: ${people.olivia}`,
    );
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });

  it.each([
    ['ahead', 5 * hour],
    ['behind', -5 * hour],
  ])('%s: still closes what people close, at the right time', async (_, offMs) => {
    const harness = await startHarness();
    await types(harness, 'olivia', grant);
    await types(harness, 'erin', request.replace('payments-prod', 'ledger-prod'));
    await harness.sandbox.stopBot();
    const other = await elsewhere(harness, offMs);
    const olivia = other.workspace.person(people.olivia);
    await olivia.types('/support-access revoke payments-prod', { channel: harness.channel });
    await other.bot.idle();
    await olivia.modal().submit();
    await other.bot.idle();
    await olivia.modal().close();
    await olivia.clicks('Deny', { channel: harness.channel });
    await other.bot.idle();
    await olivia.modal().fill('Reason', 'Not needed any more.');
    await olivia.modal().submit();
    await other.bot.idle();

    const [revoked, denied] = await harness.allGrants();
    expect(revoked).toMatchObject({ state: 'revoked', endedAt: harness.sandbox.clock.now() });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(denied).toMatchObject({ state: 'denied', denial: { at: harness.sandbox.clock.now() } });
    // No lease or due time of a wrong day stays behind for the others.
    const next = await other.bot.nextDueAt();
    expect(next?.getTime()).toBeLessThanOrEqual(harness.sandbox.clock.now().getTime() + 5 * minute);
  });

  it('set while it sweeps: nothing comes early, nothing late', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', grant);
    await harness.sandbox.stopBot();
    const alone = await elsewhere(harness);
    const hanging = harness.sandbox.atlas.addFault({ kind: 'hang', times: 1 });
    for (const clock of [harness.sandbox.clock, alone.machine]) clock.tick(5 * minute);
    const sweep = alone.bot.sweep();
    await hanging.waitForHit();
    alone.steps(5 * hour);
    await hanging.release();
    await sweep;
    await alone.bot.idle();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active' });
    expect(await headlines(harness)).toHaveLength(1);
    await passes(harness, minute, alone);
    expect(await headlines(harness)).toHaveLength(1);
    alone.steps(-5 * hour);
    await passes(harness, 2 * hour, alone);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'expired' });
    expect(await headlines(harness)).toHaveLength(3);
  });

  it('tells owners so, and nobody else, in status and Home', async () => {
    const harness = await startHarness();
    const other = await elsewhere(harness, 5 * hour);
    const told = async (id: string): Promise<string> => {
      const reply = await other.workspace.person(id).types('/support-access status', { channel: harness.channel });
      await other.bot.idle();
      return reply.ephemerals.map((one) => readable(harness, one)).join('\n');
    };
    const line = 'The clock of the machine that Portcullis runs on is wrong: 5 h ahead of the database.';
    expect(await told(people.olivia)).toContain(line);
    expect(await told(people.erin)).not.toContain('clock');
    await other.workspace.person(people.olivia).opensHome();
    await other.bot.idle();
    expect(other.workspace.person(people.olivia).home().text).toContain(line);
  });
});
