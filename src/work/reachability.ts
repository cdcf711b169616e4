import type { Clock } from '../clock.ts';

/** How a part of the whole is. `why` is for people: it holds no secret. */
export type PartState =
  | { readonly state: 'ok' }
  | { readonly state: 'degraded'; readonly since: Date; readonly why: string };

export const partOk: PartState = { state: 'ok' };

/** The first of them that is not well. */
export const worstOf = (states: readonly PartState[]): PartState =>
  states.find(({ state }) => state !== 'ok') ?? partOk;

/** Remembers since when something is wrong, as far as this process has seen. */
export class Reachability {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #why: string;
  #since: Date | undefined;

  constructor(clock: Pick<Clock, 'now'>, why: string) {
    this.#clock = clock;
    this.#why = why;
  }

  get state(): PartState {
    return this.#since === undefined ? partOk : { state: 'degraded', since: this.#since, why: this.#why };
  }

  seen(good: boolean): void {
    this.#since = good ? undefined : (this.#since ?? this.#clock.now());
  }
}

/** `through` as it is, with an eye on the other side: any answer of its own but a 5xx shows that it is there. */
export function observedFetch(reachability: Reachability, through: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    try {
      const response = await through(input, init);
      reachability.seen(response.status < 500);
      return response;
    } catch (error) {
      reachability.seen(false);
      throw error;
    }
  };
}
