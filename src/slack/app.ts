import {
  App,
  type BlockAction,
  type BlockSuggestion,
  type SlackShortcut,
  type SlashCommand,
  type ViewSubmitAction,
} from '@slack/bolt';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { OperationContext } from '../operations/context.ts';
import { promptly } from '../operations/promptly.ts';
import { openHome } from '../operations/show-home.ts';
import { noTracing, type Tracing } from '../tracing.ts';
import { buttonPressed } from './actions/buttons.ts';
import { AnswerClient } from './answer-client.ts';
import { boltLogger } from './bolt-logger.ts';
import { chooseOrganization, chooserMessage, parseWish, type Wish } from './choose-organization.ts';
import type { Call } from './commands/call.ts';
import { parseCommand } from './commands/parse-command.ts';
import { searchTargets } from './commands/search-targets.ts';
import { settingsOptions } from './commands/settings.ts';
import { supportAccess } from './commands/support-access.ts';
import { HttpConnection, type HttpOptions } from './http-connection.ts';
import { Interactions } from './interactions.ts';
import { paragraphMessage } from './messages/blocks.ts';
import { slashCommand } from './messages/vocabulary.ts';
import { code, say } from './messages/words.ts';
import { type Contexts, Organizations } from './organizations.ts';
import { Reply, type ReplyOptions } from './reply.ts';
import { shortcutUsed } from './shortcuts.ts';
import { SocketConnection } from './socket-connection.ts';
import { timeAcknowledgements } from './timed-acknowledgements.ts';
import { historyFilterIds } from './views/history-filter-modal.ts';
import { metadataOf, originSchema, workingModal } from './views/modal.ts';
import { requestMetadata, requestModalIds, targetOptions } from './views/request-modal.ts';
import { settingFieldIds } from './views/settings-inputs.ts';
import { modalSubmitted, type Submitted } from './views/submissions.ts';

export interface SlackAppOptions {
  readonly contexts: Contexts;
  /** Of whatever names no organization. */
  readonly inheritor?: OperationContext;
  readonly slack: Config['slack'];
  /** Where HTTP mode listens, and what it serves besides. */
  readonly http: Omit<HttpOptions, 'signingSecret' | 'logger'>;
  /** For what is answered to people. */
  readonly fetch: typeof fetch;
  readonly metrics: Metrics;
  /** Nobody keeps traces unless given. */
  readonly tracing?: Tracing;
  readonly log: Logger;
}

export interface SlackApp {
  /** In HTTP mode, serves what is not Slack's and says where; Slack's requests are refused until `start`. */
  listen(): Promise<{ readonly port?: number }>;
  /** Takes what people do from now on. A Slack that cannot be reached is no reason to fail. */
  start(): void;
  /** Takes nothing new; what runs goes on until `idle`. */
  stop(): Promise<void>;
  /** Whether a handler runs. */
  readonly busy: boolean;
  /** Resolves when no handler runs. */
  idle(): Promise<void>;
}

