import { isDeepStrictEqual } from 'node:util';
import { checkOptionGroups, checkOptions } from './block-kit-elements.ts';
import { Problems } from './block-kit-text.ts';
import type { Desk, Reply } from './desk.ts';
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
} from './finding.ts';
import { elementsIn, type InputState, optionsOf, type PlacedElement } from './inputs.ts';
import { isObject, type JsonObject, objectsIn, textOf } from './json.ts';
import type { SlackView } from './ledger.ts';
import { type RenderOptions, renderAsText } from './render-text.ts';
import { decoded } from './request-body.ts';
import { checkView, pushView, updateView } from './view-methods.ts';

const TROUBLE = 'We had some trouble connecting. Try again?';

export interface ModalField {
  readonly label: string;
  readonly type: string;
  readonly hint: string;
  readonly isOptional: boolean;
  /** What is written on each option; of a menu that searches, what the last search found. */
  readonly options: readonly string[];
  /** As in `state.values`. */
  readonly value: InputState | undefined;
}

/** A modal or a home tab as one person sees it and uses it. Everything is read anew, so it follows the bot's updates. */
export class Modal {
  readonly #desk: Desk;
  readonly #userId: string;
  readonly #viewId: string;
  readonly #render: RenderOptions;

  constructor(desk: Desk, userId: string, viewId: string, render: RenderOptions) {
    this.#desk = desk;
    this.#userId = userId;
    this.#viewId = viewId;
    this.#render = render;
  }

  get isOpen(): boolean {
    return this.#desk.ledger.view({ id: this.#viewId }) !== undefined;
  }

  get title(): string {
    return textOf(this.view.view.title);
  }

