import type { Courier, Delivery, Receipt } from './courier.ts';
import type { Channel, Conversation } from './directory.ts';
import { isObject, type JsonObject, stringIn } from './json.ts';
import type { EphemeralMessage, SlackMessage, SlackView } from './ledger.ts';
import { messageObject } from './message-history.ts';
import { publicId } from './places.ts';
import type { ResponseSource } from './response-urls.ts';
import type { SlackServer } from './server.ts';

/** What came of something a person did. */
export interface Reply extends Receipt {
  /** False when Slack sent nothing to the bot: a cancelled confirm dialog, a form with a missing field. */
  readonly sent: boolean;
  /** What the confirm dialog said, if there was one. */
  readonly confirm?: string;
  /** What has arrived for this person alone since then. It grows while the bot goes on working. */
  readonly ephemerals: readonly EphemeralMessage[];
}

const VERIFICATION_TOKEN = 'sandbox-verification-token';

/** Slack's side of an interaction: the parts all payloads share, and the sending of them. */
export class Desk {
  readonly slack: SlackServer;
  readonly courier: Courier;
  /** What was sent to the bot, oldest first. */
  readonly deliveries: Delivery[] = [];

  constructor(slack: SlackServer, courier: Courier) {
    this.slack = slack;
    this.courier = courier;
  }

  get directory() {
    return this.slack.state.directory;
  }

  get ledger() {
    return this.slack.state.ledger;
  }

  async deliver(delivery: Delivery): Promise<Receipt> {
    this.deliveries.push(delivery);
    return this.courier.send(delivery);
  }

  /** Sends a payload as a form with the single field `payload`, as Slack sends every interaction. */
  interact(userId: string, payload: JsonObject, confirm?: string): Promise<Reply> {
    return this.reply(userId, () => this.deliver(this.courier.form({ payload: JSON.stringify(payload) })), confirm);
  }

  async reply(userId: string, send: () => Promise<Receipt>, confirm?: string): Promise<Reply> {
    const before = new Set(this.slack.ephemerals(userId).map((message) => message.ts));
    const slack = this.slack;
    return {
      ...(await send()),
      sent: true,
      ...(confirm === undefined ? {} : { confirm }),
      get ephemerals() {
        return slack.ephemerals(userId).filter((message) => !before.has(message.ts));
      },
    };
  }

  notSent(confirm?: string): Reply {
    return {
      sent: false,
      status: 0,
      ackMs: 0,
      body: '',
      ephemerals: [],
      ...(confirm === undefined ? {} : { confirm }),
    };
  }

  trigger(userId: string): string {
    return this.slack.state.triggers.issue(userId);
  }

  responseUrl(source: ResponseSource): string {
    return this.slack.responseUrl(this.slack.responseUrls.issue(source));
  }

  /** What every interaction says of who and where. */
  common(userId: string): JsonObject {
    const user = this.directory.user(userId);
    return {
      team: { id: this.directory.teamId, domain: this.directory.teamDomain },
      user: {
        id: userId,
        username: user?.name,
        name: user?.name,
        team_id: user?.teamId ?? this.directory.teamId,
      },
      api_app_id: this.directory.appId,
      token: VERIFICATION_TOKEN,
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  commandFields(userId: string, command: string, text: string, conversation: Conversation): Record<string, string> {
    const user = this.directory.user(userId);
    const channel = publicId(conversation);
    return {
      token: VERIFICATION_TOKEN,
      team_id: user?.teamId ?? this.directory.teamId,
      team_domain: this.directory.teamDomain,
      channel_id: channel,
      channel_name: channelName(conversation),
      user_id: userId,
      user_name: user?.name ?? '',
      command,
      text,
      api_app_id: this.directory.appId,
      is_enterprise_install: 'false',
      response_url: this.responseUrl({ channel, userId }),
      trigger_id: this.trigger(userId),
    };
  }

  /** Where a message is, for an interaction with it. Slack sends no copy of an ephemeral one. */
  messageOrigin(userId: string, message: SlackMessage): JsonObject {
    const conversation = this.directory.conversation(message.channel);
    if (conversation === undefined) throw new Error(`The workspace has no channel ${message.channel}`);
    const isEphemeral = 'visibleTo' in message;
    return {
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: isEphemeral,
        ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
      },
      channel: { id: message.channel, name: channelName(conversation) },
      ...(isEphemeral ? {} : { message: messageObject(this.slack.state, message, {}) }),
      response_url: this.responseUrl({
        channel: message.channel,
        userId,
        message: { ts: message.ts, isEphemeral },
      }),
    };
  }

  viewObject(view: SlackView): JsonObject {
    return { ...view.view, state: { values: view.state } };
  }

  event(event: JsonObject, eventId: string): JsonObject {
    const { teamId, appId, botUserId } = this.directory;
    return {
      token: VERIFICATION_TOKEN,
      team_id: teamId,
      api_app_id: appId,
      event,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: teamId, user_id: botUserId, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
    };
  }

  /** The direct messages of the bot with somebody, opened if they are not yet. */
  async directMessages(userId: string): Promise<Conversation> {
    const known = this.directory.conversation(userId);
    if (known !== undefined) return known;
    const answer = await this.slack.state.emulator.callAsSandbox('conversations.open', { users: userId });
    const id = isObject(answer.channel) ? stringIn(answer.channel.id) : undefined;
    if (id === undefined) throw new Error(`No direct messages with ${userId}: ${String(answer.error)}`);
    this.directory.openDirectMessage(id, userId);
    return { kind: 'direct', id, userId };
  }

  canSee(userId: string, channel: Channel): boolean {
    return channel.members.includes(userId) || !channel.isPrivate;
  }
}

/** Slack tells an app the name of public channels only. */
function channelName(conversation: Conversation): string {
  if (conversation.kind === 'direct') return 'directmessage';
  return conversation.channel.isPrivate ? 'privategroup' : conversation.channel.name;
}
