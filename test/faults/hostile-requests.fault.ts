import { describe, expect, it, onTestFinished } from 'vitest';
import { demoWorkspace } from '../../src/sandbox/demo-workspace.ts';
import type { Delivery } from '../../src/sandbox/slack/courier.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { CrashStage } from '../support/crash-stage.ts';
import { people } from '../support/harness.ts';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { capturePayloads } from './support/captured.ts';
import { HostileClient, many, Statuses } from './support/hostile-client.ts';
import { mutate } from './support/mutation.ts';
import { type Random, seededRandom } from './support/random.ts';

const mebibyte = 2 ** 20;

/** What the second half may add: a leak of a kilobyte a request adds more. */
const flatWithin = 3 * mebibyte;
/** What code that has become warm and connections that stay open take. */
const warmUpWithin = 16 * mebibyte;

/** Nearly as many connections as the bot takes; people hold the rest. */
const atOnce = 240;

interface Siege {
  readonly stage: CrashStage;
  readonly payloads: readonly Delivery[];
  readonly client: HostileClient;
  readonly random: Random;
}

async function besieged(connections: number): Promise<Siege> {
  const random = seededRandom();
  const stage = await CrashStage.start(8);
  const payloads = await capturePayloads(stage);
  const { port } = stage.bot;
  const client = new HostileClient({ port, secret: demoWorkspace.signingSecret, connections });
  onTestFinished(() => client.close());
  return { stage, payloads, client, random };
}

/** What nobody without the right may change. */
function effects({ stage }: Siege) {
  const { events, blocked } = stage.atlas.state;
  return {
    atlas: events.length,
    blocked,
    channel: stage.slack.messages(stage.channel).map(({ ts, text }) => `${ts} ${text}`),
  };
}

/** The heap after the first few, half and all of them: the bot is quiet each time. */
async function heldFlat({ stage }: Siege, parts: readonly (() => Promise<void>)[]): Promise<string> {
  const heaps: number[] = [];
  for (const part of parts) {
    await part();
    heaps.push((await stage.bot.measure()).heapBytes);
  }
  expect(stage.bot.isRunning).toBe(true);
  expect(stage.bot.complaints).toBe('');
  const [first = 0, half = 0, end = 0] = heaps;
  const told = `the heap: ${heaps.join(', ')}`;
  expect(half, told).toBeLessThan(first + warmUpWithin);
  expect(end, told).toBeLessThan(half + flatWithin);
  return `heap after GC ${heaps.map((heap) => (heap / mebibyte).toFixed(1)).join(' → ')} MiB`;
}

/** A warm-up of a twentieth, then the rest in halves. */
const inParts = (count: number, run: (count: number) => Promise<void>) => {
  const first = Math.ceil(count / 20);
  const second = Math.floor((count - first) / 2);
  return [first, second, count - first - second].map((part) => () => run(part));
};

