import type { SlackFile } from './ledger.ts';

/** A file between the call that announces it and the one that shares it. */
interface Upload extends Pick<SlackFile, 'id' | 'name'> {
  content?: Buffer;
}

/** The files that were announced, and what was uploaded of them. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  announce(id: string, name: string): void {
    this.#uploads.set(id, { id, name });
  }

  /** False for a file that nobody announced. */
  receive(id: string, content: Buffer): boolean {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return false;
    upload.content = content;
    return true;
  }

  /** Undefined until it was uploaded. */
  file(id: string, title: string | undefined): SlackFile | undefined {
    const { name, content } = this.#uploads.get(id) ?? {};
    return name === undefined || content === undefined ? undefined : { id, name, title: title ?? name, content };
  }
}
