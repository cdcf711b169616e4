import { describe, expect, it } from 'vitest';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { Crowd } from './support/crowd.ts';
import { FaultStage } from './support/fault-stage.ts';
import { violations } from './support/invariants.ts';
import { type Random, seededRandom } from './support/random.ts';
import { type Direction, TcpProxy, type Trouble } from './support/tcp-proxy.ts';

const second = 1_000;
const minute = 60 * second;
const clusters = 6;
const upstreams = ['mongodb', 'atlas', 'slack'] as const;
type Upstream = (typeof upstreams)[number];

const kinds = ['cut', 'reset', 'half-open', 'delay'] as const;
const directions: readonly Direction[] = ['request', 'answer'];
const cases = kinds.flatMap((kind) => directions.map((direction) => ({ kind, direction })));
/** In full each case comes three times. */
const rounds = scaled(3 * cases.length, 3);
/** What failed is tried again after five minutes at the latest, and then a lost call is waited for. */
const mendedMs = 8 * minute;

const total = { troubles: 0, hit: 0, deeds: 0, grants: 0, posts: 0 };

function troubleOf(kind: (typeof kinds)[number], direction: Direction, random: Random): Trouble {
  // Before anything has passed, or in the middle; of a half-open connection the time-outs are waited for.
  const afterBytes = random.int(2) === 0 ? 0 : random.int(1_500);
  const times = 1 + random.int(kind === 'half-open' ? 1 : 3);
  return kind === 'delay'
    ? { kind, direction, afterBytes, times, ms: 50 + random.int(400) }
    : { kind, direction, afterBytes, times };
}

async function startBehindProxies(): Promise<{ stage: FaultStage; proxies: Record<Upstream, TcpProxy> }> {
  let proxies: Record<Upstream, TcpProxy> | undefined;
  const stage = await FaultStage.start(clusters, async ({ settings }) => {
    const addresses = {
      mongodb: settings.MONGODB_URI ?? '',
      atlas: settings.ATLAS_BASE_URL ?? '',
      slack: settings.SLACK_API_URL ?? '',
    };
    const start = (name: Upstream): Promise<TcpProxy> => TcpProxy.start(Number(new URL(addresses[name]).port));
    const [mongodb, atlas, slack] = await Promise.all([start('mongodb'), start('atlas'), start('slack')]);
    proxies = { mongodb, atlas, slack };
    return {
      MONGODB_URI: mongodb.through(addresses.mongodb),
      ATLAS_BASE_URL: atlas.through(addresses.atlas).replace(/\/$/, ''),
      SLACK_API_URL: slack.through(addresses.slack),
    };
  });
  if (proxies === undefined) throw new Error('No proxies were started');
  return { stage, proxies };
}

describe('connections that are cut, delayed, half-open and reset', () => {
  it.each(upstreams)('to %s: every invariant holds', async (upstream) => {
    const random = seededRandom();
    const { stage, proxies } = await startBehindProxies();
    const crowd = new Crowd(stage, random, clusters);
    await stage.startBot();
    await stage.startBot();
    const first = random.int(cases.length);
    for (let round = first; round < first + rounds; round++) {
      const { kind, direction } = cases[round % cases.length] ?? random.pick(cases);
      await (await crowd.act(3))();
      await stage.advance(random.int(2) * minute);
      const over = stage.trouble();
      const trouble = proxies[upstream].add(troubleOf(kind, direction, random));
      const settled = await crowd.act(4);
      await settled();
      await stage.advance(random.pick([0, 5 * second, 31 * second, 2 * minute]));
      total.troubles += 1;
      total.hit += trouble.hits;
      trouble.clear();
      proxies[upstream].heal();
      over();
      await stage.advance(random.pick([5 * second, minute, 10 * minute]));
    }
    await stage.drain();
    const world = await stage.world((from, to) => mendedMs + stage.troubledMs(from, to));
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
    expect(violations(world), stage.complaints().join('\n')).toEqual([]);
    total.deeds += world.deeds.length;
    total.grants += world.grants.length;
    total.posts += world.posts.length;
  });

  it('were really hit', () => {
    expect(total.hit).toBeGreaterThan(total.troubles / 3);
    report({
      fault:
        'cut, delayed, half-open and reset connections to MongoDB, Atlas and Slack, before and after the call took effect',
      extent: `${total.troubles} troubles, ${total.hit} connections hit, ${total.deeds} commands and clicks, ${total.grants} grants`,
      held: `every invariant; ${total.posts} posts, none twice, none missing`,
    });
  });
});
