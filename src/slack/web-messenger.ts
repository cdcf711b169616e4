import type { KnownBlock } from '@slack/types';
import { WebClient } from '@slack/web-api';
import type { Logger } from '../log.ts';
import type { Messenger, OutgoingMessage, Post } from '../work/messenger.ts';
import { clientLogger } from './client-logger.ts';
import { badAnswer, type CallFacts, messengerError, refusalCode, timeoutError } from './messenger-errors.ts';

const defaultTimeoutMs = 8_000;
const effectEvent = 'portcullis_effect';
/** Slack recommends no more than 200 a page. */
const messagesPerPage = 200;
/** The history of a channel comes newest first, a thread oldest first: of a thread more has to be read. */
const searchedInChannel = 200;
const searchedInThread = 1_000;
const membersPerPage = 999;
const searchedMembers = 5_000;

export interface WebMessengerOptions {
  /** A bot token. */
  readonly token: string;
  /** Slack's own address unless given. */
  readonly apiUrl?: string;
  /** For each call of the Web API. A search of several pages starts none after this time: it takes twice as long at most. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly log: Logger;
}

/**
 * A messenger over Slack's Web API. Scopes, by what is called: `chat:write`; `channels:read` and `groups:read` for members;
 * `channels:history`, `groups:history` and `im:history` for a search, and `im:write` for one in direct messages.
 */
export function createWebMessenger(options: WebMessengerOptions): Messenger {
  return new WebMessenger(options);
}

/** As much of a message as a search needs. */
interface FoundMessage {
  readonly ts?: string;
  readonly bot_id?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

class WebMessenger implements Messenger {
  readonly #client: WebClient;
  readonly #timeoutMs: number;
  #botId: string | undefined;

  constructor({ token, apiUrl, timeoutMs = defaultTimeoutMs, fetch, log }: WebMessengerOptions) {
    this.#timeoutMs = timeoutMs;
    this.#client = new WebClient(token, {
      slackApiUrl: apiUrl,
      timeout: timeoutMs,
      fetch,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: clientLogger(log),
    });
  }

  async post({ channel, message, effectId, threadTs, broadcast }: Post): Promise<{ channel: string; ts: string }> {
    const facts = { method: 'chat.postMessage', changes: true };
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs, reply_broadcast: broadcast ?? false };
    const answer = await calling(facts, () =>
      this.#client.chat.postMessage({
        channel,
        ...contentOf(message),
        ...thread,
        metadata: { event_type: effectEvent, event_payload: { effect: effectId } },
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    // To a person's id Slack opens the direct message: the answer names its conversation.
    if (answer.channel === undefined || answer.ts === undefined) throw badAnswer(facts, 'message');
    return { channel: answer.channel, ts: answer.ts };
  }

  /**
   * `message_not_found` is a message that was deleted. `cant_update_message`, documented as a message of somebody else, is
   * what is left of a deleted message that had replies, or a message from an earlier installation of the app: either way
   * this bot will never change it, and the record needs a message that it can. Left out, metadata stays as it is.
   */
  async update(channel: string, ts: string, message: OutgoingMessage): Promise<'updated' | 'gone'> {
    return calling({ method: 'chat.update', changes: true }, async () => {
      try {
        await this.#client.chat.update({ channel, ts, ...contentOf(message) });
        return 'updated';
      } catch (error) {
        const code = refusalCode(error);
        if (code === 'message_not_found' || code === 'cant_update_message') return 'gone';
        throw error;
      }
    });
  }

  async find({ channel, effectId, threadTs, oldestTs = '0' }: Parameters<Messenger['find']>[0]) {
    const botId = await this.#ownBotId();
    const conversation = await this.#conversation(channel);
    const messages =
      threadTs === undefined ? this.#newestFirst(conversation, oldestTs) : this.#inThread(conversation, threadTs);
    // Anybody's app may write any metadata: only a message of this very bot counts.
    const ours = (await messages).filter(
      ({ bot_id, metadata }) =>
        bot_id === botId && metadata?.event_type === effectEvent && effectOf(metadata.event_payload) === effectId,
    );
    // A `ts` has ten digits before the point and six after, so text compares.
    const [first] = ours.flatMap(({ ts }) => (ts === undefined || ts < oldestTs ? [] : [ts])).sort();
    return first === undefined ? undefined : { ts: first };
  }

