import { randomBytes } from 'node:crypto';

const LIFETIME_MS = 3000;

export type TriggerError = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

interface Trigger {
  readonly userId: string;
  readonly issuedAt: number;
  used: boolean;
}

/**
 * Trigger ids as Slack hands them out with commands and interactions: for one use within 3 seconds.
 *
 * The emulator has them too, but counts in whole seconds, so that its own live between 2 and 3 seconds: one of those is
 * taken out only at the moment when it is used.
 */
export class Triggers {
  readonly #issued = new Map<string, Trigger>();
  readonly #now: () => number;

  constructor(nowMs: () => number) {
    this.#now = nowMs;
  }

  issue(userId: string): string {
    const id = `${Math.floor(this.#now() / 1000)}.${randomBytes(5).readUIntBE(0, 5)}.${randomBytes(16).toString('hex')}`;
    this.#issued.set(id, { userId, issuedAt: this.#now(), used: false });
    return id;
  }

  use(id: string | undefined): { userId: string } | { error: TriggerError } {
    const trigger = id === undefined ? undefined : this.#issued.get(id);
    if (trigger === undefined) return { error: 'invalid_trigger_id' };
    if (trigger.used) return { error: 'exchanged_trigger_id' };
    if (this.#now() - trigger.issuedAt >= LIFETIME_MS) return { error: 'expired_trigger_id' };
    trigger.used = true;
    return { userId: trigger.userId };
  }
}
