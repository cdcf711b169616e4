import { isObject, type JsonObject, objectsIn, stringIn } from './json.ts';
import type { RenderOptions } from './mrkdwn.ts';
import { formatSlackDate } from './slack-date.ts';

/** A `rich_text` block as it reads. Nothing in it is parsed: what somebody typed stays as it is. */
export function renderRichText(block: JsonObject, options: RenderOptions): string {
  const ordinals = new Map<number, number>();
  return objectsIn(block.elements)
    .map((part) => renderPart(part, options, ordinals))
    .join('\n');
}

function renderPart(part: JsonObject, options: RenderOptions, ordinals: Map<number, number>): string {
  switch (part.type) {
    case 'rich_text_list': {
      const indent = typeof part.indent === 'number' ? part.indent : 0;
      return objectsIn(part.elements)
        .map((item) => {
          const ordinal = (ordinals.get(indent) ?? 0) + 1;
          ordinals.set(indent, ordinal);
          return `${'  '.repeat(indent)}${part.style === 'ordered' ? `${ordinal}.` : '•'} ${inline(item, options)}`;
        })
        .join('\n');
    }
    case 'rich_text_quote':
      ordinals.clear();
      return `> ${inline(part, options).replaceAll('\n', '\n> ')}`;
    case 'rich_text_preformatted':
      ordinals.clear();
      return `\`\`\`\n${inline(part, options)}\n\`\`\``;
    default:
      ordinals.clear();
      return inline(part, options);
  }
}

function inline(part: JsonObject, options: RenderOptions): string {
  return objectsIn(part.elements)
    .map((element) => renderElement(element, options))
    .join('');
}

function renderElement(element: JsonObject, options: RenderOptions): string {
  const id = (key: string): string => stringIn(element[key]) ?? '';
  switch (element.type) {
    case 'text':
      return isObject(element.style) && element.style.code === true ? `\`${id('text')}\`` : id('text');
    case 'link':
      return id('text') === '' || id('text') === id('url') ? id('url') : `${id('text')} (${id('url')})`;
    case 'user':
      return `@${options.names(id('user_id'))}`;
    case 'usergroup':
      return `@${options.names(id('usergroup_id'))}`;
    case 'channel':
      return `#${options.names(id('channel_id'))}`;
    case 'team':
      return `@${options.names(id('team_id'))}`;
    case 'broadcast':
      return `@${id('range')}`;
    case 'emoji':
      return `:${id('name')}:`;
    case 'color':
      return id('value');
    case 'date':
      return formatSlackDate(Number(element.timestamp), id('format'), id('fallback'), options.now ?? new Date());
    default:
      return '';
  }
}
