import { type Messenger, MessengerError, type OutgoingMessage, type Post } from '../../src/work/messenger.ts';

export interface PostedMessage extends Post {
  readonly ts: string;
  text: string;
}

/** What happens to one call. Without `error` it succeeds; `lands` true lets a failing call take effect all the same. */
export interface MessengerStep {
  readonly error?: MessengerError;
  readonly lands?: boolean;
  /** Runs before the call takes effect. */
  readonly before?: () => Promise<unknown>;
}

type Call = 'post' | 'update' | 'find' | 'permalink' | 'publishHome' | 'isInChannel';

/** Channels in memory; each call takes the next step of its name, if any. */
export class MemoryMessenger implements Messenger {
  readonly messages: PostedMessage[] = [];
  /** Names of all calls, oldest first. */
  readonly calls: Call[] = [];
  readonly members = new Set<string>();
  /** What home tabs show, by Slack id. */
  readonly homes = new Map<string, readonly object[]>();
  /** Posts that Slack does not take, however often they are tried. */
  refuses: (post: Post) => MessengerError | undefined = () => undefined;
  readonly #script: Record<Call, MessengerStep[]> = {
    post: [],
    update: [],
    find: [],
    permalink: [],
    publishHome: [],
    isInChannel: [],
  };
  #count = 0;

  next(call: Call, ...steps: MessengerStep[]): void {
    this.#script[call].push(...steps);
  }

  /** What a channel shows, oldest first; thread notes come indented. */
  texts(channel: string): string[] {
    return this.messages
      .filter((message) => message.channel === channel)
      .map(({ text, threadTs }) => (threadTs === undefined ? text : `  ${text}`));
  }

  delete(ts: string): void {
    const index = this.messages.findIndex((message) => message.ts === ts);
    if (index >= 0) this.messages.splice(index, 1);
  }

  post(post: Post): Promise<{ channel: string; ts: string }> {
    const error = this.refuses(post);
    if (error !== undefined) this.next('post', { error });
    this.#count += 1;
    const ts = `1700000000.${String(this.#count).padStart(6, '0')}`;
    return this.#call('post', { channel: post.channel, ts }, () =>
      this.messages.push({ ...post, ts, text: post.message.text }),
    );
  }

  async update(channel: string, ts: string, message: OutgoingMessage): Promise<'updated' | 'gone'> {
    const found = this.messages.find((other) => other.channel === channel && other.ts === ts);
    return this.#call('update', found === undefined ? 'gone' : 'updated', () => {
      if (found !== undefined) found.text = message.text;
    });
  }

  find({ channel, effectId, threadTs }: Parameters<Messenger['find']>[0]): Promise<{ ts: string } | undefined> {
    const found = this.messages.find(
      (message) => message.channel === channel && message.effectId === effectId && message.threadTs === threadTs,
    );
    return this.#call('find', found && { ts: found.ts });
  }

  permalink(channel: string, ts: string): Promise<string> {
    return this.#call('permalink', `https://slack.example/${channel}/${ts}`);
  }

  publishHome(slackId: string, blocks: readonly object[]): Promise<void> {
    return this.#call('publishHome', undefined, () => this.homes.set(slackId, blocks));
  }

  isInChannel(_channel: string, slackId: string): Promise<boolean> {
    return this.#call('isInChannel', this.members.has(slackId));
  }

  async #call<T>(call: Call, answer: T, land = (): unknown => undefined): Promise<T> {
    this.calls.push(call);
    const step = this.#script[call].shift() ?? {};
    await step.before?.();
    if (step.lands ?? step.error === undefined) land();
    if (step.error !== undefined) throw step.error;
    return answer;
  }
}

export const noAnswer = (): MessengerError =>
  new MessengerError('timeout', 'chat.postMessage: no answer in time', { effect: 'unknown' });

export const notInChannel = (): MessengerError =>
  new MessengerError('refused', 'chat.postMessage: not_in_channel', {
    effect: 'none',
    hint: 'Invite the bot to the channel: /invite @Portcullis',
  });

export const tooFast = (retryAfterMs: number): MessengerError =>
  new MessengerError('rate-limited', 'chat.postMessage: ratelimited', { effect: 'none', retryAfterMs });
