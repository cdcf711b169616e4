import { postMessage } from './chat-methods.ts';
import type { Receipt } from './courier.ts';
import type { Desk, Reply } from './desk.ts';
import { type Conversation, SLACKBOT } from './directory.ts';
import { entered } from './entering.ts';
import {
  actionOf,
  chosen,
  confirmText,
  type ElementIds,
  elementById,
  NotPossible,
  oneField,
  onePressable,
  pressableById,
  pressablesIn,
  slackNow,
} from './finding.ts';
import { initialState, optionsOf } from './inputs.ts';
import { isObject, type JsonObject } from './json.ts';
import { byTs, type EphemeralMessage, type SlackMessage } from './ledger.ts';
import { Modal } from './modal.ts';
import { publicId } from './places.ts';
import { type RenderOptions, renderAsText } from './render-text.ts';
import { decoded } from './request-body.ts';

/** Where to look for what a person uses. */
export interface Where {
  /** By id or name; the person's own direct messages with the bot when left out. */
  readonly channel?: string;
  /** A `ts`, or a text that stands in the message. The newest message that fits is used. */
  readonly message?: string;
  /** Only messages of this thread: the `ts` of its first message. */
  readonly thread?: string;
}

/** Somebody in the workspace, doing what people do and seeing what they see. */
export class Person {
  readonly id: string;
  readonly #desk: Desk;
  readonly #now: () => Date;

  constructor(desk: Desk, id: string, now: () => Date) {
    if (desk.directory.user(id) === undefined) throw new Error(`Nobody in the workspace has the id ${id}`);
    this.id = id;
    this.#desk = desk;
    this.#now = now;
  }

