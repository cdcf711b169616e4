import type { Json, PageAct, PageOutcome } from '../protocol.ts';
import type { Entries } from './entries.ts';

const pauseMs = 400;

/** Sends what is entered into one view, one after the other, so that a submission never overtakes a value. */
export class SendQueue implements Entries {
  readonly #act: (act: PageAct) => Promise<PageOutcome>;
  readonly #at: { readonly person: string; readonly viewId: string };
  readonly #soon = new Map<string, { readonly timer: ReturnType<typeof setTimeout>; readonly send: () => void }>();
  readonly #onOutcome: (outcome: PageOutcome) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(
    act: (act: PageAct) => Promise<PageOutcome>,
    at: { readonly person: string; readonly viewId: string },
    onOutcome: (outcome: PageOutcome) => void,
  ) {
    this.#act = act;
    this.#at = at;
    this.#onOutcome = onOutcome;
  }

  readonly put: Entries['put'] = (blockId, actionId, value) => {
    const act = { kind: 'view-action', ...this.#at, blockId, actionId, value } as const;
    this.#last = this.#last.then(async () => this.#onOutcome(await this.#act(act)));
  };

  readonly putSoon: Entries['putSoon'] = (blockId: string, actionId: string, value: Json) => {
    const key = `${blockId} ${actionId}`;
    clearTimeout(this.#soon.get(key)?.timer);
    const send = (): void => {
      this.#soon.delete(key);
      this.put(blockId, actionId, value);
    };
    this.#soon.set(key, { timer: setTimeout(send, pauseMs), send });
  };

  readonly search: Entries['search'] = (blockId, actionId, query) =>
    this.#act({ kind: 'search', ...this.#at, blockId, actionId, query });

  /** Resolves when everything that was entered has arrived. */
  async flush(): Promise<void> {
    for (const { timer, send } of this.#soon.values()) {
      clearTimeout(timer);
      send();
    }
    await this.#last;
  }
}
