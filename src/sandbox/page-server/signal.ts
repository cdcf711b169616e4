/** Tells those who want to know, at once and in order. */
export class Signal<T = void> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Returns what ends it. */
  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
