import { createEmulator } from 'emulate';
import { isObject, type JsonObject, stringIn } from './json.ts';
import type { SlackSeed } from './seed.ts';

/** An answer of the Web API. */
export type Answer = JsonObject & { ok: boolean };

const BOT_CLIENT = { client_id: 'sandbox-bot', client_secret: 'sandbox-bot-secret' };
export const BOT_ID = 'B0SANDBOX';
const FIRST_USER_OF_THE_EMULATOR = 'U000000001';

/** Every scope that the emulator checks for the calls the sandbox makes on its own account. */
const ALL_SCOPES =
  'chat:write,channels:read,channels:history,channels:join,channels:manage,groups:read,groups:history,groups:write,' +
  'im:read,im:history,im:write,users:read,users:read.email,team:read';

interface Access {
  readonly scopes: string;
  token: string;
  remaining: number;
}

/**
 * The `emulate` package's Slack, seeded so that everybody has the id the seed gives them.
 *
 * - Its user seeds take no ids, but its app seeds do: each person is seeded as the bot user of an app of their own. What
 *   it then believes of them (that they are bots, an e-mail address) never reaches anybody: `Directory` answers that.
 * - Channel ids cannot be seeded at all: the channels are created by call, and `Directory` maps the ids.
 * - The bot and everybody else are members of every channel in there; membership is judged outside, by Slack's rules.
 * - It allows a token 5,000 calls an hour and then answers 403 to everything, which Slack does not: tokens are exchanged
 *   for new ones in time.
 */
export class Emulator {
  readonly #url: string;
  readonly #close: () => Promise<void>;
  #bot: Access;
  #sandbox: Access;

  private constructor(url: string, close: () => Promise<void>, bot: Access, sandbox: Access) {
    this.#url = url;
    this.#close = close;
    this.#bot = bot;
    this.#sandbox = sandbox;
  }

  /** The ids of the channels come in the order of the seed. */
  static async start(seed: SlackSeed): Promise<{ emulator: Emulator; channelIds: string[] }> {
    const people = seed.users.map((user) => user.id).filter((id) => id !== seed.bot.userId);
    const server = await createEmulator({
      service: 'slack',
      port: 0,
      seed: {
        slack: {
          strict_scopes: true,
          signing_secret: seed.signingSecret,
          oauth_apps: [
            {
              ...BOT_CLIENT,
              app_id: seed.bot.appId,
              name: 'Portcullis',
              redirect_uris: [],
              bot_id: BOT_ID,
              bot_user_id: seed.bot.userId,
              bot_name: 'portcullis',
            },
            ...people.map((id) => ({
              client_id: `person-${id}`,
              client_secret: '-',
              app_id: `A-${id}`,
              name: id,
              redirect_uris: [],
              bot_id: `B-${id}`,
              bot_user_id: id,
              bot_name: id,
            })),
          ],
        },
      },
    });
    const url = server.url.replace('//localhost:', '//127.0.0.1:');
    const emulator = new Emulator(
      url,
      () => server.close(),
      await exchange(url, seed.bot.scopes.join(',')),
      await exchange(url, ALL_SCOPES),
    );
    const channelIds: string[] = [];
    for (const [index, channel] of seed.channels.entries()) {
      const name = `sandbox-${index + 1}`;
      const created = await emulator.callAsSandbox('conversations.create', { name, is_private: channel.isPrivate });
      const id = isObject(created.channel) ? stringIn(created.channel.id) : undefined;
      if (id === undefined) throw new Error(`The emulator did not create #${channel.name}: ${JSON.stringify(created)}`);
      for (let start = 0; start < people.length; start += 100) {
        const users = people.slice(start, start + 100).join(',');
        await emulator.callAsSandbox('conversations.invite', { channel: id, users });
      }
      channelIds.push(id);
    }
    return { emulator, channelIds };
  }

  /** With the scopes the bot has now. */
  async callAsBot(method: string, body: JsonObject): Promise<Answer> {
    if (this.#bot.remaining < 10) this.#bot = await exchange(this.#url, this.#bot.scopes);
    return this.#call(this.#bot, method, body);
  }

  /** As the bot, with every scope: for what Slack itself or a person does. */
  async callAsSandbox(method: string, body: JsonObject): Promise<Answer> {
    if (this.#sandbox.remaining < 10) this.#sandbox = await exchange(this.#url, ALL_SCOPES);
    return this.#call(this.#sandbox, method, body);
  }

  async setScopes(scopes: readonly string[]): Promise<void> {
    this.#bot = await exchange(this.#url, scopes.join(','));
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #call(access: Access, method: string, body: JsonObject): Promise<Answer> {
    const response = await fetch(`${this.#url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    });
    const remaining = response.headers.get('x-ratelimit-remaining');
    if (remaining !== null) access.remaining = Number(remaining);
    const answer: unknown = await response.json();
    if (!isObject(answer) || typeof answer.ok !== 'boolean') {
      throw new Error(`The emulator answered ${response.status} to ${method}`);
    }
    return { ...answer, ok: answer.ok };
  }
}

/** Installs the bot once more, which is how the emulator gives out a token with other scopes. */
async function exchange(url: string, scopes: string): Promise<Access> {
  // An empty list would be read as "all that the app asks for"; a lone comma is read as none.
  const scope = scopes === '' ? ',' : scopes;
  const redirect = await fetch(`${url}/oauth/v2/authorize/callback`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      user_id: FIRST_USER_OF_THE_EMULATOR,
      redirect_uri: 'http://127.0.0.1/installed',
      client_id: BOT_CLIENT.client_id,
      scope,
    }),
  });
  const code = new URL(redirect.headers.get('location') ?? 'http://127.0.0.1/').searchParams.get('code');
  const response = await fetch(`${url}/api/oauth.v2.access`, {
    method: 'POST',
    body: new URLSearchParams({ ...BOT_CLIENT, code: code ?? '' }),
  });
  const answer: unknown = await response.json();
  const token = isObject(answer) ? stringIn(answer.access_token) : undefined;
  if (token === undefined) throw new Error(`The emulator gave no token: ${JSON.stringify(answer)}`);
  return { scopes, token, remaining: 5000 };
}
