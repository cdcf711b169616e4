import type { OperationContext } from '../operations/context.ts';
import { promptly } from '../operations/promptly.ts';
import { addressOf } from './labelled.ts';

/** The organizations of a process: at least one. */
export type Contexts = readonly [OperationContext, ...OperationContext[]];

/** Finds out which organization somebody means. Where there is one, it is that one. */
export class Organizations {
  readonly all: Contexts;
  readonly #inheritor: OperationContext | undefined;

  constructor(contexts: Contexts, inheritor?: OperationContext) {
    this.all = contexts;
    this.#inheritor = inheritor;
  }

  /** Where there is nothing to choose. */
  get only(): OperationContext | undefined {
    return this.all.length === 1 ? this.all[0] : undefined;
  }

  /**
   * Of a button, or of the modal it stands in. What says nothing of an organization is from a time when there was one, and is
   * for the one that has its records; undefined for one that is configured no more.
   */
  ofId(id: string, modalId = ''): { readonly id: string; readonly context: OperationContext | undefined } {
    const address = addressOf(id);
    const key = address.key ?? addressOf(modalId).key;
    return { id: address.id, context: key === undefined ? (this.only ?? this.#inheritor) : this.#called(key) };
  }

  /** By the first word, or else by the conversation in which it was typed. */
  async ofCommand(
    text: string,
    channel: string,
  ): Promise<{ readonly context?: OperationContext; readonly text: string }> {
    const [, word = '', rest = ''] = /^\s*(\S*)([\s\S]*)$/.exec(text) ?? [];
    // Where one is left of several, people go on typing its name.
    const named = this.#called(word.toLowerCase());
    return named === undefined ? { context: await this.ofChannel(channel), text } : { context: named, text: rest };
  }

  /** The one organization that announces what happens in this channel. */
  async ofChannel(channel: string): Promise<OperationContext | undefined> {
    if (this.only !== undefined) return this.only;
    const channels = await Promise.all(this.all.map(channelInForce));
    // Who is meant is asked rather than guessed.
    if (channels.includes(undefined)) return undefined;
    const [first, ...others] = this.all.filter((_context, index) => channels[index] === channel);
    return others.length === 0 ? first : undefined;
  }

  #called(key: string): OperationContext | undefined {
    return this.all.find((context) => context.key === key);
  }
}

/** Slack wants a form opened within three seconds, and more has to be read for that. */
const channelWithinMs = 500;

/** Owners may have chosen another than the operator; undefined where that cannot be read at once. */
async function channelInForce({
  log,
  organizations,
  organizationId,
  channelId,
}: OperationContext): Promise<string | undefined> {
  const reading = organizations.find(organizationId).then((found) => found?.channelId ?? channelId);
  const failure = 'The channel of an organization could not be read';
  return promptly<string | undefined>(log, failure, reading, undefined, channelWithinMs);
}
