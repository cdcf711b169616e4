import { WebClient } from '@slack/web-api';
import { onTestFinished, test } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { createLogger } from '../../src/log.ts';
import { demoEverydayAccount, demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { demoWorkspace } from '../../src/sandbox/demo-workspace.ts';
import { Sandbox } from '../../src/sandbox/sandbox.ts';
import { hour, minute, second } from '../support/grants.ts';
import { scaled } from './scale.ts';
import { quantile } from './statistics.ts';
import { database, insert, openUntil } from './stored-grants.ts';
import { figure } from './table.ts';

/** Less than the policy's half an hour: what a note says is not measured, and each grant is open for less long. */
const remindBeforeMs = 5 * minute;
const sweepEveryMs = 10 * second;
const largestJitterMs = second;
/** What happens between two steps counts as having happened at the end of the later one. */
const stepMs = second / 2;

/** The same for every run, and spread evenly over 0 to 1 for however many numbers. */
const spreadOut = (index: number): number => (index * 0.618_033_988_75) % 1;

/** The bot by its production schedule in simulated time, and a Slack that takes one message a second in a channel. */
async function startStage(grants: number) {
  const clusters = Array.from({ length: grants }, (_, index) => ({ name: `bench-${index + 1}` }));
  const sandbox = await Sandbox.start({
    log: createLogger({ level: 'fatal', destination: { write: () => {} } }),
    atlasSeed: { ...demoSeed, projects: [{ id: demoProjects.payments, name: 'payments', clusters }] },
    timeoutMs: 10_000,
  });
  onTestFinished(() => sandbox.close());
  const { clock, slack, channel } = sandbox;
  const lastPosts = new Map<unknown, number>();
  const limitPosts = (): void => {
    slack.addFault({
      method: 'chat.postMessage',
      kind: 'rate-limited',
      retryAfterSeconds: 1,
      when: (body) => {
        const now = clock.now().getTime();
        if (now - (lastPosts.get(body.channel) ?? 0) < second) return true;
        lastPosts.set(body.channel, now);
        return false;
      },
    });
  };

  /** When each message was posted, by its `ts`: simulated time, while `ts` is real time. */
  const postedAt = new Map<string, number>();
  slack.state.ledger.onChange(() => {
    for (const { ts } of slack.state.ledger.everyMessage().slice(postedAt.size))
      postedAt.set(ts, clock.now().getTime());
  });

  /** Sweeps that would find nothing are left out, but for the two before the next time that is due. */
  async function quietPasses(end: number): Promise<void> {
    await sandbox.bot.idle();
    const due = (await sandbox.bot.nextDueAt())?.getTime() ?? end;
    clock.tick(Math.max(0, Math.min(due, end) - 2 * sweepEveryMs - clock.now().getTime()));
  }

  async function runs(forMs: number): Promise<void> {
    const end = clock.now().getTime() + forMs;
    let nextSweep = clock.now().getTime();
    for (let sweeps = 0; clock.now().getTime() < end; clock.tick(stepMs)) {
      if (clock.now().getTime() >= nextSweep) {
        await sandbox.bot.sweep();
        sweeps += 1;
        await quietPasses(end);
        const onTime = Math.floor(clock.now().getTime() / sweepEveryMs + 1) * sweepEveryMs;
        nextSweep = onTime + spreadOut(sweeps) * largestJitterMs;
      }
      await sandbox.bot.idle();
    }
  }
  return { sandbox, clock, slack, channel, limitPosts, postedAt, runs };
}

/** As many grants as end in that time at that rate, each with its message in the channel; the first is reminded of after a minute. */
async function open(
  { sandbox, clock, slack, channel }: Awaited<ReturnType<typeof startStage>>,
  grants: number,
  withinMs: number,
): Promise<Grant[]> {
  const web = new WebClient(demoWorkspace.bot.token, { slackApiUrl: slack.url });
  const now = clock.now();
  const records: Grant[] = [];
  for (let index = 0; index < grants; index++) {
    const endsInMs = remindBeforeMs + minute + Math.floor((spreadOut(index) * withinMs) / second) * second;
    const until = new Date(now.getTime() + endsInMs);
    const owed = [
      { kind: 'sync', dueAt: new Date(now.getTime() + spreadOut(index) * 5 * minute) },
      { kind: 'remind', dueAt: new Date(until.getTime() - remindBeforeMs) },
      { kind: 'end', dueAt: until },
    ] as const;
    const { ts = '' } = await web.chat.postMessage({ channel, text: `bench-${index + 1} is open` });
    const record = openUntil(index + 1, { until, now, owed, message: { channel, ts, renderedVersion: 0 } });
    records.push({ ...record, channelId: channel });
    const grant = { grantType: record.terms.type, expirationTime: until };
    sandbox.atlas.state.setGrant(demoProjects.payments, record.target.name, grant, {
      clientId: demoEverydayAccount.clientId,
    });
  }
  await insert(await database(sandbox.config.mongodb.uri, sandbox.config.mongodb.database), records);
  return records;
}

const seconds = (values: readonly number[]): string =>
  `p50 ${(quantile(values, 0.5) / second).toFixed(1)} s, p99 ${(quantile(values, 0.99) / second).toFixed(1)} s`;

const loads = [
  { anHour: 1, hours: scaled(12, 0.25) },
  { anHour: 100, hours: scaled(1, 0.05) },
  { anHour: 1_000, hours: scaled(0.25, 0.01) },
];

for (const { anHour, hours } of loads) {
  test(`lateness of reminders and ends, ${anHour} an hour`, async () => {
    const count = Math.max(1, Math.round(anHour * hours));
    const stage = await startStage(count);
    const grants = await open(stage, count, hours * hour);
    stage.limitPosts();
    await stage.runs(remindBeforeMs + 3 * minute + hours * hour);

    const { slack, channel, postedAt } = stage;
    const late = (grant: Grant, note: number): number[] => {
      const notes = slack.messages(channel).filter(({ threadTs }) => threadTs === grant.message?.ts);
      const at = postedAt.get(notes[note]?.ts ?? '');
      const until = grant.wanted?.until.getTime() ?? 0;
      return at === undefined ? [] : [at - (note === 0 ? until - remindBeforeMs : until)];
    };
    const reminders = grants.flatMap((grant) => late(grant, 0));
    const ends = grants.flatMap((grant) => late(grant, 1));
    figure({
      figure: `lateness at ${anHour} an hour: notes in the channel against due time, sweeps every 10 s and up to 1 s, Slack taking one message a second; simulated time in steps of ${stepMs / second} s`,
      measured: `reminders ${seconds(reminders)}; ends ${seconds(ends)}`,
      compared: `${reminders.length} reminders and ${ends.length} ends of ${count} grants`,
    });
  });
}
