import { formatSlackDate } from './slack-date.ts';

export interface RenderOptions {
  /** What the reader's clock shows; the present when left out. */
  readonly now?: Date;
  /** What a user, channel or user group is called. */
  readonly names: (id: string) => string;
}

const CODE = /```[\s\S]*?```|`[^`\n]+`/g;
const TOKEN = /<([^<>\n]+)>/g;

/** Slack's mrkdwn as it reads: references and dates resolved, links spelled out, emphasis marks gone. */
export function renderMrkdwn(text: string, options: RenderOptions): string {
  // Code and references are set aside, between two characters for private use, while the marks around them go.
  const aside: string[] = [];
  const setAside = (rendered: string): string => `\uE000${aside.push(rendered) - 1}\uE001`;
  const resolve = (_: string, token: string): string => renderToken(token, options);
  const rest = text
    .replace(CODE, (code) => setAside(unescaped(code.replace(TOKEN, resolve))))
    .replace(TOKEN, (whole, token) => setAside(resolve(whole, token)));
  return unescaped(withoutEmphasis(rest)).replace(
    /\uE000(\d+)\uE001/g,
    (_, index: string) => aside[Number(index)] ?? '',
  );
}

function withoutEmphasis(text: string): string {
  return ['\\*', '_', '~'].reduce((result, mark) => {
    const pair = new RegExp(`(?<![\\w${mark}])${mark}(?=\\S)([^${mark}\\n]*?\\S)${mark}(?![\\w${mark}])`, 'g');
    return result.replace(pair, '$1');
  }, text);
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function renderToken(token: string, options: RenderOptions): string {
  const at = token.indexOf('|');
  const target = at < 0 ? token : token.slice(0, at);
  const label = at < 0 ? undefined : unescaped(token.slice(at + 1));
  if (target.startsWith('@')) return `@${options.names(target.slice(1))}`;
  if (target.startsWith('#')) return `#${options.names(target.slice(1))}`;
  if (target.startsWith('!date^')) {
    const [, seconds = '', format = ''] = target.split('^');
    return formatSlackDate(Number(seconds), format, label ?? '', options.now ?? new Date());
  }
  if (target.startsWith('!subteam^')) return `@${options.names(target.slice('!subteam^'.length))}`;
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  const url = unescaped(target);
  return label === undefined || label === url ? url : `${label} (${url})`;
}
