import type { Clock, Timer } from '../clock.ts';
import { type Messenger, MessengerError, type Post } from './messenger.ts';

/**
 * Slack's documentation, "Rate limits", of posting: about one message a second in a channel, with short bursts above it
 * allowed. As many go out at once in a channel that was quiet; from then on one a second.
 */
const everyMs = 1_000;
const burst = 10;
/** Whoever was called to its turn and has not come by then has lost it. */
const turnLastsMs = 60_000;

/** A post that waits for its turn. */
interface Waiting {
  readonly effectId: string;
  readonly urgent: boolean;
  readonly since: number;
  readonly call: () => void;
}

interface Channel {
  /** When everything posted so far has been let through at one a second; as monotonic time. */
  spentUntil: number;
  waiting: Waiting[];
  /** Effects whose turn has come, and when. */
  readonly called: Map<string, number>;
  timer: Timer | undefined;
}

/**
 * Keeps the posts of this process within what Slack takes in a channel. What has to wait is refused as `not-its-turn` with
 * the time that it has to wait at least, so that nobody holds a lease meanwhile, and is called when its turn comes: what
 * somebody must act on first, the rest by due time. What other processes post shows in Slack's own refusals: they go back
 * into the queue, and from then on one a second goes out.
 */
export class PacedMessenger implements Messenger {
  readonly #messenger: Messenger;
  readonly #clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly #channels = new Map<string, Channel>();

  constructor(messenger: Messenger, clock: Pick<Clock, 'monotonicMs' | 'after'>) {
    this.#messenger = messenger;
    this.#clock = clock;
  }

  async post(post: Post): Promise<{ readonly channel: string; readonly ts: string }> {
    const waitMs = this.#ask(post);
    if (waitMs !== undefined) throw notItsTurn(waitMs);
    try {
      return await this.#messenger.post(post);
    } catch (error) {
      if (!(error instanceof MessengerError) || error.code !== 'rate-limited') throw error;
      const channel = this.#channel(post.channel);
      const now = this.#clock.monotonicMs();
      channel.spentUntil = Math.max(channel.spentUntil, now + (error.retryAfterMs ?? everyMs) + (burst - 1) * everyMs);
      // It was its turn: it comes before the others of its kind.
      throw notItsTurn(this.#queue(channel, post, Number.NEGATIVE_INFINITY));
    }
  }

  readonly update: Messenger['update'] = (channel, ts, message) => this.#messenger.update(channel, ts, message);
  readonly find: Messenger['find'] = (search) => this.#messenger.find(search);
  readonly permalink: Messenger['permalink'] = (channel, ts) => this.#messenger.permalink(channel, ts);
  readonly publishHome: Messenger['publishHome'] = (slackId, blocks) => this.#messenger.publishHome(slackId, blocks);
  readonly isInChannel: Messenger['isInChannel'] = (channel, slackId) => this.#messenger.isInChannel(channel, slackId);

  /** Undefined: it goes now. Else how long it waits at least. */
  #ask(post: Post): number | undefined {
    const channel = this.#channel(post.channel);
    if (channel.called.delete(post.effectId)) return undefined;
    if (channel.waiting.length > 0 || this.#freeInMs(channel) > 0) {
      return this.#queue(channel, post, post.dueAt.getTime());
    }
    this.#spend(channel);
    return undefined;
  }

  #queue(channel: Channel, { effectId, urgent = false, call }: Post, since: number): number {
    // Whoever waits already keeps the place: being told to wait has moved the time that it is due.
    if (channel.waiting.every((other) => other.effectId !== effectId)) {
      channel.waiting = [...channel.waiting, { effectId, urgent, since, call }].sort(
        (a, b) => Number(b.urgent) - Number(a.urgent) || a.since - b.since,
      );
    }
    this.#schedule(channel);
    const before = channel.waiting.findIndex((other) => other.effectId === effectId);
    return this.#freeInMs(channel) + before * everyMs;
  }

  #schedule(channel: Channel): void {
    channel.timer?.cancel();
    channel.timer =
      channel.waiting.length === 0
        ? undefined
        : this.#clock.after(this.#freeInMs(channel), () => this.#callNext(channel));
  }

  #callNext(channel: Channel): void {
    const now = this.#clock.monotonicMs();
    for (const [effectId, at] of channel.called) if (now - at > turnLastsMs) channel.called.delete(effectId);
    const next = this.#freeInMs(channel) > 0 ? undefined : channel.waiting.shift();
    if (next !== undefined) {
      this.#spend(channel);
      channel.called.set(next.effectId, now);
      next.call();
    }
    this.#schedule(channel);
  }

  #freeInMs({ spentUntil }: Channel): number {
    return Math.max(0, spentUntil - (burst - 1) * everyMs - this.#clock.monotonicMs());
  }

  #spend(channel: Channel): void {
    channel.spentUntil = Math.max(channel.spentUntil, this.#clock.monotonicMs()) + everyMs;
  }

  #channel(id: string): Channel {
    const known = this.#channels.get(id);
    if (known !== undefined) return known;
    const channel: Channel = { spentUntil: 0, waiting: [], called: new Map(), timer: undefined };
    this.#channels.set(id, channel);
    return channel;
  }
}

const notItsTurn = (waitMs: number): MessengerError =>
  new MessengerError('not-its-turn', 'chat.postMessage: waits for its turn in the channel', {
    effect: 'none',
    retryAfterMs: waitMs,
  });
