import { describe, expect, it, onTestFinished } from 'vitest';
import { type Bot, startBot } from '../../src/bot.ts';
import { loadConfig } from '../../src/load-config.ts';
import { createLogger } from '../../src/log.ts';
import { SetUpError } from '../../src/prepare.ts';
import { channelName, people } from '../../src/sandbox/demo-workspace.ts';
import { ManualClock } from '../../src/sandbox/manual-clock.ts';
import { eventually } from '../support/eventually.ts';
import { startSocketMode } from '../support/socket-mode.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

interface Line {
  readonly level: string;
  readonly msg?: string;
}

const appToken = 'xapp-1-A0PORTCULL-0123456789-abcdef';

async function start(
  { settings }: Surroundings,
  clock: ManualClock,
  changes: Record<string, string> = {},
): Promise<{ bot: Bot; lines: Line[] }> {
  const lines: Line[] = [];
  const loaded = loadConfig({ ...settings, ...changes });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const bot = await startBot({ config: loaded.config, clock, log, host: '127.0.0.1', timeoutMs: 500 });
  onTestFinished(() => bot.stop());
  return { bot, lines };
}

const newClock = () => new ManualClock(new Date('2026-03-02T09:00:00Z'));

describe('the start', { timeout: 60_000 }, () => {
  it('is refused by a wrong set-up while nothing is open', async () => {
    const clock = newClock();
    const surroundings = await startSurroundings(clock);
    surroundings.slack.removeBotFromChannel(surroundings.channel);
    const refused = await start(surroundings, clock).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SetUpError);
    expect(refused).toMatchObject({
      problems: [`The bot is not in the channel ${surroundings.channel}. Type /invite @Portcullis there.`],
    });
  });

  it('can be made again and again on one database', async () => {
    const clock = newClock();
    const surroundings = await startSurroundings(clock);
    for (let times = 0; times < 3; times++) {
      const { bot, lines } = await start(surroundings, clock);
      await bot.sweep();
      await bot.idle();
      await bot.stop();
      expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
    }
    // The links of the first start are not announced again.
    expect(surroundings.slack.messages(surroundings.channel).length).toBeLessThanOrEqual(2);
  });
});

describe('Socket Mode', { timeout: 60_000 }, () => {
  it('needs no address of its own: a command comes by the web socket, again after it was dropped', async () => {
    const clock = newClock();
    const surroundings = await startSurroundings(clock);
    const { slack, channel } = surroundings;
    const socket = await startSocketMode(slack);
    const { bot, lines } = await start(surroundings, clock, {
      SLACK_APP_TOKEN: appToken,
      SLACK_SIGNING_SECRET: '',
      SLACK_API_URL: socket.apiUrl,
    });
    expect(bot.port).toBeUndefined();
    await bot.sweep();
    await bot.idle();
    await eventually(() => lines.map(({ msg }) => msg)).toContain('Connected to Slack by Socket Mode');

    const types = (envelopeId: string): void => {
      const userId = people.erin;
      socket.send({
        type: 'slash_commands',
        envelope_id: envelopeId,
        accepts_response_payload: true,
        payload: {
          command: '/support-access',
          text: 'status',
          user_id: userId,
          channel_id: channel,
          channel_name: channelName,
          team_id: slack.seed.teamId,
          trigger_id: slack.state.triggers.issue(userId),
          response_url: slack.responseUrl(slack.responseUrls.issue({ channel, userId })),
        },
      });
    };
    types('envelope-1');
    await eventually(() => slack.ephemerals(people.erin)).toHaveLength(1);
    expect(slack.ephemerals(people.erin)[0]?.text).toContain('Support access is blocked');
    expect(socket.acknowledged).toEqual(['envelope-1']);

    socket.drop();
    await eventually(() => socket.connections).toBe(2);
    await eventually(() => lines.filter(({ msg }) => msg === 'Connected to Slack by Socket Mode')).toHaveLength(2);
    types('envelope-2');
    await eventually(() => slack.ephemerals(people.erin)).toHaveLength(2);
    await bot.stop();
    expect(socket.asked).toBe(2);
  });

  it('goes on trying while Slack cannot be reached, does the rest of its work, and can be stopped', async () => {
    const clock = newClock();
    const surroundings = await startSurroundings(clock);
    surroundings.slack.down();
    const { bot, lines } = await start(surroundings, clock, { SLACK_APP_TOKEN: appToken });
    await eventually(
      () => lines.filter(({ msg }) => msg === 'No connection to Slack by Socket Mode; trying again').length,
    ).toBeGreaterThan(0);
    await bot.sweep();
    await bot.idle();
    expect(surroundings.atlas.calls.some(({ call }) => call === 'readSettings')).toBe(true);
    await bot.stop();
    const { length } = lines;
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toHaveLength(length);
  });
});
