import type { AddressInfo } from 'node:net';
import { App, type BlockAction, HTTPReceiver, type Logger, LogLevel, type ViewResponseAction } from '@slack/bolt';
import type { SlackServer } from '../../../src/sandbox/slack/server.ts';
import { BOT_TOKEN, SIGNING_SECRET } from './acme.ts';

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
export const option = (text: string, value: string) => ({ text: plain(text), value });

export const form = {
  type: 'modal' as const,
  callback_id: 'ask',
  private_metadata: 'from-command',
  title: plain('Ask for access'),
  submit: plain('Ask'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input' as const,
      block_id: 'cluster',
      label: plain('Cluster'),
      element: { type: 'external_select' as const, action_id: 'cluster' },
    },
    {
      type: 'input' as const,
      block_id: 'type',
      label: plain('Access type'),
      element: {
        type: 'static_select' as const,
        action_id: 'type',
        options: [option('infrastructure', 'i'), option('database logs only', 'l')],
        initial_option: option('infrastructure', 'i'),
      },
    },
    {
      type: 'input' as const,
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input' as const, action_id: 'reason', max_length: 20 },
    },
    {
      type: 'actions' as const,
      block_id: 'more',
      elements: [{ type: 'button' as const, action_id: 'more', text: plain('More'), value: 'm' }],
    },
  ],
};

export const request = (until: string) => ({
  text: 'Erin asks for access',
  blocks: [
    { type: 'section' as const, text: mrkdwn(`<@U0ERIN> asks for payments-prod until ${until}`) },
    {
      type: 'actions' as const,
      block_id: 'decide',
      elements: [
        {
          type: 'button' as const,
          action_id: 'approve',
          text: plain('Approve'),
          value: 'grant-1',
          confirm: {
            title: plain('Open access?'),
            text: mrkdwn('For 4 hours'),
            confirm: plain('Open'),
            deny: plain('No'),
          },
        },
        { type: 'button' as const, action_id: 'deny', text: plain('Deny'), value: 'grant-1' },
      ],
    },
  ],
});

const quiet: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** A bot as apps are written: Bolt over HTTP, with its signature check. It keeps what its listeners were given. */
export class AccessBot {
  readonly seen: Record<string, unknown>[] = [];
  /** The whole payload of the last submission, approval or message shortcut. */
  lastBody: Record<string, unknown> = {};
  /** What the next submissions are answered with; a plain acknowledgement when undefined. */
  answerSubmission: ViewResponseAction | undefined;
  readonly app: App;
  readonly #receiver: HTTPReceiver;
  #url = '';

  private constructor(slack: SlackServer) {
    this.#receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, logger: quiet });
    this.app = new App({
      token: BOT_TOKEN,
      receiver: this.#receiver,
      logger: quiet,
      clientOptions: { slackApiUrl: slack.url, retryConfig: { retries: 0 } },
    });
    this.app.error(async () => {});
    this.#define(this.app);
  }

  static async start(slack: SlackServer): Promise<AccessBot> {
    const bot = new AccessBot(slack);
    const server = await bot.#receiver.start({ port: 0, host: '127.0.0.1' } as never);
    bot.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return bot;
  }

  get url(): string {
    return this.#url;
  }

  get client() {
    return this.app.client;
  }

  /** What it was given with a slash command. */
  command(index: number): { response_url: string; trigger_id: string } {
    const fields = this.seen[index]?.command;
    if (fields === undefined) throw new Error(`No command ${index}`);
    return fields as { response_url: string; trigger_id: string };
  }

  stop(): Promise<void> {
    return this.#receiver.stop();
  }

  #define(app: App): void {
    app.command('/access', async ({ ack, body, command, client, respond }) => {
      this.seen.push({ command: body });
      switch (command.text.split(' ')[0]) {
        case 'ask':
          await ack();
          await client.views.open({ trigger_id: body.trigger_id, view: form });
          return;
        case 'hello':
          await ack('Hello to you alone');
          return;
        case 'wait':
          return;
        case 'many':
          await ack();
          for (let count = 1; count <= 6; count += 1) {
            await respond({ text: `Answer ${count}`, response_type: count === 1 ? 'in_channel' : 'ephemeral' });
          }
          return;
        default:
          await ack({ response_type: 'in_channel', text: `Unknown: ${command.text}` });
      }
    });
    app.options('cluster', async ({ ack, options }) => {
      const names = ['payments-prod', 'payments-test', 'orders-prod'].filter((name) => name.includes(options.value));
      await ack({ options: names.map((name) => option(name, name)) });
    });
    app.view('ask', async ({ ack, body, view }) => {
      this.lastBody = body as never;
      this.seen.push({ submitted: view.state.values, metadata: view.private_metadata });
      await (this.answerSubmission === undefined ? ack() : ack(this.answerSubmission));
    });
    app.view({ callback_id: 'ask', type: 'view_closed' }, async ({ ack, body }) => {
      this.seen.push({ closed: body.view.id });
      await ack();
    });
    app.action('more', async ({ ack, body, client }) => {
      await ack();
      const { view, trigger_id } = body as BlockAction;
      this.seen.push({ more: view?.state.values });
      const blocks = [{ ...form.blocks[2], label: plain('Reason, in full') }] as typeof form.blocks;
      if (view?.blocks.length === 4)
        await client.views.update({ view_id: view.id, hash: view.hash, view: { ...form, blocks } });
      else await client.views.push({ trigger_id, view: { ...form, title: plain('On top'), blocks: [] } });
    });
    app.action('approve', async ({ ack, body, action, respond }) => {
      await ack();
      this.lastBody = body as never;
      this.seen.push({ approved: action, by: body.user });
      await respond({ replace_original: true, text: 'Approved' });
    });
    app.action('deny', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'You may not decide', response_type: 'ephemeral', replace_original: false });
    });
    app.shortcut('ask_anywhere', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: form });
    });
    app.shortcut('ask_about_message', async ({ ack, body }) => {
      await ack();
      this.lastBody = body as never;
    });
    app.event('app_home_opened', async ({ event, client, body }) => {
      this.seen.push({ home: event.user, id: body.event_id });
      await client.views.publish({
        user_id: event.user,
        view: {
          type: 'home',
          blocks: ['payments-prod', 'orders-prod'].map((name) => ({
            type: 'section' as const,
            block_id: name,
            text: mrkdwn(`*${name}* is open`),
            accessory: { type: 'button' as const, action_id: 'revoke', text: plain('Revoke'), value: name },
          })),
        },
      });
    });
    app.action('revoke', async ({ ack, action }) => {
      await ack();
      this.seen.push({ revoked: action });
    });
  }
}