/** Everything people do in Slack, from its payloads to operations and back. */
export function createSlackApp(options: SlackAppOptions): SlackApp {
  const { contexts, inheritor, slack, http, fetch, metrics, tracing = noTracing, log } = options;
  const organizations = new Organizations(contexts, inheritor);
  const logger = boltLogger(log);
  const connection = connectionFor(slack, http, logger, log);
  const client = new AnswerClient({ token: slack.botToken, apiUrl: slack.apiUrl, fetch, log });
  const interactions = new Interactions(log, metrics, tracing);
  const app = new App({
    receiver: connection.receiver,
    // Payloads are told apart by who sent them; nothing is asked of Slack, which may be away. Handlers have their own client.
    authorize: async () => ({}),
    ignoreSelf: false,
    convoStore: false,
    logger,
  });
  timeAcknowledgements(app, metrics);
  const replyTo = (options: Omit<ReplyOptions, 'client' | 'log'>): Reply => new Reply({ client, log, ...options });

  /** What was typed or used, for the organization that is meant; where none is known yet, somebody is asked which. */
  async function carryOut(context: OperationContext | undefined, wish: Wish, call: Call): Promise<void> {
    if (context === undefined) return call.reply.tell(chooserMessage(organizations.all, wish));
    tracing.isFor(context.key, 'command' in wish ? parseCommand(wish.command).subcommand : undefined);
    call.reply.speakFor(context.label);
    return 'command' in wish
      ? supportAccess(context, { ...call, channel: wish.channel }, wish.command)
      : shortcutUsed(context, client, { ...call, callbackId: wish.shortcut, about: wish.about });
  }

  app.command(slashCommand, async ({ command, ack }) => {
    const { user_id: slackId, trigger_id: triggerId, channel_id: channel } = command;
    const call = { slackId, triggerId, reply: replyTo(originOf(command)) };
    await interactions.run(
      { kind: 'command', handler: 'command', operationId: triggerId, slackId },
      call.reply,
      () => ack(),
      async () => {
        const { context, text } = await organizations.ofCommand(command.text ?? '', channel);
        await carryOut(context, { command: text, channel }, call);
      },
    );
  });

  app.action<BlockAction>({ type: 'block_actions' }, async ({ action, body, ack }) => {
    const { message, view } = body;
    const { id: actionId, context } = organizations.ofId(action.action_id, view?.callback_id);
    const button = action.type === 'button' ? action : undefined;
    const reply = replyTo(originOfClick(body));
    const call = { slackId: body.user.id, triggerId: body.trigger_id, reply };
    await interactions.run(
      { kind: 'action', handler: actionId, operationId: body.trigger_id, slackId: call.slackId },
      reply,
      () => ack(),
      async () => {
        // A button that is a link has been followed: there is nothing to do.
        if (button?.url !== undefined) return;
        if (context === undefined) return reply.tell(organizationIsGone());
        const value = button?.value ?? '';
        const wish = actionId === chooseOrganization ? parseWish(value) : undefined;
        if (wish !== undefined) return carryOut(context, wish, call);
        tracing.isFor(context.key);
        reply.speakFor(context.label);
        await reply.whileHeld(() => buttonPressed(context, actionId, { ...call, value, messageTs: message?.ts, view }));
      },
    );
  });

  app.view<ViewSubmitAction>({ type: 'view_submission' }, async ({ view, body, ack }) => {
    const { id: viewId } = view;
    const { id: callbackId, context } = organizations.ofId(view.callback_id);
    const slackId = body.user.id;
    const { responseUrl } = metadataOf(view, originSchema) ?? {};
    const submission = { slackId, view, responseUrl };
    const submitted =
      context === undefined
        ? submittedToNone
        : await modalSubmitted(context, callbackId, submission).catch(failedLater);
    const working = workingModal();
    const under = submitted.kind === 'back' ? view.previous_view_id : null;
    const modal = under === null ? { viewId, externalId: working.externalId } : { viewId: under };
    const reply = replyTo({ responseUrl, modal, direct: slackId });
    reply.speakFor(context?.label);
    await interactions.run(
      { kind: 'view', handler: callbackId, operationId: submitted.kind === 'errors' ? undefined : viewId, slackId },
      reply,
      () => {
        if (submitted.kind === 'errors') return ack({ response_action: 'errors', errors: submitted.errors });
        return under === null ? ack({ response_action: 'update', view: working.view }) : ack();
      },
      async () => {
        if (context !== undefined) tracing.isFor(context.key);
        if (submitted.kind !== 'errors') await reply.carryOut(await submitted.run(), body.trigger_id);
      },
    );
  });

  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    const slackId = event.user;
    await interactions.run(
      { kind: 'event', handler: 'home', slackId },
      replyTo({ home: slackId }),
      async () => {},
      () => openHome(contexts[0], { slackId }),
    );
  });

  app.shortcut<SlackShortcut>({ callback_id: anything }, async ({ shortcut, ack }) => {
    const { callback_id: callbackId, user, trigger_id: triggerId } = shortcut;
    const reply = replyTo({ triggerId, direct: user.id });
    const call = { slackId: user.id, triggerId, reply };
    const about =
      shortcut.type === 'message_action' ? { channel: shortcut.channel.id, ts: shortcut.message_ts } : undefined;
    await interactions.run(
      { kind: 'shortcut', handler: callbackId, operationId: triggerId, slackId: user.id },
      reply,
      () => ack(),
      async () => {
        const context = about === undefined ? undefined : await organizations.ofChannel(about.channel);
        await carryOut(context ?? organizations.only, { shortcut: callbackId, about }, call);
      },
    );
  });

  app.options<'block_suggestion'>(anything, async ({ options, ack }) => ack(await choices(organizations, options)));

  app.error(async (error) => log.error({ err: error }, 'A payload from Slack could not be handled'));

  return {
    listen: () => connection.listen(),
    start: () => connection.start(),
    stop: () => connection.stop(),
    get busy() {
      return interactions.running > 0;
    },
    idle: () => interactions.idle(),
  };
}

