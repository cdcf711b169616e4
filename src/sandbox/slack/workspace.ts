import { Courier, type Delivery, type Receipt } from './courier.ts';
import { Desk } from './desk.ts';
import { slackNow } from './finding.ts';
import type { JsonObject } from './json.ts';
import { Person } from './person.ts';
import type { SlackServer } from './server.ts';

export interface WorkspaceOptions {
  readonly slack: SlackServer;
  /** Where the bot listens, for example `http://127.0.0.1:3000`. */
  readonly botUrl: string;
  readonly signingSecret: string;
  /** How long Slack waits for an acknowledgement: 3000 ms unless a test wants less. */
  readonly ackLimitMs?: number;
  /** What people's clocks show, for dates in what they read. Signatures stay real time. */
  readonly now?: () => Date;
}

/**
 * The people of a simulated workspace, and what Slack sends the bot on their behalf. It waits for the bot's
 * acknowledgement and for nothing the bot does afterwards.
 */
export class Workspace {
  readonly #desk: Desk;
  readonly #courier: Courier;
  readonly #now: () => Date;

  constructor({ slack, botUrl, signingSecret, ackLimitMs = 3000, now = () => new Date() }: WorkspaceOptions) {
    this.#courier = new Courier({ botUrl, signingSecret, ackLimitMs });
    this.#desk = new Desk(slack, this.#courier);
    this.#now = now;
  }

  person(id: string): Person {
    return new Person(this.#desk, id, this.#now);
  }

  /** What was sent to the bot so far, oldest first; what was replayed or forged is not counted. */
  get deliveries(): readonly Delivery[] {
    return this.#desk.deliveries;
  }

  /** An event of the Events API; a `retry` marks it as sent again, under the id it had. */
  async sendsEvent(
    event: JsonObject,
    options: { eventId?: string; retry?: { num: number; reason: string } } = {},
  ): Promise<Receipt> {
    const { eventId = `Ev${slackNow()}`, retry } = options;
    const headers = retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason };
    return this.#desk.deliver(this.#courier.json(this.#desk.event(event, eventId), headers));
  }

  /** Sends something a second time, to the letter; the last delivery when none is named. */
  replay(delivery: Delivery = this.#last()): Promise<Receipt> {
    return this.#courier.send(delivery);
  }

  /** Sends a body under a signature made with another secret; the last one when none is named. */
  forge(body: string = this.#last().body): Promise<Receipt> {
    const { headers } = this.#courier.sign(body, contentType(this.#last()));
    return this.#courier.send({ body, headers: { ...headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` } });
  }

  /** Sends something rightly signed, with a timestamp this far from now; the last delivery when none is named. */
  sendWithTimestamp(offsetSeconds: number, delivery: Delivery = this.#last()): Promise<Receipt> {
    return this.#courier.send(this.#courier.sign(delivery.body, contentType(delivery), offsetSeconds));
  }

  /** Sends exactly this. */
  sendRaw(body: string, headers: Readonly<Record<string, string>>): Promise<Receipt> {
    return this.#courier.send({ body, headers });
  }

  #last(): Delivery {
    const last = this.#desk.deliveries.at(-1);
    if (last === undefined) throw new Error('Nothing has been sent to the bot yet');
    return last;
  }
}

function contentType(delivery: Delivery): Record<string, string> {
  return { 'content-type': delivery.headers['content-type'] ?? 'application/x-www-form-urlencoded' };
}