  async permalink(channel: string, ts: string): Promise<string> {
    const facts = { method: 'chat.getPermalink', changes: false };
    const answer = await calling(facts, () => this.#client.chat.getPermalink({ channel, message_ts: ts }));
    if (answer.permalink === undefined) throw badAnswer(facts, 'permalink');
    return answer.permalink;
  }

  async publishHome(slackId: string, blocks: readonly object[]): Promise<void> {
    await calling({ method: 'views.publish', changes: true }, () =>
      this.#client.views.publish({ user_id: slackId, view: { type: 'home', blocks: [...blocks] as KnownBlock[] } }),
    );
  }

  /** Whoever is not among the first 5,000 members counts as absent: they are then written to directly, which reaches them. */
  async isInChannel(channel: string, slackId: string): Promise<boolean> {
    const facts = { method: 'conversations.members', changes: false };
    const members = this.#pages(facts, searchedMembers, async (cursor) => {
      const answer = await this.#client.conversations.members({ channel, limit: membersPerPage, cursor });
      return { items: answer.members ?? [], next: answer.response_metadata?.next_cursor };
    });
    for await (const page of members) if (page.includes(slackId)) return true;
    return false;
  }

  /** With `oldest` alone Slack pages forward from it, so the bound is kept here. */
  async #newestFirst(channel: string, oldestTs: string): Promise<FoundMessage[]> {
    const facts = { method: 'conversations.history', changes: false };
    const found: FoundMessage[] = [];
    const pages = this.#pages<FoundMessage>(facts, searchedInChannel, async (cursor) => {
      const asked = { channel, include_all_metadata: true, limit: messagesPerPage, cursor };
      const answer = await this.#client.conversations.history(asked);
      return { items: answer.messages ?? [], next: answer.response_metadata?.next_cursor };
    });
    for await (const page of pages) {
      found.push(...page);
      if (page.some(({ ts }) => ts !== undefined && ts < oldestTs)) break;
    }
    return found;
  }

  async #inThread(channel: string, threadTs: string): Promise<FoundMessage[]> {
    const facts = { method: 'conversations.replies', changes: false };
    const found: FoundMessage[] = [];
    const pages = this.#pages<FoundMessage>(facts, searchedInThread, async (cursor) => {
      const asked = { channel, ts: threadTs, include_all_metadata: true, limit: messagesPerPage, cursor };
      const answer = await this.#client.conversations.replies(asked);
      return { items: answer.messages ?? [], next: answer.response_metadata?.next_cursor };
    });
    for await (const page of pages) found.push(...page);
    return found;
  }

  /** Pages until `limit` items were read. A page may be short before the end, so their number is bounded by time too. */
  async *#pages<T>(
    facts: CallFacts,
    limit: number,
    read: (cursor: string | undefined) => Promise<Page<T>>,
  ): AsyncGenerator<readonly T[]> {
    const giveUpAt = performance.now() + this.#timeoutMs;
    let left = limit;
    let cursor: string | undefined;
    do {
      if (performance.now() > giveUpAt) throw timeoutError(facts);
      const { items, next } = await calling(facts, () => read(cursor));
      yield items;
      left -= items.length;
      cursor = next;
    } while (left > 0 && cursor !== undefined && cursor !== '');
  }

  async #ownBotId(): Promise<string> {
    if (this.#botId === undefined) {
      const facts = { method: 'auth.test', changes: false };
      const answer = await calling(facts, () => this.#client.auth.test());
      if (answer.bot_id === undefined) throw badAnswer(facts, 'bot');
      this.#botId = answer.bot_id;
    }
    return this.#botId;
  }

  /** Messages can be posted to a person's id, but only be read by the id of the conversation with them. */
  async #conversation(channel: string): Promise<string> {
    if (!/^[UW]/.test(channel)) return channel;
    const facts = { method: 'conversations.open', changes: false };
    const answer = await calling(facts, () => this.#client.conversations.open({ users: channel }));
    if (answer.channel?.id === undefined) throw badAnswer(facts, 'conversation');
    return answer.channel.id;
  }
}

async function calling<T>(facts: CallFacts, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw messengerError(facts, error);
  }
}

function contentOf({ text, blocks }: OutgoingMessage): { text: string; blocks: KnownBlock[] } {
  // Slack is the judge of blocks: what it does not take is a refusal like any other.
  return { text, blocks: [...blocks] as KnownBlock[] };
}

function effectOf(payload: object | undefined): unknown {
  return payload === undefined ? undefined : Reflect.get(payload, 'effect');
}
