import type { Clock } from '../../clock.ts';

/** The longest that this portal lets support in. */
export const longestMs = 7 * 24 * 60 * 60_000;

/** One tenant's switch, as its status address shows it. */
export interface SwitchStatus {
  readonly enabled: boolean;
  readonly level?: string;
  readonly expiresAt?: string;
}

/** What is on, as the portal's own page shows it. */
interface SwitchedOn {
  readonly level: string;
  /** Absent where a person opened it for good. */
  readonly until?: Date;
  /** Whether a person did it in the portal, or a program called. */
  readonly by: 'person' | 'program';
}

/** The support switches of the tenants of a simulated portal. */
export class PortalSwitches {
  readonly tenants: readonly string[];
  readonly #clock: Clock;
  readonly #open = new Map<string, SwitchedOn>();
  readonly #listeners: (() => void)[] = [];

  constructor(clock: Clock, tenants: readonly string[]) {
    this.#clock = clock;
    this.tenants = tenants;
  }

  /** Calls `listener` after each change; an end that comes by itself is none. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  status(tenant: string): SwitchStatus {
    const on = this.switchedOn(tenant);
    return on === undefined
      ? { enabled: false }
      : { enabled: true, level: on.level, expiresAt: on.until?.toISOString() };
  }

  /** Undefined while it is off. */
  switchedOn(tenant: string): SwitchedOn | undefined {
    const on = this.#open.get(tenant);
    return on?.until !== undefined && on.until <= this.#clock.now() ? undefined : on;
  }

  /** As a call does, or a person in the portal; without an end only a person can. */
  enable(tenant: string, level: string, until?: Date, by: SwitchedOn['by'] = 'person'): void {
    this.#open.set(tenant, { level, until, by });
    this.#changed();
  }

  disable(tenant: string): void {
    this.#open.delete(tenant);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
