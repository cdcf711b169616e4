import { people } from '../demo-workspace.ts';
import type { Sandbox } from '../sandbox.ts';
import type { SlackMessage } from '../slack/ledger.ts';
import { renderAsText } from '../slack/render-text.ts';

const width = 96;

/**
 * Prints what happens in the sandbox's Slack as a reader would see it: what is new or was edited since it last looked, in
 * the channels of the organizations, in direct messages, and for one person only.
 */
export class Narrator {
  readonly #sandbox: Sandbox;
  readonly #write: (text: string) => void;
  readonly #isTold: (conversation: string) => boolean;
  readonly #shown = new Map<string, string>();

  /** `isTold`: which conversations it tells of, by their ids; direct messages have that of the person. */
  constructor(sandbox: Sandbox, write: (text: string) => void, isTold: (conversation: string) => boolean) {
    this.#sandbox = sandbox;
    this.#write = write;
    this.#isTold = isTold;
  }

  step(title: string): void {
    const time = this.#sandbox.clock.now().toISOString().slice(0, 16).replace('T', ' ');
    const head = `── ${title} `;
    this.#write(`\n${head}${'─'.repeat(Math.max(3, width - head.length - time.length - 5))} ${time} UTC\n`);
  }

  /** Something that is not a message: what somebody does, or what Atlas holds. */
  says(text: string): void {
    this.#write(`\n${text}\n`);
  }

  /** A modal in front of somebody. */
  modal(who: string, text: string): void {
    this.#box(`${who} sees a dialog`, text);
  }

  /** Everything that is new or was edited since the last look. */
  show(): void {
    const { slack, config } = this.#sandbox;
    const channels = config.organizations.map(({ channelId }) => channelId).filter(this.#isTold);
    const inChannel = channels.flatMap((id) =>
      slack.messages(id).map((message) => ({ message, where: `#${this.#name(id)}` })),
    );
    const persons = Object.values(people).filter(this.#isTold);
    const direct = persons.flatMap((id) =>
      slack.messages(id).map((message) => ({ message, where: `Direct message to ${this.#name(id)}` })),
    );
    const alone = slack
      .ephemerals()
      .filter(({ channel }) => this.#isTold(channel))
      .map((message) => ({ message, where: `Only ${this.#name(message.visibleTo)} sees` }));
    const all = [...inChannel, ...direct, ...alone];
    for (const { message, where } of all.sort((one, other) => one.message.ts.localeCompare(other.message.ts))) {
      const key = `${where} ${message.ts}`;
      const content = JSON.stringify([message.text, message.blocks], withoutBlockIds);
      const before = this.#shown.get(key);
      if (before === content) continue;
      this.#shown.set(key, content);
      this.#box(`${where}${marks(message, before !== undefined)}`, this.#text(message));
    }
  }

  #text(message: SlackMessage): string {
    return renderAsText(message, { now: this.#sandbox.clock.now(), names: (id) => this.#name(id) });
  }

  #name(id: string): string {
    return this.#sandbox.slack.state.directory.nameOf(id);
  }

  #box(title: string, text: string): void {
    const body = text
      .split('\n')
      .map((line) => `│ ${line}`.trimEnd())
      .join('\n');
    this.#write(`\n╭ ${title}\n${body}\n╰\n`);
  }
}

/** Slack gives blocks new ids at each update: only what a reader sees counts. */
const withoutBlockIds = (key: string, value: unknown): unknown => (key === 'block_id' ? undefined : value);

function marks(message: SlackMessage, edited: boolean): string {
  if (edited) return message.threadTs === undefined ? ', the same message, now' : ', the same note, now';
  if (message.threadTs === undefined) return '';
  return message.broadcast ? ', in the thread and in the channel' : ', in the thread';
}
