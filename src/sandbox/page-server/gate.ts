interface Waiting {
  readonly alone: boolean;
  readonly enter: () => void;
}

/** Lets some things run beside each other and others only alone, in the order in which they came. */
export class Gate {
  #running = 0;
  #isAlone = false;
  readonly #waiting: Waiting[] = [];

  /** Whether something that must be alone runs now. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  beside<T>(run: () => Promise<T>): Promise<T> {
    return this.#through(false, run);
  }

  alone<T>(run: () => Promise<T>): Promise<T> {
    return this.#through(true, run);
  }

  async #through<T>(alone: boolean, run: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ alone, enter });
      this.#admit();
    });
    try {
      return await run();
    } finally {
      this.#running -= 1;
      this.#isAlone = false;
      this.#admit();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#isAlone || (next.alone && this.#running > 0)) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#isAlone = next.alone;
      next.enter();
    }
  }
}
