import { beforeEach, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../src/config.ts';
import { createLogger } from '../src/log.ts';
import { setUpProblems } from '../src/preflight.ts';
import { createAtlasProvider } from '../src/providers/atlas/atlas-provider.ts';
import { ManualClock } from '../src/sandbox/manual-clock.ts';
import { type Surroundings, startSurroundings } from './support/surroundings.ts';

describe('what is wrong with the set-up', () => {
  let surroundings: Surroundings;
  let lines: { level: string; msg: string }[];
  const clock = new ManualClock(new Date('2026-03-02T09:00:00Z'));

  beforeEach(async () => {
    surroundings = await startSurroundings(clock);
    lines = [];
  });

  function configWith(changes: Record<string, string> = {}): Config {
    const loaded = loadConfig({ ...surroundings.settings, ...changes });
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
    return loaded.config;
  }

  async function problems(changes: Record<string, string> = {}): Promise<string[]> {
    const { slack, atlas } = configWith(changes);
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
    const provider = createAtlasProvider({
      baseUrl: atlas.baseUrl,
      organizationId: atlas.organizationId,
      credentials: { clientId: atlas.clientId, clientSecret: atlas.clientSecret },
      clock,
      requestTimeoutMs: 500,
    });
    return setUpProblems(slack, provider, log);
  }

  it('is nothing when all is as the README says', async () => {
    expect(await problems()).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('names each missing scope, with what it is for', async () => {
    const { slack } = surroundings;
    slack.setScopes(slack.seed.bot.scopes.filter((scope) => !['users:read.email', 'im:write'].includes(scope)));
    const found = await problems();
    expect(found).toHaveLength(2);
    for (const scope of ['users:read.email', 'im:write']) {
      expect(found).toContainEqual(
        expect.stringMatching(new RegExp(`^Slack scope ${scope} is missing \\(.+\\)\\. Add it`)),
      );
    }
  });

  it('says what to do about the channel', async () => {
    const { slack, channel } = surroundings;
    expect(await problems({ SLACK_CHANNEL_ID: 'C0NOSUCH01' })).toEqual([
      'SLACK_CHANNEL_ID: there is no channel C0NOSUCH01 that the bot can see. In a private channel, invite the bot first.',
    ]);
    slack.removeBotFromChannel(channel);
    expect(await problems()).toEqual([`The bot is not in the channel ${channel}. Type /invite @Portcullis there.`]);
    slack.addBotToChannel(channel);
    slack.archiveChannel(channel);
    expect(await problems()).toEqual([`SLACK_CHANNEL_ID: the channel ${channel} is archived.`]);
  });

  it('says once that Slack refuses the token', async () => {
    expect(await problems({ SLACK_BOT_TOKEN: 'xoxb-000000000000-somebody-elses' })).toEqual([
      'SLACK_BOT_TOKEN: Slack refuses it (invalid_auth). Install the app to the workspace and copy its bot token.',
    ]);
  });

  it.each([
    ['a wrong secret', { ATLAS_CLIENT_SECRET: 'mdb_sa_sk_wrong_0123456789' }],
    ['another organization', { ATLAS_ORG_ID: '0123456789abcdef01234567' }],
  ])('says that Atlas refuses the account: %s', async (_, changes) => {
    const found = await problems(changes);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^Atlas: ./);
    expect(found[0]).not.toContain('wrong_0123456789');
  });

  it.each([
    ['Slack', { method: '*', kind: 'cut-before' }],
    ['Slack', { method: '*', kind: 'http-status', status: 503 }],
    ['Slack', { method: '*', kind: 'rate-limited', retryAfterSeconds: 60 }],
  ] as const)('is nothing that can be told while %s cannot be asked: %j', async (what, fault) => {
    surroundings.slack.addFault(fault);
    expect(await problems()).toEqual([]);
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toContain(
      `warn ${what} could not be reached to check the set-up; going on without`,
    );
  });

  it.each(['cut-before', 'hang', 'garbage'] as const)(
    'is nothing that can be told while Atlas cannot be asked: %s',
    async (kind) => {
      const fault = surroundings.atlas.addFault({ kind });
      expect(await problems()).toEqual([]);
      expect(lines).toMatchObject([
        { level: 'warn', msg: 'Atlas could not be reached to check the set-up; going on without' },
      ]);
      fault.clear();
    },
  );
});
