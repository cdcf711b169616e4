import type { CheckedClock } from '../checked-clock.ts';
import { type PartState, partOk, Reachability, worstOf } from '../work/reachability.ts';

/** What a process depends on, or is made of. */
export interface Parts {
  readonly start: PartState;
  readonly mongodb: PartState;
  readonly slack: PartState;
  readonly provider: PartState;
  readonly secrets: PartState;
  readonly clock: PartState;
  readonly sweep: PartState;
  readonly records: PartState;
  readonly ledgerSigner: PartState;
  readonly ledgerWebhook: PartState;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Parts;
}

export interface HealthOptions {
  readonly clock: CheckedClock;
  /** Asks MongoDB for a sign of life; rejects when there is none. */
  readonly ping: () => Promise<unknown>;
  readonly slack: Reachability;
  /** Of each organization. */
  readonly organizations: readonly {
    readonly provider: Reachability;
    readonly secrets: Reachability;
    readonly signer: Reachability;
    /** Whether what was signed before still stands in the ledger. */
    readonly signedBefore: Reachability;
    readonly webhook: Reachability;
    /** Whether the webhook wants anything at all. */
    readonly webhookStopped: Reachability;
  }[];
  /** Records that a newer version of the bot has written, as far as they were met. */
  readonly newerRecords: () => number;
  /** Between two sweeps no more than this should pass. */
  readonly sweepWithinMs: number;
}

/** An answer about MongoDB is good for as long: whoever asks often costs no more. */
const pingEveryMs = 5_000;
const pingWithinMs = 3_000;
/** A sweep that is that many times later than it should be will not come any more. */
const stuckFactor = 5;

/** What this process knows of itself, from what it does anyway; only MongoDB is asked. */
export class Health {
  readonly #options: HealthOptions;
  readonly #start: Reachability;
  readonly #mongodb: Reachability;
  readonly #late: Reachability;
  readonly #newer: Reachability;
  #pingedMs: number | undefined;
  #pinging: Promise<void> | undefined;
  /** When a sweep, or an attempt to start, last began or ended. */
  #sweptMs: number;

  constructor(options: HealthOptions) {
    const { clock } = options;
    this.#options = options;
    this.#start = new Reachability(clock, 'This process is still starting: it takes nothing from Slack yet.');
    this.#start.seen(false);
    this.#mongodb = new Reachability(clock, 'MongoDB does not answer: nothing can be asked for, decided or shown.');
    this.#late = new Reachability(
      clock,
      'What is due by time is looked for too rarely: the process is overloaded or stuck.',
    );
    this.#newer = new Reachability(
      clock,
      'A newer version of Portcullis has written records that this one leaves alone: update this process.',
    );
    this.#sweptMs = clock.monotonicMs();
  }

  /** From now on the process takes what people do. */
  started(): void {
    this.#start.seen(true);
  }

  /** Carries out a sweep, or an attempt to start, and remembers that there was one, however it ended. */
  async watched(run: () => Promise<void>): Promise<void> {
    this.#sweptMs = this.#options.clock.monotonicMs();
    try {
      await run();
    } finally {
      this.#sweptMs = this.#options.clock.monotonicMs();
    }
  }

  /** Whether the process is worth keeping: it sweeps, or tries to start. That something else is away is no reason to end it. */
  get alive(): boolean {
    return this.#sinceSweepMs <= stuckFactor * this.#options.sweepWithinMs;
  }

  /**
   * A process is not ready while it could not do what somebody clicks: before it has started and without MongoDB it can do
   * nothing, and by a wrong clock it opens nothing, which another process may. Without Slack, without a provider, with late
   * sweeps, beside records of a newer version, with secrets about to expire or with a ledger that cannot be signed or sent it is degraded, but it takes
   * decisions, which are carried out later: taking it out of service would only add to the trouble, and would concern all
   * processes at once.
   */
  async readiness(): Promise<Readiness> {
    await this.#ping();
    const { slack, organizations } = this.#options;
    const worst = (...parts: readonly (keyof (typeof organizations)[number])[]): PartState =>
      worstOf(parts.flatMap((part) => organizations.map((one) => one[part].state)));
    this.#late.seen(this.#sinceSweepMs <= this.#options.sweepWithinMs);
    this.#newer.seen(this.#options.newerRecords() === 0);
    const parts: Parts = {
      start: this.#start.state,
      mongodb: this.#mongodb.state,
      slack: slack.state,
      provider: worst('provider'),
      secrets: worst('secrets'),
      clock: this.#clock(),
      sweep: this.#late.state,
      records: this.#newer.state,
      ledgerSigner: worst('signedBefore', 'signer'),
      ledgerWebhook: worst('webhookStopped', 'webhook'),
    };
    return { ready: [parts.start, parts.mongodb, parts.clock].every(({ state }) => state === 'ok'), parts };
  }

  /** Whether what is due by time is done by this process, on time. */
  async onTime(): Promise<boolean> {
    const { ready, parts } = await this.readiness();
    return ready && parts.sweep.state === 'ok';
  }

  get #sinceSweepMs(): number {
    return this.#options.clock.monotonicMs() - this.#sweptMs;
  }

  #clock(): PartState {
    const standing = this.#options.clock.standing();
    switch (standing.kind) {
      case 'agrees':
        return partOk;
      case 'off': {
        const seconds = Math.round(Math.abs(standing.aheadMs) / 1_000);
        const where = standing.aheadMs > 0 ? 'ahead of' : 'behind';
        const why = `The clock of this machine is ${seconds} s ${where} that of the database: nothing is done by time.`;
        return { state: 'degraded', since: standing.since, why };
      }
      case 'unknown': {
        const why = 'Whether the clock of this machine is right is not known: nothing is done by time.';
        return { state: 'degraded', since: standing.since, why };
      }
    }
  }

  async #ping(): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#pingedMs !== undefined && nowMs - this.#pingedMs < pingEveryMs) return;
    this.#pinging ??= this.#pingNow().finally(() => {
      this.#pinging = undefined;
    });
    await this.#pinging;
  }

  async #pingNow(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), pingWithinMs);
    });
    const answered = this.#options.ping().then(
      () => true,
      () => false,
    );
    this.#mongodb.seen(await Promise.race([answered, late]));
    clearTimeout(timer);
    this.#pingedMs = this.#options.clock.monotonicMs();
  }
}
