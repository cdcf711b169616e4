import type { ServerResponse } from 'node:http';
import type { PageSecond, PageState } from '../page/protocol.ts';
import type { Stage } from './stage.ts';

/** Long enough for what one act causes at once, short enough to be felt as at once. */
const burstMs = 40;
const heartbeatMs = 15_000;

interface Listener {
  readonly person: string;
  readonly response: ServerResponse;
  /** What was sent last, without what changes by itself. */
  sent: string;
}

/** Those whose pages are open, by server-sent events. A burst of changes becomes one new state for each. */
export class Listeners {
  readonly #stage: Stage;
  readonly #onError: (line: string) => void;
  readonly #listeners = new Set<Listener>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: (() => void)[];
  #burst: NodeJS.Timeout | undefined;
  #sending = false;
  #again = false;

  constructor(stage: Stage, onError: (line: string) => void) {
    this.#stage = stage;
    this.#onError = onError;
    this.#heartbeat = setInterval(() => this.#writeAll(': still here\n\n'), heartbeatMs);
    this.#unsubscribe = [
      stage.changes.subscribe(() => this.#soon()),
      stage.seconds.subscribe((now) => this.#second(now)),
    ];
  }

  add(person: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    const listener: Listener = { person, response, sent: '' };
    this.#listeners.add(listener);
    response.on('close', () => this.#listeners.delete(listener));
    response.on('drain', () => this.#soon());
    void this.#send();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#burst);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const { response } of this.#listeners) response.end();
  }

  #second(now: Date): void {
    const second: PageSecond = { now: now.toISOString() };
    this.#writeAll(`event: second\ndata: ${JSON.stringify(second)}\n\n`);
  }

  #soon(): void {
    this.#burst ??= setTimeout(() => {
      this.#burst = undefined;
      void this.#send();
    }, burstMs);
  }

  /** One at a time, so that no older state comes after a newer one. */
  async #send(): Promise<void> {
    this.#again = true;
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#sendOnce();
      }
    } catch (error) {
      this.#onError(`The page could not be told of a change: ${String(error)}\n`);
    } finally {
      this.#sending = false;
    }
  }

  async #sendOnce(): Promise<void> {
    // Whoever does not read what was sent gets the newest state once they do.
    const reading = [...this.#listeners].filter(({ response }) => !response.writableNeedDrain);
    const states = await this.#stage.states(reading.map(({ person }) => person));
    for (const [index, listener] of reading.entries()) {
      const state = states[index];
      if (state === undefined) continue;
      const shown = withoutSeconds(state);
      if (shown === listener.sent) continue;
      listener.sent = shown;
      listener.response.write(`data: ${JSON.stringify(state)}\n\n`);
    }
  }

  #writeAll(event: string): void {
    for (const { response } of this.#listeners) response.write(event);
  }
}

/** What makes two states differ for somebody who looks at the page; seconds have events of their own. */
function withoutSeconds(state: PageState): string {
  return JSON.stringify({ ...state, revision: 0, clock: { ...state.clock, now: state.clock.now.slice(0, 16) } });
}
