import { formatSlackDate } from './slack-date.ts';

export interface RenderOptions {
  /** What the reader's clock shows; the present when left out. */
  readonly now?: Date;
  /** What a user, channel or user group is called. */
  readonly names: (id: string) => string;
}

const TOKEN = /<([^<>\n]+)>/g;
const CODE = /```[\s\S]*?```|`[^`\n]+`/;

/** Slack's mrkdwn as it reads: references and dates resolved, links spelled out, emphasis marks gone. */
export function renderMrkdwn(text: string, options: RenderOptions): string {
  const split = new RegExp(`(${CODE.source})`);
  return text
    .split(split)
    .map((part, index) => (index % 2 === 1 ? part : withoutEmphasis(part)))
    .join('')
    .replace(TOKEN, (_, token: string) => renderToken(token, options))
    .replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '');
}

function withoutEmphasis(text: string): string {
  return ['*', '_', '~'].reduce((result, mark) => {
    const m = `\\${mark}`;
    return result.replace(new RegExp(`(?<![\\w${m}])${m}(?=\\S)([^${m}\\n]*?\\S)${m}(?![\\w${m}])`, 'g'), '$1');
  }, text);
}

function renderToken(token: string, options: RenderOptions): string {
  const [target = '', label] = splitOnce(token, '|');
  if (target.startsWith('@')) return `@${options.names(target.slice(1))}`;
  if (target.startsWith('#')) return `#${options.names(target.slice(1))}`;
  if (target.startsWith('!date^')) {
    const [, seconds = '', format = ''] = target.split('^');
    return formatSlackDate(Number(seconds), format, label ?? '', options.now ?? new Date());
  }
  if (target.startsWith('!subteam^')) return `@${options.names(target.slice('!subteam^'.length)).replace(/^@/, '')}`;
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  return label === undefined || label === target ? target : `${label} (${target})`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
