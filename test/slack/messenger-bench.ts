import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '../../src/log.ts';
import { startSlack } from '../../src/sandbox/slack/server.ts';
import { createWebMessenger, type WebMessengerOptions } from '../../src/slack/web-messenger.ts';
import { MessengerError } from '../../src/work/messenger.ts';

const token = 'xoxb-test-token';
export const channel = 'C0ACCESS';
export const scopes: readonly string[] = [
  'chat:write',
  'channels:read',
  'channels:history',
  'groups:read',
  'groups:history',
  'im:read',
  'im:history',
  'im:write',
];

export const message = (text: string) => ({ text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] });

export type MessengerBench = Awaited<ReturnType<typeof startMessengerBench>>;

/** A messenger of a workspace with a channel, one that the bot is not in, and a private one. */
export async function startMessengerBench() {
  const slack = await startSlack({
    seed: {
      signingSecret: 'a-signing-secret',
      bot: { userId: 'U0BOT', token, scopes, appId: 'A0PORTCULLIS' },
      users: [
        { id: 'U0ALEX', name: 'alex', realName: 'Alex' },
        { id: 'U0ROBIN', name: 'robin', realName: 'Robin' },
      ],
      channels: [
        { id: channel, name: 'access', members: ['U0ALEX'], botIsMember: true },
        { id: 'C0OTHER', name: 'other', members: ['U0ALEX'], botIsMember: false },
        { id: 'G0SECRET', name: 'secret', isPrivate: true, members: ['U0ALEX'], botIsMember: false },
      ],
    },
  });
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', destination: { write: (line) => lines.push(line) } });
  const messengerOf = (options: Partial<WebMessengerOptions> = {}) =>
    createWebMessenger({ token, apiUrl: slack.url, log, ...options });
  const bench = {
    slack,
    lines,
    messengerOf,
    messenger: messengerOf(),
    post: (effectId: string, more: { threadTs?: string; broadcast?: boolean; channel?: string } = {}) =>
      bench.messenger.post({
        channel,
        message: message(`This is ${effectId}`),
        effectId,
        dueAt: new Date(0),
        call: () => {},
        ...more,
      }),
    callsOf: (method: string) => slack.calls.filter((call) => call.method === method),
  };
  return bench;
}

/** What a call was refused with. Fails when it was not. */
export async function failureOf(run: () => Promise<unknown>): Promise<MessengerError> {
  const thrown = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof MessengerError) return thrown;
  throw new Error('Not refused by a MessengerError', { cause: thrown });
}

/** Something at Slack's address that answers each method always the same. */
export async function otherSlack(answers: Record<string, unknown>, raw?: { status: number; body: string; cut?: true }) {
  const server = createServer((request, response) => {
    request.resume();
    const method = request.url?.split('/').at(-1) ?? '';
    response.writeHead(raw?.status ?? 200, { 'content-type': 'application/json' });
    if (raw?.cut) {
      response.write(raw.body, () => response.destroy());
      return;
    }
    response.end(raw?.body ?? JSON.stringify(answers[method] ?? { ok: false, error: 'unknown_method' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/api/`, close: () => server.close() };
}
