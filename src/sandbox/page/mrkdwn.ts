/** A run of text, as Slack reads mrkdwn (Slack documentation, "Formatting message text"). */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly url: string; readonly text: string }
  | { readonly kind: 'mention'; readonly sign: '@' | '#'; readonly id: string }
  | { readonly kind: 'everybody'; readonly name: string }
  | { readonly kind: 'date'; readonly unixSeconds: number; readonly format: string; readonly fallback: string };

export type Paragraph =
  | { readonly kind: 'lines' | 'quote'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'preformatted'; readonly text: string };

const fence = /```\n?([\s\S]*?)\n?```/;
const quoted = /^(?:&gt;|>) ?/;

export function parseMrkdwn(text: string): Paragraph[] {
  return text.split(fence).flatMap((part, index): Paragraph[] => {
    if (index % 2 === 1) return [{ kind: 'preformatted', text: unescaped(part) }];
    const trimmed = index === 0 ? part.replace(/\n$/, '') : part.replace(/^\n|\n$/g, '');
    return trimmed === '' ? [] : paragraphs(trimmed.split('\n'));
  });
}

function paragraphs(lines: readonly string[]): Paragraph[] {
  const found: { kind: 'lines' | 'quote'; lines: Inline[][] }[] = [];
  for (const line of lines) {
    const kind = quoted.test(line) ? 'quote' : 'lines';
    const parsed = parseLine(kind === 'quote' ? line.replace(quoted, '') : line);
    const last = found.at(-1);
    if (last?.kind === kind) last.lines.push(parsed);
    else found.push({ kind, lines: [parsed] });
  }
  return found;
}

const setAside = /`([^`]+)`|<([^<>]+)>/g;
const emphasis = [
  ['bold', /(?<![\w*])\*(?=\S)([^*]*?\S)\*(?![\w*])/],
  ['italic', /(?<![\w_])_(?=\S)([^_]*?\S)_(?![\w_])/],
  ['strike', /(?<![\w~])~(?=\S)([^~]*?\S)~(?![\w~])/],
] as const;

function parseLine(line: string): Inline[] {
  // Code and references may hold marks of emphasis: they stand aside, between characters for private use, meanwhile.
  const aside: Inline[] = [];
  const rest = line.replace(setAside, (_, code: string | undefined, reference: string | undefined) => {
    aside.push(code === undefined ? parseReference(reference ?? '') : { kind: 'code', text: unescaped(code) });
    return `\uE000${aside.length - 1}\uE001`;
  });
  return parseEmphasis(rest, aside);
}

function parseEmphasis(text: string, aside: readonly Inline[]): Inline[] {
  for (const [kind, mark] of emphasis) {
    const match = mark.exec(text);
    if (match === null) continue;
    return [
      ...parseEmphasis(text.slice(0, match.index), aside),
      { kind, children: parseEmphasis(match[1] ?? '', aside) },
      ...parseEmphasis(text.slice(match.index + match[0].length), aside),
    ];
  }
  return text.split(/\uE000(\d+)\uE001/).flatMap((part, index): Inline[] => {
    if (index % 2 === 1) return aside.slice(Number(part), Number(part) + 1);
    return part === '' ? [] : [{ kind: 'text', text: unescaped(part) }];
  });
}

function parseReference(reference: string): Inline {
  const bar = reference.indexOf('|');
  const target = bar < 0 ? reference : reference.slice(0, bar);
  const label = bar < 0 ? undefined : unescaped(reference.slice(bar + 1));
  if (target.startsWith('@')) return { kind: 'mention', sign: '@', id: target.slice(1) };
  if (target.startsWith('#')) return { kind: 'mention', sign: '#', id: target.slice(1) };
  if (target.startsWith('!subteam^')) return { kind: 'mention', sign: '@', id: target.slice('!subteam^'.length) };
  if (target.startsWith('!date^')) {
    const [, seconds = '', format = ''] = target.split('^');
    return { kind: 'date', unixSeconds: Number(seconds), format, fallback: label ?? '' };
  }
  if (target.startsWith('!')) return { kind: 'everybody', name: target.slice(1) };
  const url = unescaped(target);
  return { kind: 'link', url, text: label ?? url };
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
