export type PortalCall = 'token' | 'open' | 'close' | 'status';

/**
 * What goes wrong at the portal, or on the way:
 *
 * - `status`: refused with that status and no effect.
 * - `garbage`: 200 with a page in place of an answer, and no effect.
 * - `redirect`: sent elsewhere, and no effect.
 * - `huge`: an answer without end, and no effect.
 * - `hang`: no effect and no answer; the caller has to give up.
 * - `lost-answer`: the call takes effect, and the connection ends without an answer.
 */
export type PortalFault = { readonly call: PortalCall; readonly times?: number } & (
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  | { readonly kind: 'garbage' | 'redirect' | 'huge' | 'hang' | 'lost-answer' }
);

/** The faults in force; of several for one call, the one that was set up first hits. */
export class PortalFaults {
  #faults: { readonly fault: PortalFault; left: number }[] = [];

  add(fault: PortalFault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  take(call: PortalCall): PortalFault | undefined {
    const found = this.#faults.find(({ fault, left }) => fault.call === call && left > 0);
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  clear(): void {
    this.#faults = [];
  }
}