function connectionFor(
  slack: Config['slack'],
  http: SlackAppOptions['http'],
  logger: ReturnType<typeof boltLogger>,
  log: Logger,
): HttpConnection | SocketConnection {
  const { appToken, signingSecret, apiUrl } = slack;
  if (appToken !== undefined) return new SocketConnection({ appToken, apiUrl, logger, log });
  if (signingSecret === undefined) throw new Error('Neither Socket Mode nor HTTP is configured');
  return new HttpConnection({ signingSecret, ...http, logger });
}

/** Whatever was in the menu or in a form of an earlier version is answered too. */
const anything = /^/;

/** What keeps a form from being looked at is told as what keeps it from being carried out: the form is taken first. */
const failedLater = (error: unknown): Submitted => ({ kind: 'accepted', run: () => Promise.reject(error) });

const submittedToNone: Submitted = {
  kind: 'accepted',
  run: async () => ({ kind: 'tell', message: organizationIsGone() }),
};

const organizationIsGone = () =>
  paragraphMessage(
    say`Nothing was changed: Portcullis does not look after this organization any more. See ${code(`${slashCommand} status`)} for what it does.`,
  );

const originOf = (command: SlashCommand) => ({ responseUrl: command.response_url });

/** Where somebody who clicked is told something: in the modal with the button, or where its message stands. */
function originOfClick(body: BlockAction): Omit<ReplyOptions, 'client' | 'log'> {
  const { view, response_url: responseUrl } = body;
  if (view?.type === 'home') return { triggerId: body.trigger_id, direct: body.user.id };
  if (view?.type !== 'modal') return { responseUrl, threadTs: threadOf(body) };
  return { responseUrl: metadataOf(view, originSchema)?.responseUrl, modal: { viewId: view.id }, direct: body.user.id };
}

/** The thread that somebody clicked in. A message that began one stands in the channel, not in its thread. */
function threadOf({ message }: BlockAction): string | undefined {
  const threadTs: unknown = message?.thread_ts;
  return typeof threadTs === 'string' && threadTs !== message?.ts ? threadTs : undefined;
}

/** The entries of a menu that searches: the answer is the acknowledgement, so it takes no longer than that may. */
async function choices(organizations: Organizations, { action_id: id, value: typed, view }: BlockSuggestion) {
  const { id: actionId, context } = organizations.ofId(id, view?.callback_id);
  if (context === undefined) return { options: [] };
  switch (actionId) {
    case requestModalIds.target:
    case historyFilterIds.targets:
      return targetChoice(context, typed, view === undefined ? undefined : metadataOf(view, requestMetadata)?.near);
    case settingFieldIds.decidersGroup:
    case settingFieldIds.timeZone:
      return { options: await settingsOptions(context, actionId, typed) };
    default:
      return { options: [] };
  }
}

/** From the snapshot, and empty when that cannot be read. */
async function targetChoice({ log, directories, organizationId }: OperationContext, typed: string, near?: string) {
  const reading = directories.get(organizationId).then(({ targets }) => targets);
  const targets = await promptly(log, 'Targets could not be offered', reading, []);
  if (typed.trim() !== '' || near === undefined) return targetOptions(searchTargets(targets, typed));
  // Nothing typed yet: what the command's words were like comes first.
  return targetOptions([...new Set([...searchTargets(targets, near), ...searchTargets(targets, '')])]);
}