  /** Types a slash command: `/support-access request payments-prod 4h`. */
  async types(line: string, where: Pick<Where, 'channel'>): Promise<Reply> {
    const [, command = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(line) ?? [];
    if (command === '') throw new Error(`"${line}" is no slash command`);
    const conversation = await this.#conversation(where.channel);
    const fields = this.#desk.commandFields(this.id, command, escaped(rest.trim()), conversation);
    return this.#desk.reply(this.id, async () => {
      const receipt = await this.#desk.deliver(this.#desk.courier.form(fields));
      await this.#showAnswer(receipt, command, publicId(conversation));
      return receipt;
    });
  }

  /** Posts a line in a conversation, as people do among themselves: the bot is not told. */
  async says(line: string, where: Pick<Where, 'channel'>): Promise<void> {
    const conversation = await this.#conversation(where.channel);
    const as = { userId: this.id };
    const posted = await postMessage(this.#desk.slack.state, publicId(conversation), { text: escaped(line) }, as);
    if (!posted.ok) throw new NotPossible(`Slack did not take this: ${String(posted.error)}.`);
  }

  /** The id of the direct messages with the bot, which are opened if they are not yet. */
  async opensDirectMessages(): Promise<string> {
    return publicId(await this.#desk.directMessages(this.id));
  }

  /** Presses a button in a message, and says yes to its confirm dialog unless told otherwise. */
  async clicks(label: string, where: Where & { beside?: string; confirm?: 'cancel' } = {}): Promise<Reply> {
    const message = this.#newest(where, (candidate) =>
      pressablesIn(candidate.blocks).some((pressable) => pressable.label === label),
    );
    if (message === undefined) throw new Error(`${this.#name()} sees no [${label}] in:\n${this.sees(where.channel)}`);
    const pressed = onePressable(message.blocks, label, where.beside, this.#render());
    const confirm = confirmText(pressed.element);
    if (confirm !== undefined && where.confirm === 'cancel') return this.#desk.notSent(confirm);
    return this.uses(message, pressed, pressed.action);
  }

  /** Chooses an entry of a menu in a message, which is told by its placeholder or the text beside it. */
  async chooses(menu: string, option: string, where: Where = {}): Promise<Reply> {
    for (const message of this.#candidates(where).toReversed()) {
      const offered = message.blocks.flatMap((block) => menusOf(block)).flatMap(optionsOf);
      if (offered.length === 0) continue;
      const field = oneField(message.blocks, menu, this.#render());
      const value = chosen(field, option, undefined, optionsOf(field.element), () => undefined);
      return this.uses(message, field, value);
    }
    throw new Error(`${this.#name()} sees no menu in:\n${this.sees(where.channel)}`);
  }

  /**
   * Presses what has these ids in a message, its confirm dialog answered with yes; or chooses there, `value` having the
   * form of the payload's action.
   */
  async uses(
    { channel, ts }: Pick<SlackMessage, 'channel' | 'ts'>,
    ids: ElementIds,
    value?: JsonObject,
  ): Promise<Reply> {
    const message = this.#candidates({ channel }).find((candidate) => candidate.ts === ts);
    if (message === undefined) throw new NotPossible('This message is not there any more.');
    const pressed = pressableById(message.blocks, ids, value);
    if (pressed !== undefined) {
      return this.#act(message, actionOf(pressed, pressed.action), confirmText(pressed.element));
    }
    const field = elementById(message.blocks, ids);
    const held = entered(field, value ?? {}, undefined, optionsOf(field.element));
    return this.#act(message, actionOf(field, held), undefined);
  }

  /** The modal or home tab with this id, if this person has it open. Throws otherwise. */
  view(id: string): Modal {
    if (this.#desk.ledger.view({ id })?.userId !== this.id) throw new NotPossible('This view is no longer open.');
    return new Modal(this.#desk, this.id, id, this.#render());
  }

  /** The modal in front of this person. Throws when there is none. */
  modal(): Modal {
    const top = this.#desk.ledger.modalStack(this.id).at(-1);
    if (top === undefined) throw new Error(`${this.#name()} has no modal open`);
    return new Modal(this.#desk, this.id, top.id, this.#render());
  }

  hasModal(): boolean {
    return this.#desk.ledger.modalStack(this.id).length > 0;
  }

  /** Opens the app's home tab, which tells the bot. */
  async opensHome(): Promise<Reply> {
    const conversation = await this.#desk.directMessages(this.id);
    const event = {
      type: 'app_home_opened',
      user: this.id,
      channel: publicId(conversation),
      tab: 'home',
      event_ts: slackNow(),
    };
    const delivery = this.#desk.courier.json(this.#desk.event(event, `Ev${slackNow()}`));
    return this.#desk.reply(this.id, () => this.#desk.deliver(delivery));
  }

  /** The home tab as the bot has published it for this person. Throws when it has not. */
  home(): Modal {
    const home = this.#desk.ledger.home(this.id);
    if (home === undefined) throw new Error(`The bot has published no home tab for ${this.#name()}`);
    return new Modal(this.#desk, this.id, home.id, this.#render());
  }

  /** A global shortcut, from the search bar or the composer. */
  usesShortcut(callbackId: string): Promise<Reply> {
    return this.#desk.interact(this.id, {
      type: 'shortcut',
      ...this.#desk.common(this.id),
      callback_id: callbackId,
      trigger_id: this.#desk.trigger(this.id),
      action_ts: slackNow(),
    });
  }

  /** A shortcut in the menu of a message. */
  async usesMessageShortcut(callbackId: string, where: Where): Promise<Reply> {
    const message = this.#newest(where, (candidate) => !('visibleTo' in candidate));
    if (message === undefined) throw new NotPossible('This message is not there any more.');
    const { container, ...origin } = this.#desk.messageOrigin(this.id, message);
    return this.#desk.interact(this.id, {
      type: 'message_action',
      ...this.#desk.common(this.id),
      ...origin,
      callback_id: callbackId,
      trigger_id: this.#desk.trigger(this.id),
      message_ts: message.ts,
      action_ts: slackNow(),
    });
  }

  /** What this person reads in a conversation, oldest first, what only they can see included. */
  sees(channel?: string): string {
    const messages = this.#candidates({ channel });
    const roots = messages.filter((message) => message.threadTs === undefined);
    const orphans = messages.filter((message) => !roots.some((root) => root.ts === (message.threadTs ?? message.ts)));
    return [...roots, ...orphans]
      .flatMap((root) => [
        this.#shown(root, ''),
        ...messages.filter((message) => message.threadTs === root.ts).map((reply) => this.#shown(reply, '  ↳ ')),
      ])
      .join('\n\n');
  }

  /** Everything the bot wrote to this person directly. */
  directMessages(): SlackMessage[] {
    return this.#desk.slack.messages(this.id);
  }

  ephemerals(): EphemeralMessage[] {
    return this.#desk.slack.ephemerals(this.id);
  }

  #act(message: SlackMessage, action: JsonObject, confirm: string | undefined): Promise<Reply> {
    const payload = {
      type: 'block_actions',
      ...this.#desk.common(this.id),
      ...this.#desk.messageOrigin(this.id, message),
      trigger_id: this.#desk.trigger(this.id),
      state: { values: initialState(message.blocks, {}) },
      actions: [action],
    };
    return this.#desk.interact(this.id, payload, confirm);
  }

  async #conversation(channel: string | undefined): Promise<Conversation> {
    if (channel === undefined || channel === this.id) return this.#desk.directMessages(this.id);
    const conversation = this.#visible(channel);
    if (conversation === undefined) throw new NotPossible(`${this.#name()} is not in ${channel}.`);
    return conversation;
  }

  #visible(channel: string): Conversation | undefined {
    const conversation = this.#desk.directory.conversation(channel);
    if (conversation?.kind === 'direct') return conversation.userId === this.id ? conversation : undefined;
    return conversation !== undefined && this.#desk.canSee(this.id, conversation.channel) ? conversation : undefined;
  }

  /** What this person sees there and that fits, oldest first. */
  #candidates({ channel, message, thread }: Where): (SlackMessage | EphemeralMessage)[] {
    const conversation = this.#visible(channel ?? this.id);
    if (conversation === undefined) return [];
    const id = publicId(conversation);
    return [...this.#desk.ledger.messages(id), ...this.ephemerals().filter((each) => each.channel === id)]
      .filter((each) => thread === undefined || each.ts === thread || each.threadTs === thread)
      .filter((each) => message === undefined || each.ts === message || this.#text(each).includes(message))
      .sort(byTs);
  }

  #newest(where: Where, fits: (message: SlackMessage) => boolean): SlackMessage | undefined {
    return this.#candidates(where).findLast(fits);
  }

  #shown(message: SlackMessage, prefix: string): string {
    const marks =
      'visibleTo' in message ? ' (only visible to you)' : message.broadcast ? ' (also sent to the channel)' : '';
    const lines = `${this.#desk.directory.nameOf(message.user)}${marks}:\n${this.#text(message)}`.split('\n');
    return lines.map((line, index) => (index === 0 ? prefix : ' '.repeat(prefix.length)) + line).join('\n');
  }

  #text(message: SlackMessage): string {
    return renderAsText(message, this.#render());
  }

  #render(): RenderOptions {
    return { now: this.#now(), names: (id) => this.#desk.directory.nameOf(id) };
  }

  #name(): string {
    return this.#desk.directory.nameOf(this.id);
  }

  /** The answer to a command is a message too, and Slackbot says when there was none. */
  async #showAnswer(receipt: Receipt, command: string, channel: string): Promise<void> {
    const { slack, ledger } = this.#desk;
    if (receipt.failure !== undefined) {
      const text = `${command} failed with the error "${receipt.failure}"`;
      ledger.postEphemeral({ ts: slackNow(), channel, user: SLACKBOT }, this.id, { text });
      return;
    }
    if (receipt.body.trim() === '') return;
    const answer = decoded(receipt.body);
    const body = isObject(answer) ? answer : { text: receipt.body };
    const shown = await slack.responseUrls.respond({ channel, userId: this.id }, body);
    if (!shown.ok) slack.state.warn(`The answer to ${command} was refused: ${JSON.stringify(shown)}`);
  }
}

/** Slack escapes its control characters in what an app gets to read, in commands as in messages. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function menusOf(block: JsonObject): JsonObject[] {
  const { accessory, elements } = block;
  return [accessory, ...(Array.isArray(elements) ? elements : [])]
    .filter(isObject)
    .filter((element) => String(element.type).endsWith('_select') || element.type === 'radio_buttons');
}
