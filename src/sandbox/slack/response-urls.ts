import { randomBytes } from 'node:crypto';
import { withIds } from './block-ids.ts';
import { checkContent, deleteMessage, postMessage, updateMessage } from './chat-methods.ts';
import type { Answer } from './emulator.ts';
import { type JsonObject, stringIn } from './json.ts';
import { isTrue } from './ledger.ts';
import { emulatorId, publicId } from './places.ts';
import { refuse, type SlackState } from './state.ts';

const MAX_USES = 5;
const LIFETIME_MS = 30 * 60_000;

/** What a response URL answers to. */
export interface ResponseSource {
  readonly channel: string;
  readonly userId: string;
  /** The message that held the button, if it was one. */
  readonly message?: { readonly ts: string; readonly isEphemeral: boolean };
}

interface Issued {
  readonly source: ResponseSource;
  readonly issuedAt: number;
  uses: number;
}

/**
 * The receiver of `response_url` posts: 5 uses within 30 minutes, no token, no scope and no membership needed (Slack's
 * "Handling user interaction": message responses).
 */
export class ResponseUrls {
  readonly #state: SlackState;
  readonly #now: () => number;
  readonly #issued = new Map<string, Issued>();

  constructor(state: SlackState, nowMs: () => number) {
    this.#state = state;
    this.#now = nowMs;
  }

  /** The last part of the URL's path. */
  issue(source: ResponseSource): string {
    const id = randomBytes(12).toString('hex');
    this.#issued.set(id, { source, issuedAt: this.#now(), uses: 0 });
    return id;
  }

  async use(id: string, body: JsonObject): Promise<{ status: number; answer: Answer }> {
    const issued = this.#issued.get(id);
    if (issued === undefined) return { status: 404, answer: refuse('invalid_url') };
    if (this.#now() - issued.issuedAt >= LIFETIME_MS) return { status: 404, answer: refuse('expired_url') };
    if (issued.uses >= MAX_USES) return { status: 404, answer: refuse('used_url') };
    const answer = await this.respond(issued.source, body);
    if (answer.ok) issued.uses += 1;
    return { status: answer.ok ? 200 : 400, answer: answer.ok ? { ok: true } : answer };
  }

  /** Does what a response asks for; the body of an acknowledgement is a response too. */
  async respond(source: ResponseSource, body: JsonObject): Promise<Answer> {
    if (isTrue(body.delete_original)) return this.#deleteOriginal(source);
    const refusal = checkContent(this.#state, body, 'response_url');
    if (refusal !== undefined) return refusal;
    if (isTrue(body.replace_original)) return this.#replaceOriginal(source, body);
    if (body.response_type === 'in_channel') return postMessage(this.#state, source.channel, body, 'sandbox');
    return this.#postEphemeral(source, body);
  }

  async #deleteOriginal({ channel, message }: ResponseSource): Promise<Answer> {
    if (message?.isEphemeral === true) this.#state.ledger.deleteEphemeral(message.ts);
    const conversation = this.#state.directory.conversation(channel);
    if (message?.isEphemeral === false && conversation !== undefined) {
      return deleteMessage(this.#state, conversation, message.ts);
    }
    return { ok: true };
  }

  async #replaceOriginal(source: ResponseSource, body: JsonObject): Promise<Answer> {
    const { channel, message } = source;
    if (message === undefined) return this.#postEphemeral(source, body);
    if (message.isEphemeral) {
      this.#state.ledger.updateEphemeral(message.ts, { ...body, blocks: withIds(body.blocks) });
      return { ok: true };
    }
    const conversation = this.#state.directory.conversation(channel);
    if (conversation === undefined) return refuse('channel_not_found');
    const { text, blocks, attachments, metadata } = body;
    return updateMessage(this.#state, conversation, {
      ts: message.ts,
      text: text ?? '',
      blocks,
      attachments,
      metadata,
    });
  }

  async #postEphemeral({ channel, userId }: ResponseSource, body: JsonObject): Promise<Answer> {
    const conversation = this.#state.directory.conversation(channel);
    if (conversation === undefined) return refuse('channel_not_found');
    const blocks = withIds(body.blocks);
    const answer = await this.#state.emulator.callAsSandbox('chat.postEphemeral', {
      channel: emulatorId(conversation),
      user: userId,
      text: body.text,
      ...(blocks.length > 0 ? { blocks } : {}),
    });
    const ts = stringIn(answer.message_ts);
    if (!answer.ok || ts === undefined) return answer;
    const threadTs = stringIn(body.thread_ts);
    const message = {
      ts,
      channel: publicId(conversation),
      user: this.#state.directory.botUserId,
      ...(threadTs === undefined ? {} : { threadTs }),
    };
    this.#state.ledger.postEphemeral(message, userId, { ...body, blocks });
    return answer;
  }
}
