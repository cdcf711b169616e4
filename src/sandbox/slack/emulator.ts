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

/** The emulator's own limit is 5,000 calls an hour and token, with the answer 403 to everything after that. */
const CALLS_PER_TOKEN = 4_500;

/** Tokens of the bot for one set of scopes, each used for as many calls as the emulator is sure to allow. */
class Tokens {
  readonly #url: string;
  readonly #scopes: string;
  #token: Promise<string> | undefined;
  #callsLeft = 0;

  constructor(url: string, scopes: string) {
    this.#url = url;
    this.#scopes = scopes;
  }

  next(): Promise<string> {
    if (this.#token === undefined || this.#callsLeft === 0) {
      this.#token = exchange(this.#url, this.#scopes);
      this.#callsLeft = CALLS_PER_TOKEN;
    }
    this.#callsLeft -= 1;
    return this.#token;
  }
}

/**
 * The `emulate` package's Slack, seeded so that everybody has the id the seed gives them.
 *
 * - Its user seeds take no ids, but its app seeds do: each person is seeded as the bot user of an app of their own. What
 *   it then believes of them (that they are bots, an e-mail address) never reaches anybody: `Directory` answers that.
 * - Channel ids cannot be seeded at all: the channels are created by call, and `Directory` maps the ids.
 * - The bot and everybody else are members of every channel in there; membership is judged outside, by Slack's rules.
 * - It shuts a token out after 5,000 calls, which Slack does not: tokens are exchanged for new ones in time.
 */
export class Emulator {
  readonly #url: string;
  readonly #close: () => Promise<void>;
  readonly #sandbox: Tokens;
  #bot: Tokens;

  private constructor(url: string, close: () => Promise<void>, scopes: string) {
    this.#url = url;
    this.#close = close;
    this.#bot = new Tokens(url, scopes);
    this.#sandbox = new Tokens(url, ALL_SCOPES);
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
    const emulator = new Emulator(url, () => server.close(), seed.bot.scopes.join(','));
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
  callAsBot(method: string, body: JsonObject): Promise<Answer> {
    return this.#call(this.#bot, method, body);
  }

  /** As the bot, with every scope: for what Slack itself or a person does. */
  callAsSandbox(method: string, body: JsonObject): Promise<Answer> {
    return this.#call(this.#sandbox, method, body);
  }

  /** What the client sent to the address of an announced file. */
  async upload(fileId: string, content: Buffer): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await fetch(`${this.#url}/upload/v1/${fileId}`, { method: 'POST', headers, body: content });
    if (!response.ok) throw new Error(`The emulator answered ${response.status} to an upload`);
  }

  setScopes(scopes: readonly string[]): void {
    this.#bot = new Tokens(this.#url, scopes.join(','));
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #call(tokens: Tokens, method: string, body: JsonObject): Promise<Answer> {
    const response = await fetch(`${this.#url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokens.next()}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!isObject(answer) || typeof answer.ok !== 'boolean') {
      throw new Error(`The emulator answered ${response.status} to ${method}`);
    }
    return { ...answer, ok: answer.ok };
  }
}

/** Installs the bot once more, which is how the emulator gives out a token with other scopes. */
async function exchange(url: string, scopes: string): Promise<string> {
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
  return token;
}