  get text(): string {
    return renderAsText(this.#desk.viewObject(this.view), this.#render);
  }

  /** What stands below the fields after a submission, by label. */
  get errors(): Readonly<Record<string, string>> {
    const errors = this.isOpen ? this.view.errors : {};
    const labels = new Map(this.#inputs().map(({ blockId, block }) => [blockId, textOf(block.label)]));
    return Object.fromEntries(Object.entries(errors).map(([id, text]) => [labels.get(id) ?? id, text]));
  }

  /** What Slack itself says at the top when an answer is missing or wrong. */
  get notice(): string | undefined {
    return this.isOpen ? this.view.notice : undefined;
  }

  get fields(): ModalField[] {
    return this.#inputs().map((field) => ({
      label: textOf(field.block.label),
      type: field.type,
      hint: textOf(field.block.hint),
      isOptional: field.block.optional === true,
      options: this.#offered(field).map((option) => textOf(option.text)),
      value: this.#held(field),
    }));
  }

  /** As Slack keeps it. Throws when the person no longer has it open. */
  get view(): SlackView {
    const view = this.#desk.ledger.view({ id: this.#viewId });
    if (view === undefined) throw new NotPossible('This view is no longer open.');
    return view;
  }

  async fill(label: string, text: string): Promise<Reply> {
    const field = this.#field(label);
    if (!field.type.endsWith('_input')) throw new Error(`"${label}" is a ${field.type}: nothing can be typed there`);
    return this.use(field, { value: text });
  }

  async choose(label: string, option: string): Promise<Reply> {
    const field = this.#field(label);
    const { directory } = this.#desk;
    const idByName = (name: string): string | undefined =>
      directory.users().find((user) => user.id === name || user.realName === name)?.id ?? directory.channel(name)?.id;
    return this.use(field, chosen(field, option, this.#held(field), this.#offered(field), idByName));
  }

  /** Types into a menu that searches, and returns what is written on what it offers. */
  async searches(label: string, query: string): Promise<string[]> {
    const offer = await this.search(this.#field(label), query);
    return optionsOf(offer).map((option) => textOf(option.text));
  }

  /**
   * Types into a menu that searches, and returns what it offers, as `options` or `option_groups`. Slack asks the bot only
   * from `min_query_length` characters on, by default 3; an answer that breaks Slack's limits, or none in time, offers
   * nothing.
   */
  async search(ids: ElementIds, query: string): Promise<JsonObject> {
    const field = elementById(this.#blocks(), ids);
    if (!field.type.endsWith('external_select')) throw new NotPossible(`A ${field.type} does not search.`);
    const minimum = typeof field.element.min_query_length === 'number' ? field.element.min_query_length : 3;
    if (query.length < minimum) return {};
    const reply = await this.#desk.interact(this.#userId, {
      type: 'block_suggestion',
      ...this.#desk.common(this.#userId),
      container: { type: 'view', view_id: this.#viewId },
      view: this.#desk.viewObject(this.view),
      action_id: field.actionId,
      block_id: field.blockId,
      value: query,
    });
    const offer = this.#offerIn(reply);
    if (this.isOpen) {
      this.#desk.ledger.setFound(this.#viewId, { ...this.view.found, [searchKey(field)]: optionsOf(offer) });
    }
    return offer;
  }

  /** Presses a button, and says yes to its confirm dialog unless told otherwise. */
  async clicks(label: string, options: { beside?: string; confirm?: 'cancel' } = {}): Promise<Reply> {
    const pressed = onePressable(this.#blocks(), label, options.beside, this.#render);
    const confirm = confirmText(pressed.element);
    if (confirm !== undefined && options.confirm === 'cancel') return this.#desk.notSent(confirm);
    return this.use(pressed, pressed.action);
  }

  /**
   * Presses what has these ids, its confirm dialog answered with yes; or enters `value` there, which has the form of
   * `state.values`. What was entered is kept; the bot hears of it at once where the block asks for that, or is no input.
   */
  async use(ids: ElementIds, value?: JsonObject): Promise<Reply> {
    const pressed = pressableById(this.#blocks(), ids, value);
    if (pressed !== undefined) return this.#act(pressed, pressed.action, confirmText(pressed.element));
    const field = elementById(this.#blocks(), ids);
    const before = this.#held(field);
    const held = entered(field, value ?? {}, before, this.#offered(field));
    if (isDeepStrictEqual(before, held)) return this.#desk.notSent();
    const { state } = this.view;
    const block = { ...state[field.blockId], [field.actionId]: held };
    this.#desk.ledger.setState(this.#viewId, { ...state, [field.blockId]: block });
    const isTold = field.block.type !== 'input' || field.block.dispatch_action === true;
    return isTold ? this.#act(field, held) : this.#desk.notSent();
  }

  /** Presses the submit button, and does what the bot answers: close, show errors, update, push or clear. */
  async submit(): Promise<Reply> {
    const { view } = this.view;
    if (!isObject(view.submit)) throw new NotPossible('This view has no submit button.');
    const missing = this.#missing();
    this.#desk.ledger.setProblems(this.#viewId, { errors: missing });
    if (Object.keys(missing).length > 0) return this.#desk.notSent();
    const reply = await this.#desk.interact(this.#userId, {
      type: 'view_submission',
      ...this.#desk.common(this.#userId),
      trigger_id: this.#desk.trigger(this.#userId),
      view: this.#desk.viewObject(this.view),
      response_urls: [],
    });
    if (reply.failure === undefined) await this.#follow(reply.body);
    else this.#desk.ledger.setProblems(this.#viewId, { errors: {}, notice: TROUBLE });
    return reply;
  }

  /** Presses the close button. The bot is told if it asked to be. */
  async close(): Promise<Reply> {
    const top = this.view;
    const closed = top.view.clear_on_close === true ? this.#desk.ledger.modalStack(this.#userId) : [top];
    for (const view of closed) this.#desk.ledger.closeView(view.id);
    const told = closed.filter((view) => view.view.notify_on_close === true);
    let reply = this.#desk.notSent();
    for (const view of told) {
      reply = await this.#desk.interact(this.#userId, {
        type: 'view_closed',
        ...this.#desk.common(this.#userId),
        view: this.#desk.viewObject(view),
        is_cleared: top.view.clear_on_close === true,
      });
    }
    return reply;
  }

  #blocks(): JsonObject[] {
    return objectsIn(this.view.view.blocks);
  }

  #inputs(): PlacedElement[] {
    return elementsIn(this.#blocks()).filter(({ block }) => block.type === 'input');
  }

  #field(label: string): PlacedElement {
    return oneField(this.#blocks(), label, this.#render);
  }

  #held(field: PlacedElement): InputState | undefined {
    return this.view.state[field.blockId]?.[field.actionId];
  }

  #offered(field: PlacedElement): JsonObject[] {
    return [...(this.view.found[searchKey(field)] ?? optionsOf(field.element))];
  }

  #act(placed: PlacedElement, action: JsonObject, confirm?: string): Promise<Reply> {
    const payload = {
      type: 'block_actions',
      ...this.#desk.common(this.#userId),
      trigger_id: this.#desk.trigger(this.#userId),
      container: { type: 'view', view_id: this.#viewId },
      view: this.#desk.viewObject(this.view),
      actions: [actionOf(placed, action)],
    };
    return this.#desk.interact(this.#userId, payload, confirm);
  }

  #offerIn(reply: Reply): JsonObject {
    const answer = decoded(reply.body);
    if (reply.failure !== undefined || !isObject(answer)) return {};
    const problems = new Problems();
    if (answer.option_groups === undefined) {
      checkOptions(answer.options, '/options', { max: 100, min: 0, text: 'plain' }, problems);
    } else {
      checkOptionGroups(answer.option_groups, '/option_groups', problems);
    }
    if (problems.messages.length === 0) return answer;
    this.#desk.slack.state.warn(`An options answer was refused: ${problems.messages.join('; ')}`);
    return {};
  }

  /** What Slack itself asks for before it sends anything, by block id. */
  #missing(): Record<string, string> {
    const errors: Record<string, string> = {};
    for (const field of this.#inputs()) {
      const { blockId } = field;
      const { type, ...held } = this.#held(field) ?? { type: field.type };
      const [value] = Object.values(held);
      const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
      const { min_length: min, max_length: max } = field.element;
      if (isEmpty && field.block.optional !== true) errors[blockId] = 'Please complete this required field.';
      if (typeof value !== 'string') continue;
      if (typeof min === 'number' && value.length < min) errors[blockId] = `Please enter at least ${min} characters.`;
      const most = typeof max === 'number' ? max : 3000;
      if (value.length > most) errors[blockId] = `Please enter no more than ${most} characters.`;
    }
    return errors;
  }

  async #follow(body: string): Promise<void> {
    const { ledger, slack } = this.#desk;
    if (body.trim() === '') {
      ledger.closeView(this.#viewId);
      return;
    }
    const answer = decoded(body);
    const action = isObject(answer) ? answer.response_action : undefined;
    if (!isObject(answer)) {
      this.#trouble('not JSON');
    } else if (action === 'clear') {
      for (const view of ledger.modalStack(this.#userId)) ledger.closeView(view.id);
    } else if (action === 'errors') {
      this.#showErrors(answer.errors);
    } else if (action === 'update' || action === 'push') {
      const refusal = checkView(answer.view, 'modal');
      const done =
        refusal ??
        (action === 'update'
          ? await updateView(slack.state, this.view, answer.view, undefined)
          : await pushView(slack.state, this.#userId, answer.view));
      if (!done.ok) this.#trouble(JSON.stringify(done));
    } else {
      this.#trouble(`response_action ${String(action)}`);
    }
  }

  /** Slack takes errors for input blocks only. */
  #showErrors(errors: unknown): void {
    const inputs = new Set(this.#inputs().map(({ blockId }) => blockId));
    const given = Object.entries(isObject(errors) ? errors : {});
    const shown = given.filter(([blockId]) => inputs.has(blockId)).map(([id, message]) => [id, String(message)]);
    this.#desk.ledger.setProblems(this.#viewId, { errors: Object.fromEntries(shown) });
    for (const [blockId] of given.filter(([id]) => !inputs.has(id))) {
      this.#trouble(`an error for ${blockId}, which is no input`);
    }
  }

  #trouble(why: string): void {
    this.#desk.ledger.setProblems(this.#viewId, { errors: this.isOpen ? this.view.errors : {}, notice: TROUBLE });
    this.#desk.slack.state.warn(`An answer to a submission was refused: ${why}`);
  }
}

function searchKey({ blockId, actionId }: ElementIds): string {
  return `${blockId} ${actionId}`;
}