describe('requests that are not from Slack', () => {
  it('have no effect when they are forged, stale, unsigned or changed on the way', async () => {
    const siege = await besieged(32);
    const { client, payloads, random } = siege;
    const type = ({ headers }: Delivery) => ({ 'content-type': headers['content-type'] ?? '' });
    const hex = (length: number) => Array.from({ length }, () => random.int(16).toString(16)).join('');
    const forgeries: ((payload: Delivery) => { body: string; headers: Record<string, string> })[] = [
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-slack-signature': `v0=${hex(64)}` } }),
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-slack-signature': hex(random.int(80)) } }),
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-slack-signature': `v1=${hex(64)}` } }),
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-slack-request-timestamp': hex(random.int(12)) } }),
      (payload) => ({ body: payload.body, headers: type(payload) }),
      ({ body, headers }) => ({ body: `${body}&text=grant`, headers: { ...headers } }),
      ({ body, headers }) => ({ body: `${mutate({ body, headers }, random).body} `, headers: { ...headers } }),
      (payload) => ({
        body: payload.body,
        headers: { ...type(payload), ...client.signed(payload.body, -301 - random.int(10_000)) },
      }),
    ];
    const before = effects(siege);
    const statuses = new Statuses();
    const count = scaled(88_000, 2_000);
    const held = await heldFlat(
      siege,
      inParts(count, (part) =>
        many(part, 32, async () => {
          const { body, headers } = random.pick(forgeries)(random.pick(payloads));
          statuses.add(await client.send(body, headers));
        }),
      ),
    );
    expect(statuses.seen).toEqual([401]);
    expect(effects(siege)).toEqual(before);
    report({ fault: 'Forged, stale, unsigned and changed requests', extent: `${count}`, held: `${statuses}; ${held}` });
  });

  it('are refused when they are too large, however they are sent', async () => {
    const siege = await besieged(4);
    const { client } = siege;
    const before = effects(siege);
    const statuses = new Statuses();
    const large = `text=${'x'.repeat(10 * mebibyte)}`;
    const deep = `payload=${'['.repeat(mebibyte - 100)}`;
    const headers = (body: string) => ({
      'content-type': 'application/x-www-form-urlencoded',
      ...client.signed(body),
    });
    const count = scaled(100, 3);
    const held = await heldFlat(
      siege,
      inParts(count, (part) =>
        many(part, 4, async () => {
          statuses.add(await client.send(large, headers(large)));
          statuses.add(await client.send(large, headers(large), { chunks: 160 }));
          statuses.add(await client.send(deep, headers(deep)));
        }),
      ),
    );
    // What is cut has been answered already; its sender was still sending.
    for (const status of statuses.seen) expect([400, 413, 'cut']).toContain(status);
    expect(effects(siege)).toEqual(before);
    report({
      fault: 'Oversized requests (10 MiB) and deep nesting',
      extent: `${3 * count}`,
      held: `${statuses}; ${held}`,
    });
  });
});

describe('requests under a right signature', () => {
  it('have no second effect when they are replayed', async () => {
    const siege = await besieged(16);
    const { stage, client, payloads, random } = siege;
    const before = effects(siege);
    const statuses = new Statuses();
    const count = scaled(2_000, 60);
    const held = await heldFlat(
      siege,
      inParts(count, (part) =>
        many(part, 16, async () => {
          const { body, headers } = random.pick(payloads);
          statuses.add(await client.send(body, headers));
        }),
      ),
    );
    await stage.settle();
    expect(statuses.seen).toEqual([200]);
    expect(effects(siege)).toEqual(before);
    report({
      fault: 'Requests replayed within five minutes',
      extent: `${count}`,
      held: `no second effect; ${statuses}; ${held}`,
    });
  });

  it('have no effect that somebody without a right could not have, when they are fuzzed', async () => {
    const siege = await besieged(atOnce);
    const { stage, client, payloads, random } = siege;
    const outsiders = [people.gus, people.sven, people.erin, people.dana, 'U0NOBODY01'];
    const insiders = new RegExp([people.olivia, people.oscar, people.priya, people.sam].join('|'), 'g');
    const before = effects(siege);
    const statuses = new Statuses();
    const unanswered: string[] = [];
    const count = scaled(10_000, 300);
    const held = await heldFlat(
      siege,
      inParts(count, (part) =>
        many(part, atOnce, async () => {
          const mutant = mutate(random.pick(payloads), random);
          // Whatever was changed, it is not from somebody who may decide.
          const body = mutant.body.replaceAll(insiders, random.pick(outsiders));
          const answered = await client.send(body, { ...mutant.headers, ...client.signed(body) });
          statuses.add(answered);
          if (typeof answered.status !== 'number' || answered.status >= 500) unanswered.push(body);
        }),
      ),
    );
    expect(unanswered).toEqual([]);
    // Whatever is handled here is acknowledged within three seconds: Bolt answers 404 after that.
    for (const status of statuses.seen) expect([200, 400]).toContain(status);
    const after = effects(siege);
    expect({ atlas: after.atlas, blocked: after.blocked }).toEqual({ atlas: before.atlas, blocked: before.blocked });
    const posts = [...stage.slack.state.ledger.everyMessage(), ...stage.slack.ephemerals()];
    expect(new Set(posts.flatMap(mentionsIn))).not.toContain('<!channel>');
    report({
      fault: 'Fuzzed requests under a right signature',
      extent: `${count}`,
      held: `no effect; ${statuses}; ${held}`,
    });
  });
});
