import type { Clock, Timer } from '../clock.ts';

interface Pending {
  at: number;
  order: number;
  run: () => void;
}

/**
 * A clock that stands still until it is moved.
 *
 * `set` moves the wall clock alone, as somebody setting the machine's clock does; `tick` lets time pass: wall clock and
 * monotonic clock together, running the timers that come due, in order, each at its own instant.
 */
export class ManualClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  #order = 0;
  #pending: Pending[] = [];

  constructor(start: Date = new Date()) {
    this.#wallMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#wallMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const entry: Pending = { at: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#pending.push(entry);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== entry);
      },
    };
  }

  set(to: Date): void {
    this.#wallMs = to.getTime();
  }

  tick(ms: number): void {
    const end = this.#monotonicMs + ms;
    for (;;) {
      const next = this.#pending.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) break;
      this.#pending = this.#pending.filter((entry) => entry !== next);
      this.#advanceTo(next.at);
      next.run();
    }
    this.#advanceTo(end);
  }

  #advanceTo(monotonicMs: number): void {
    const step = monotonicMs - this.#monotonicMs;
    if (step <= 0) return;
    this.#monotonicMs = monotonicMs;
    this.#wallMs += step;
  }
}
