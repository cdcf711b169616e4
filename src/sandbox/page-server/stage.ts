import type { PageAct, PageOutcome, PageState } from '../page/protocol.ts';
import type { SlackFile } from '../slack/ledger.ts';
import { Gate } from './gate.ts';
import { pagePortal } from './page-portal.ts';
import { pageState } from './page-state.ts';
import { perform } from './perform.ts';
import { Scene } from './scene.ts';
import { Signal } from './signal.ts';

const secondMs = 1_000;

export interface StageOptions {
  /** Whether time passes by itself, a second each second; else it stands still until it is moved. */
  readonly running: boolean;
  /** What goes wrong inside, line by line. */
  readonly onError: (line: string) => void;
}

/** What is behind the page: one scene after another, and time. */
export class Stage {
  /** Something that the page shows is another than before. */
  readonly changes: Signal;
  /** Time has passed: what time it is now. */
  readonly seconds = new Signal<Date>();
  readonly #options: StageOptions;
  readonly #gate = new Gate();
  readonly #ticker: NodeJS.Timeout | undefined;
  #scene: Scene;
  #revision = 0;
  #closing: Promise<void> = Promise.resolve();

  private constructor(options: StageOptions, scene: Scene, changes: Signal) {
    this.#options = options;
    this.#scene = scene;
    this.changes = changes;
    changes.subscribe(() => {
      this.#revision += 1;
    });
    if (options.running) this.#ticker = setInterval(() => this.#tick(), secondMs);
  }

  static async start(options: StageOptions): Promise<Stage> {
    const changes = new Signal();
    const { onError } = options;
    const scene = await Scene.start({ onChange: () => changes.emit(), onError, firstSentence: 1 });
    return new Stage(options, scene, changes);
  }

  isPerson(id: string): boolean {
    return this.#scene.people.some((user) => user.id === id);
  }

  /** A file of some message. */
  file(id: string): SlackFile | undefined {
    return this.#scene.sandbox.slack.state.ledger.file(id);
  }

  /** What each of these people sees now, in their order. */
  async states(people: readonly string[]): Promise<PageState[]> {
    for (;;) {
      const scene = this.#scene;
      const counted = { revision: this.#revision, running: this.#options.running };
      try {
        const [due, portal] = await Promise.all([scene.nextDue(), pagePortal(scene)]);
        return people.map((person) => pageState(scene, person, { due, portal }, counted));
      } catch (error) {
        // A reset may have closed what was being read.
        if (scene === this.#scene) throw error;
      }
    }
  }

  /** Moving the clock and starting anew wait for everything else, and everything else for them. */
  act(act: PageAct): Promise<PageOutcome> {
    switch (act.kind) {
      case 'reset':
        return this.#gate.alone(() => this.#reset());
      case 'clock':
        // Hours take seconds, since all that the bot does in them is done: the clock is seen running.
        return this.#gate.alone(() => this.#scene.move(act.to, () => this.#showTime()));
      default:
        return this.#gate.beside(() => perform(this.#scene, act));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    await Promise.all([this.#closing, this.#gate.alone(() => this.#scene.close())]);
  }

  async #reset(): Promise<PageOutcome> {
    const before = this.#scene;
    const { onError } = this.#options;
    const firstSentence = before.chronicle.nextId;
    this.#scene = await Scene.start({ onChange: () => this.changes.emit(), onError, firstSentence });
    this.changes.emit();
    this.#closing = Promise.all([this.#closing, before.close()]).then(
      () => undefined,
      (error: unknown) => onError(`The scene before the reset did not close: ${String(error)}\n`),
    );
    return { ok: true };
  }

  #tick(): void {
    if (this.#gate.isAlone) return;
    void this.#scene.tick();
    this.#showTime();
  }

  #showTime(): void {
    this.seconds.emit(this.#scene.sandbox.clock.now());
  }
}
