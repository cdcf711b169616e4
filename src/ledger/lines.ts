const lineFeed = 0x0a;
/** No entry comes near it: what a person types is limited. */
const longestLineBytes = 1024 * 1024;

export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly text: string }
  /** Not UTF-8, longer than any entry, or the file ends in the middle of it. */
  | { readonly kind: 'unreadable'; readonly number: number };

/** Splits at line feeds and nowhere else, holding one line at a time. Ends after the first line that cannot be read. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let held = 0;
  let number = 0;

  const take = (end: Uint8Array): Line => {
    number += 1;
    try {
      return { kind: 'line', number, text: decoder.decode(Buffer.concat([...parts, end])) };
    } catch {
      return { kind: 'unreadable', number };
    } finally {
      parts = [];
      held = 0;
    }
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed, start); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      const line = take(chunk.subarray(start, end));
      yield line;
      if (line.kind === 'unreadable') return;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    held += rest.length;
    if (held > longestLineBytes) {
      yield { kind: 'unreadable', number: number + 1 };
      return;
    }
    // The chunk's memory may be used again by whoever gave it.
    if (rest.length > 0) parts.push(Uint8Array.from(rest));
  }
  if (held > 0) yield { kind: 'unreadable', number: number + 1 };
}
