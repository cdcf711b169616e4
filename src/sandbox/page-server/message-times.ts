import type { Clock } from '../../clock.ts';
import type { Ledger, SlackMessage } from '../slack/ledger.ts';

/** When messages were posted by the sandbox's clock. Slack's own `ts` is real time, as it must be. */
export class MessageTimes {
  readonly #times = new Map<string, Date>();
  readonly #clock: Clock;

  constructor(ledger: Ledger, clock: Clock) {
    this.#clock = clock;
    this.#noteNew(ledger);
    ledger.onChange(() => this.#noteNew(ledger));
  }

  of(message: SlackMessage): Date {
    return this.#times.get(keyOf(message)) ?? this.#clock.now();
  }

  #noteNew(ledger: Ledger): void {
    for (const message of [...ledger.everyMessage(), ...ledger.ephemerals()]) {
      const key = keyOf(message);
      if (!this.#times.has(key)) this.#times.set(key, this.#clock.now());
    }
  }
}

const keyOf = ({ channel, ts }: SlackMessage): string => `${channel} ${ts}`;
