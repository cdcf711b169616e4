import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { operator } from '../support/operator.ts';
import { type Received, secret, startReceiver, verified } from '../webhook/receiver.ts';
import { inAtlas, leaps, types } from './steps.ts';

const day = 24 * hour;

interface Sent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly sequence: number; readonly organization: string; readonly action: string };
}

const entryIn = (received: Received): Sent => verified(received) as Sent;
const sequences = (received: readonly Received[]): number[] => received.map((one) => entryIn(one).data.sequence);
const counted = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function startWithReceiver() {
  const receiver = await startReceiver();
  const harness = await startHarness({
    settings: {
      LEDGER_WEBHOOK_URL: receiver.url,
      LEDGER_WEBHOOK_SECRET: secret,
      LEDGER_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1',
      LEDGER_STDOUT: 'true',
    },
  });
  return { receiver, harness, line: operator(harness) };
}

/** Somebody tries what they may not: one entry each. */
async function refused(harness: Harness, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await types(harness, 'erin', 'lockdown');
  await harness.advance(10_000);
}

async function partOf(harness: Harness) {
  const response = await fetch(`http://127.0.0.1:${harness.sandbox.bot.port}/readyz`);
  const { ready, parts } = (await response.json()) as { ready: boolean; parts: { ledgerWebhook: object } };
  return { ready, ...parts.ledgerWebhook };
}

