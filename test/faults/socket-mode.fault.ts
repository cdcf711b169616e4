import { describe, expect, it, onTestFinished } from 'vitest';
import { type Bot, startBot } from '../../src/bot.ts';
import { loadConfig } from '../../src/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { demoProjects, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { channelName, people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { type SocketModeServer, startSocketMode } from '../support/socket-mode.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';
import { report } from './report.ts';
import { scaled } from './scale.ts';
import { seededRandom } from './support/random.ts';

const mishaps = ['refreshed before', 'refreshed after', 'cut after', 'acknowledgement lost'] as const;
type Mishap = (typeof mishaps)[number];

const refresh = { type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'applink-canary' } };

async function connect(surroundings: Surroundings, clock: ManualClock, apiUrl: string): Promise<Bot> {
  const settings = { SLACK_APP_TOKEN: 'xapp-1-A0PORTCULL-0-a', SLACK_SIGNING_SECRET: '', SLACK_API_URL: apiUrl };
  const loaded = loadConfig({ ...surroundings.settings, ...settings });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  const log = createLogger({ level: 'fatal', secrets: loaded.secrets });
  const bot = await startBot({ config: loaded.config, clock, log, host: '127.0.0.1', timeoutMs: 2_000 });
  onTestFinished(() => bot.stop());
  return bot;
}

/** Delivers one payload, as often as it takes until it is acknowledged. Returns how often that was. */
async function deliver(socket: SocketModeServer, envelope: { envelope_id: string }, mishap?: Mishap): Promise<number> {
  const isAcknowledged = (): boolean => socket.acknowledged.includes(envelope.envelope_id);
  for (let times = 1; ; times++) {
    await socket.until(() => socket.open.length > 0);
    const connection = socket.open[(times - 1) % socket.open.length] ?? 0;
    const what = times === 1 ? mishap : undefined;
    if (what === 'refreshed before') socket.send(refresh, connection);
    if (what === 'acknowledgement lost') socket.loseAcknowledgement();
    socket.send(envelope, connection);
    if (what === 'refreshed after') socket.send(refresh, connection);
    if (what === 'cut after') socket.drop(connection);
    await socket.until(() => isAcknowledged() || !socket.open.includes(connection));
    if (isAcknowledged()) return times;
  }
}

describe('Socket Mode with two processes whose connections come and go', () => {
  it('loses no payload and acts on none twice', async () => {
    const random = seededRandom();
    const count = scaled(60, 8);
    const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));
    const clusters = Array.from({ length: count }, (_, index) => ({ name: `cluster-${index}` }));
    const seed = { ...demoSeed, projects: [{ id: demoProjects.payments, name: 'payments', clusters }] };
    const surroundings = await startSurroundings(clock, seed);
    const { slack, channel } = surroundings;
    const socket = await startSocketMode(slack);
    const bots = await Promise.all([1, 2].map(() => connect(surroundings, clock, socket.apiUrl)));
    await bots[0]?.sweep();
    await Promise.all(bots.map((bot) => bot.idle()));

    const met = new Map<Mishap, number>();
    let deliveries = 0;
    for (const [index, { name }] of clusters.entries()) {
      // Each costs a pause before the next connection, twice as long each time.
      const mishap = index % scaled(5, 2) === 0 ? random.pick(mishaps) : undefined;
      if (mishap !== undefined) met.set(mishap, (met.get(mishap) ?? 0) + 1);
      const envelope = {
        type: 'slash_commands',
        envelope_id: `envelope-${index}`,
        accepts_response_payload: true,
        payload: {
          command: '/support-access',
          text: `request ${name} 1h infrastructure Primary steps down again`,
          user_id: people.erin,
          channel_id: channel,
          channel_name: channelName,
          team_id: slack.seed.teamId,
          trigger_id: slack.state.triggers.issue(people.erin),
          response_url: slack.responseUrl(slack.responseUrls.issue({ channel, userId: people.erin })),
        },
      };
      deliveries += await deliver(socket, envelope, mishap);
    }
    // A channel takes one post a second.
    for (let second = 0; second <= count; second++) {
      await Promise.all(bots.map((bot) => bot.idle()));
      clock.tick(1_000);
      await Promise.all(bots.map((bot) => bot.sweep()));
    }
    await Promise.all(bots.map((bot) => bot.idle()));

    expect(new Set(socket.acknowledged).size).toBe(count);
    const roots = slack.messages(channel).filter(({ text }) => text.includes('asks for support access to'));
    const asked = roots.map(({ text }) => /cluster-\d+/.exec(text)?.[0]);
    expect(asked.toSorted()).toEqual(clusters.map(({ name }) => name).toSorted());
    report({
      fault: 'Socket Mode: refresh, cut connections, lost acknowledgements, two processes',
      extent: `${count} payloads, ${deliveries} deliveries over ${socket.connections} connections`,
      held: `each acted on once; ${[...met].map(([mishap, times]) => `${mishap} × ${times}`).join(', ')}`,
    });
  });
});
