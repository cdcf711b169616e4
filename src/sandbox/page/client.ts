import type { PageAct, PageOutcome, PageSecond, PageState } from './protocol.ts';

export interface Snapshot {
  /** The last state that came; it stays when the server is gone. */
  readonly state: PageState | undefined;
  readonly connection: 'connecting' | 'live' | 'lost';
}

const retryMs = 3_000;
const unreachable: PageOutcome = { ok: false, error: 'The sandbox does not answer.' };

/** The server, as one person after the other looks at it. */
export class PageClient {
  #snapshot: Snapshot = { state: undefined, connection: 'connecting' };
  #events: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Calls back after each change, until the function that is returned is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** From now on as this person sees it. */
  watch(person: string): void {
    clearTimeout(this.#retry);
    this.#events?.close();
    const events = new EventSource(`api/events?${new URLSearchParams({ person })}`);
    this.#events = events;
    events.onmessage = ({ data }) => {
      clearTimeout(this.#retry);
      this.#change({ state: JSON.parse(data) as PageState, connection: 'live' });
    };
    events.addEventListener('second', ({ data }) => this.#passes(JSON.parse(data) as PageSecond));
    events.onerror = () => {
      this.#change({ ...this.#snapshot, connection: 'lost' });
      // The browser tries again by itself, but not after every failure, and it waits for an answer without end.
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.watch(person), retryMs);
    };
  }

  /** Never throws: what went wrong is in the outcome. */
  async act(act: PageAct): Promise<PageOutcome> {
    try {
      const response = await fetch('api/act', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(act),
      });
      const answer = (await response.json()) as PageOutcome;
      return response.ok ? answer : { ok: false, error: answer.error ?? `The sandbox answered ${response.status}.` };
    } catch {
      return unreachable;
    }
  }

  /** Whether the state came to be like this before the time was over. */
  until(wanted: (state: PageState) => boolean, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (reached: boolean): void => {
        clearTimeout(timer);
        stop();
        resolve(reached);
      };
      const look = (): void => {
        const { state } = this.#snapshot;
        if (state !== undefined && wanted(state)) settle(true);
      };
      const timer = setTimeout(() => settle(false), timeoutMs);
      const stop = this.subscribe(look);
      look();
    });
  }

  #passes({ now }: PageSecond): void {
    const { state } = this.#snapshot;
    if (state === undefined) return;
    this.#change({ state: { ...state, clock: { ...state.clock, now } }, connection: 'live' });
  }

  #change(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}