describe('the webhook of the ledger', { timeout: 60_000 }, () => {
  it('is sent every entry once, in order, as Standard Webhooks; and each is a line of standard output', async () => {
    const { receiver, harness, line } = await startWithReceiver();
    await types(harness, 'olivia', 'grant payments-prod 1h logs Primary steps down every few minutes');
    await harness.advance(hour + minute);
    const sent = receiver.received.map(entryIn);
    expect(sent.map(({ data }) => data.sequence)).toEqual(counted(sent.length));
    expect(sent.map(({ data }) => data.action)).toEqual(
      expect.arrayContaining(['request', 'seen-open', 'seen-closed']),
    );
    const { data, timestamp, type } = sent[0] ?? expect.fail('Nothing was sent');
    expect([type, timestamp]).toEqual(['ledger.entry', '2026-03-02T09:00:00.000Z']);
    expect(receiver.received[0]?.headers['webhook-id']).toBe(`ledger_${data.organization}_1`);
    const lines = harness.logs.flatMap((one) => ('ledger' in one ? [one] : []));
    expect(lines).toEqual(sent.map((one) => ({ ledger: one.data })));
    expect(await line('ledger', 'deliveries')).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^127\.0\.0\.1:\d+: up to entry (\d+) of \1, none waits; last taken 2026-03-02T10:0\d:\S+Z\n$/,
      ),
      complaints: '',
    });
  });

  it('that is away keeps nothing else waiting, and gets what it missed, in order', async () => {
    const { receiver, harness, line } = await startWithReceiver();
    const had = receiver.received.length;
    receiver.answers = () => {};
    await types(harness, 'olivia', 'grant payments-prod 4h logs Primary steps down every few minutes');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    await harness.advance(minute);
    expect(await partOf(harness)).toMatchObject({
      ready: true,
      state: 'degraded',
      why: expect.stringContaining('sent again'),
    });
    expect((await line('ledger', 'deliveries')).out).toMatch(
      /\nLast failure 2026-03-02T09:0\d:\S+Z: entry \d+, no answer within 1 s\nNext attempt 2026-03-02T09:/,
    );
    const ids = new Set(receiver.received.slice(had).map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(1);
    const before = receiver.received.length;
    receiver.answers = (response) => void response.writeHead(200).end();
    await harness.advance(hour);
    const got = sequences(receiver.received.slice(before));
    expect([...counted(had), ...got]).toEqual(counted(had + got.length));
    expect(await partOf(harness)).toEqual({ ready: true, state: 'ok' });
  });

  it('that refuses an entry for a day does not get it any more, until an operator has it sent once more', async () => {
    const { receiver, harness, line } = await startWithReceiver();
    const bad = sequences(receiver.received).length + 1;
    receiver.answers = (response, one) => void response.writeHead(entryIn(one).data.sequence === bad ? 400 : 200).end();
    await refused(harness, 3);
    expect(Math.max(...sequences(receiver.received))).toBe(bad);
    await leaps(harness, day + hour);
    await harness.advance(minute);
    const all = new Set(sequences(receiver.received));
    expect([...all]).toEqual(counted(all.size));
    expect(all.size).toBeGreaterThan(bad + 1);
    expect((await line('ledger', 'deliveries')).out).toMatch(
      new RegExp(`\\nEntry ${bad} was given up 2026-03-03T\\S+Z: HTTP 400\\n$`),
    );
    expect(harness.logs.map(({ msg }) => msg)).toContain(
      'The webhook of the ledger has not taken an entry for a day; it is given up',
    );

    expect(await line('ledger', 'deliveries', 'retry', String(bad + 1))).toMatchObject({
      code: 1,
      complaints: `Nothing was changed: entry ${bad + 1} was not given up.\n`,
    });
    receiver.answers = (response) => void response.writeHead(200).end();
    expect(await line('ledger', 'deliveries', 'retry', String(bad))).toMatchObject({
      code: 0,
      out: `Entry ${bad} is sent once more; what waits is sent now.\n`,
    });
    expect((await line('ledger', 'deliveries')).out).toContain(`\nEntry ${bad} is being sent once more\n`);
    await harness.advance(10_000);
    expect(sequences(receiver.received.slice(-1))).toEqual([bad]);
    expect((await line('ledger', 'deliveries')).out).toMatch(/none waits; last taken \S+\n$/);
  });

  it('that answers 410 is left alone, which readiness says, until an operator has it go on', async () => {
    const { receiver, harness, line } = await startWithReceiver();
    receiver.answers = (response) => void response.writeHead(410).end();
    await refused(harness, 1);
    const asked = receiver.received.length;
    const [next = 0] = sequences(receiver.received.slice(-1));
    await refused(harness, 2);
    await harness.advance(hour);
    expect(receiver.received).toHaveLength(asked);
    expect(await partOf(harness)).toMatchObject({
      ready: true,
      state: 'degraded',
      why: expect.stringContaining('retry'),
    });
    expect((await line('ledger', 'deliveries')).out).toContain('it answered 410 and wants nothing more\n');
    receiver.answers = (response) => void response.writeHead(204).end();
    expect(await line('ledger', 'deliveries', 'retry')).toMatchObject({
      code: 0,
      out: 'No entry was given up; what waits is sent now.\n',
    });
    await harness.advance(10_000);
    const got = sequences(receiver.received.slice(asked));
    expect(got).toEqual(got.map((_, index) => next + index));
    expect(got.length).toBeGreaterThan(2);
    expect(await partOf(harness)).toEqual({ ready: true, state: 'ok' });
  });

  it('is sent each entry by one process of several, and by another when that one dies', async () => {
    const { receiver, harness } = await startWithReceiver();
    const { sandbox } = harness;
    const replica = await sandbox.startReplica();
    for (let time = 0; time < 5; time++) {
      await types(harness, 'erin', 'lockdown');
      await Promise.all([sandbox.bot.sweep(), replica.sweep()]);
      await Promise.all([sandbox.bot.idle(), replica.idle()]);
    }
    await types(harness, 'erin', 'lockdown');
    await harness.idle();
    await sandbox.stopBot();
    await eventually(() => replica.sweep().then(() => replica.idle())).toBeUndefined();
    await replica.stop();
    const sent = sequences(receiver.received);
    expect(sent).toEqual(counted(sent.length));
    await sandbox.startBot();
  });

  it('shows its address and its secret to nobody', async () => {
    const { receiver, harness, line } = await startWithReceiver();
    receiver.answers = (response) => void response.writeHead(500).end(`${receiver.url} ${secret}`);
    await refused(harness, 1);
    const told = [
      JSON.stringify(harness.logs),
      (await line('ledger', 'deliveries')).out,
      JSON.stringify(await partOf(harness)),
    ];
    for (const text of told) {
      expect(text).not.toContain('/hook');
      expect(text).not.toContain(secret.slice(6));
    }
  });

  it('has commands that say when there is none', async () => {
    const harness = await startHarness();
    const line = operator(harness);
    for (const words of [[], ['retry']]) {
      expect(await line('ledger', 'deliveries', ...words)).toMatchObject({
        code: 1,
        complaints: 'The ledger is sent nowhere: LEDGER_WEBHOOK_URL is not set.\n',
      });
    }
    expect(await line('ledger', 'deliveries', 'retry', 'x')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('Usage: npm run portcullis -- ledger deliveries retry [NUMBER]'),
    });
  });
});
