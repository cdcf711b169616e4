/** How far everybody has read, by the `ts` of the newest message they have had before them. */
export class ReadMarks {
  readonly #marks = new Map<string, string>();

  read(person: string, conversation: string, upTo: string): void {
    this.#marks.set(`${person} ${conversation}`, upTo);
  }

  isUnread(person: string, conversation: string, ts: string): boolean {
    const mark = this.#marks.get(`${person} ${conversation}`);
    return mark === undefined || ts > mark;
  }
}
