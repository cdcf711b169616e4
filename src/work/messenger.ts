import type { ChannelObstacle } from '../grants/channel-lost.ts';

/** A message in Slack's form; `text` is what notifications and screen readers use. */
export interface OutgoingMessage {
  readonly text: string;
  readonly blocks: readonly object[];
}

export type MessengerErrorCode =
  | 'rate-limited'
  /** Others are before it in the channel: nothing was sent. */
  | 'not-its-turn'
  /** The channel, message or person is not there, or the bot may not post there. Somebody has to mend it. */
  | 'refused'
  | 'unavailable'
  | 'timeout'
  | 'connection';

/** `message` names Slack's own error code; `hint` tells an operator what to mend. */
export class MessengerError extends Error {
  override readonly name = 'MessengerError';
  readonly code: MessengerErrorCode;
  readonly hint?: string;
  /** `none`: Slack certainly did nothing. `unknown`: it may have. */
  readonly effect: 'none' | 'unknown';
  readonly retryAfterMs?: number;
  /** Of a refusal: what keeps messages out of the channel. */
  readonly obstacle?: ChannelObstacle;

  constructor(
    code: MessengerErrorCode,
    message: string,
    options: {
      effect: 'none' | 'unknown';
      hint?: string;
      retryAfterMs?: number;
      obstacle?: ChannelObstacle;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.effect = options.effect;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
    this.obstacle = options.obstacle;
  }
}

export interface Post {
  readonly channel: string;
  readonly message: OutgoingMessage;
  /** Goes into the message's metadata, so that a post whose answer was lost can be found again. */
  readonly effectId: string;
  readonly threadTs?: string;
  /** Shows a thread note in the channel too. */
  readonly broadcast?: boolean;
  /** Somebody has to act on it: it goes before what only tells. */
  readonly urgent?: boolean;
  readonly dueAt: Date;
  /** Called when the turn of a post has come that was refused as `not-its-turn`: it is tried again then. */
  readonly call: () => void;
}

/**
 * What owed effects do in Slack. No call retries by itself and each is bounded in time: the caller's lease rules. All throw
 * only `MessengerError`.
 */
export interface Messenger {
  post(post: Post): Promise<{ readonly channel: string; readonly ts: string }>;
  /** `gone`: somebody deleted the message. */
  update(channel: string, ts: string, message: OutgoingMessage): Promise<'updated' | 'gone'>;
  /**
   * Looks for an earlier post of the same effect among a bounded number of the newest messages of the channel, or of the
   * thread. `oldestTs` bounds the search by Slack's own time, never by ours.
   */
  find(search: {
    readonly channel: string;
    readonly effectId: string;
    readonly threadTs?: string;
    readonly oldestTs?: string;
  }): Promise<{ readonly ts: string } | undefined>;
  permalink(channel: string, ts: string): Promise<string>;
  /** Shows somebody their home tab, in place of what it showed. */
  publishHome(slackId: string, blocks: readonly object[]): Promise<void>;
  isInChannel(channel: string, slackId: string): Promise<boolean>;
}
