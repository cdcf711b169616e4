import { initialState, type ViewState } from './inputs.ts';
import { isObject, type JsonObject, objectsIn, stringIn } from './json.ts';

export interface SlackMessage {
  readonly ts: string;
  readonly channel: string;
  /** Of a reply, the `ts` of the message it answers. */
  readonly threadTs?: string;
  /** User id of the author. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
  readonly metadata?: JsonObject;
  readonly files?: readonly SlackFile[];
  readonly edited: boolean;
  /** A reply that is shown in the channel too. */
  readonly broadcast: boolean;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly content: Buffer;
}

/** A message that only one person sees. */
export interface EphemeralMessage extends SlackMessage {
  readonly visibleTo: string;
}

export interface SlackView {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly userId: string;
  /** As Slack hands it out: with ids, hash and defaults filled in. */
  readonly view: JsonObject;
  /** What the person has typed and chosen, in the form of `state.values`. */
  readonly state: ViewState;
  /** What the last search in a menu found, by `searchKey`. */
  readonly found: Readonly<Record<string, readonly JsonObject[]>>;
  /** What stands below the inputs after a submission, by block id. */
  readonly errors: Readonly<Record<string, string>>;
  /** What Slack itself says at the top when an answer is missing or wrong. */
  readonly notice?: string;
  /** False once the person has submitted or closed it. */
  readonly isOpen: boolean;
}

type NewMessage = Pick<SlackMessage, 'ts' | 'channel' | 'user'> & { readonly threadTs?: string };

/** What is on everybody's screen. Entries are replaced, never changed in place, so that a reader may keep them. */
export class Ledger {
  readonly #messages: SlackMessage[] = [];
  readonly #ephemerals: EphemeralMessage[] = [];
  readonly #views: SlackView[] = [];
  /** Parents that were deleted while they had replies: Slack keeps a stand-in for them. */
  readonly #tombstones = new Set<string>();
  readonly #listeners: (() => void)[] = [];

  /** Calls `listener` after every change, at once. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Threads included, by `ts`: answers to calls made at once may come back in another order. */
  messages(channel: string): SlackMessage[] {
    return this.#messages.filter((message) => message.channel === channel).sort(byTs);
  }

  /** In every conversation, in no particular order. */
  everyMessage(): readonly SlackMessage[] {
    return this.#messages;
  }

  message(channel: string, ts: string): SlackMessage | undefined {
    return this.#messages.find((message) => message.channel === channel && message.ts === ts);
  }

  file(id: string): SlackFile | undefined {
    return this.#messages.flatMap(({ files = [] }) => files).find((file) => file.id === id);
  }

  isTombstone(channel: string, ts: string): boolean {
    return this.#tombstones.has(`${channel} ${ts}`);
  }

  post(message: NewMessage, content: JsonObject, files?: readonly SlackFile[]): void {
    this.#messages.push({
      ...message,
      files,
      ...contentOf(content),
      edited: false,
      broadcast: isTrue(content.reply_broadcast),
    });
    this.#changed();
  }

  update(channel: string, ts: string, content: JsonObject): void {
    const index = this.#messages.findIndex((message) => message.channel === channel && message.ts === ts);
    const before = this.#messages[index];
    if (before === undefined) return;
    const { metadata, ...rest } = before;
    this.#messages[index] = { ...rest, ...contentOf(content), edited: true };
    this.#changed();
  }

  delete(channel: string, ts: string): void {
    const index = this.#messages.findIndex((message) => message.channel === channel && message.ts === ts);
    if (index < 0) return;
    this.#messages.splice(index, 1);
    if (this.#messages.some((message) => message.channel === channel && message.threadTs === ts)) {
      this.#tombstones.add(`${channel} ${ts}`);
    }
    this.#changed();
  }

  ephemerals(): EphemeralMessage[] {
    return [...this.#ephemerals];
  }

  postEphemeral(message: NewMessage, visibleTo: string, content: JsonObject): void {
    this.#ephemerals.push({ ...message, ...contentOf(content), edited: false, broadcast: false, visibleTo });
    this.#changed();
  }

  /** By response URL only: the Web API has no way to change an ephemeral message. */
  updateEphemeral(ts: string, content: JsonObject): void {
    const index = this.#ephemerals.findIndex((message) => message.ts === ts);
    const before = this.#ephemerals[index];
    if (before === undefined) return;
    this.#ephemerals[index] = { ...before, ...contentOf(content), edited: true };
    this.#changed();
  }

  deleteEphemeral(ts: string): void {
    const index = this.#ephemerals.findIndex((message) => message.ts === ts);
    if (index < 0) return;
    this.#ephemerals.splice(index, 1);
    this.#changed();
  }

  views(): SlackView[] {
    return [...this.#views];
  }

  view(reference: { id?: string; externalId?: string }): SlackView | undefined {
    return this.#views.findLast(
      (entry) =>
        entry.isOpen &&
        ((reference.id !== undefined && entry.id === reference.id) ||
          (reference.externalId !== undefined && entry.view.external_id === reference.externalId)),
    );
  }

  /** The modals a person has before them, the one on top last. */
  modalStack(userId: string): SlackView[] {
    return this.#views.filter((entry) => entry.isOpen && entry.type === 'modal' && entry.userId === userId);
  }

  home(userId: string): SlackView | undefined {
    return this.#views.find((entry) => entry.type === 'home' && entry.userId === userId);
  }

  /** Adds a view, or shows the new content of one: inputs that keep their block and action id keep what was typed. */
  showView(userId: string, view: JsonObject): void {
    const id = stringIn(view.id) ?? '';
    const index = this.#views.findIndex((entry) => entry.id === id);
    const before = this.#views[index];
    const entry: SlackView = {
      id,
      type: view.type === 'home' ? 'home' : 'modal',
      userId,
      view,
      state: initialState(objectsIn(view.blocks), before?.state ?? {}),
      found: before?.found ?? {},
      errors: {},
      isOpen: true,
    };
    if (before === undefined) this.#views.push(entry);
    else this.#views[index] = entry;
    this.#changed();
  }

  setState(viewId: string, state: ViewState): void {
    this.#change(viewId, { state });
  }

  setFound(viewId: string, found: SlackView['found']): void {
    this.#change(viewId, { found });
  }

  /** What came of a submission that left the view open. */
  setProblems(viewId: string, problems: Pick<SlackView, 'errors' | 'notice'>): void {
    this.#change(viewId, { notice: undefined, ...problems });
  }

  closeView(viewId: string): void {
    this.#change(viewId, { isOpen: false });
  }

  #change(viewId: string, patch: Partial<Omit<SlackView, 'id' | 'type' | 'userId' | 'view'>>): void {
    const index = this.#views.findIndex((entry) => entry.id === viewId);
    const before = this.#views[index];
    if (before === undefined) return;
    this.#views[index] = { ...before, ...patch };
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Code unit by code unit: in a channel of thousands, comparing by the rules of a language takes most of the time. */
export const byTs = (one: { readonly ts: string }, other: { readonly ts: string }): number =>
  Number(one.ts > other.ts) - Number(one.ts < other.ts);

function contentOf(content: JsonObject): Pick<SlackMessage, 'text' | 'blocks' | 'attachments' | 'metadata'> {
  const { metadata } = content;
  return {
    text: stringIn(content.text) ?? '',
    blocks: objectsIn(content.blocks),
    attachments: objectsIn(content.attachments),
    // An empty object is how an app removes metadata.
    ...(isObject(metadata) && Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

/** Slack takes flags as booleans, numbers and words, since most clients send forms. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}
