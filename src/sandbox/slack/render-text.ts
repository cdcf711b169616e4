import { type InputState, initialState, optionsOf, type ViewState } from './inputs.ts';
import { isObject, type JsonObject, objectsIn, stringIn, textOf } from './json.ts';
import { type RenderOptions, renderMrkdwn } from './mrkdwn.ts';
import { renderRichText } from './rich-text.ts';

export type { RenderOptions } from './mrkdwn.ts';

/** As much of a message as there is to read. */
export interface ReadableMessage {
  readonly text?: string;
  readonly blocks?: readonly JsonObject[];
  readonly attachments?: readonly JsonObject[];
  readonly files?: readonly { readonly name: string; readonly title: string }[];
}

/**
 * A message, modal or home tab as a reader sees it, in plain text for terminals and snapshots: dates in UTC, buttons as
 * `[Approve]`, menus as `[Cluster ▾]`, inputs as `Label: ____ (hint)` or with what has been entered.
 */
export function renderAsText(shown: ReadableMessage | JsonObject, options: RenderOptions): string {
  const blocks = objectsIn(shown.blocks);
  if ('type' in shown && (shown.type === 'modal' || shown.type === 'home')) return renderView(shown, blocks, options);
  const body =
    blocks.length > 0 ? renderBlocks(blocks, options, {}) : renderMrkdwn(stringIn(shown.text) ?? '', options);
  const attachments = objectsIn(shown.attachments).map((attachment) =>
    Array.isArray(attachment.blocks)
      ? renderBlocks(objectsIn(attachment.blocks), options, {})
      : renderMrkdwn(stringIn(attachment.text) ?? stringIn(attachment.fallback) ?? '', options),
  );
  const files = objectsIn(shown.files).map(({ name, title }) => `[file ${String(name)}: ${String(title)}]`);
  return [body, ...attachments, ...files].filter((part) => part !== '').join('\n');
}

/** One block of a message. */
export function renderBlock(block: JsonObject, options: RenderOptions): string {
  return renderOne(block, options, {});
}

function renderView(view: JsonObject, blocks: JsonObject[], options: RenderOptions): string {
  const values = isObject(view.state) && isObject(view.state.values) ? (view.state.values as ViewState) : {};
  const title = textOf(view.title);
  const buttons = [textOf(view.submit), view.type === 'modal' ? textOf(view.close) || 'Cancel' : ''];
  const footer = buttons.filter((label) => label !== '').map((label) => `[${label}]`);
  return [title === '' ? '' : `=== ${title} ===`, renderBlocks(blocks, options, values), footer.join(' ')]
    .filter((part) => part !== '')
    .join('\n');
}

function renderBlocks(blocks: readonly JsonObject[], options: RenderOptions, entered: ViewState): string {
  const state = initialState(blocks, entered);
  return blocks
    .map((block) => renderOne(block, options, state))
    .filter((text) => text !== '')
    .join('\n');
}

function renderOne(block: JsonObject, options: RenderOptions, state: ViewState): string {
  const text = (value: unknown): string => renderText(value, options);
  const held = (element: JsonObject): InputState | undefined =>
    state[stringIn(block.block_id) ?? '']?.[stringIn(element.action_id) ?? ''];
  const element = (value: JsonObject): string => renderElement(value, held(value), text);
  switch (block.type) {
    case 'section': {
      const accessory = isObject(block.accessory) ? element(block.accessory) : '';
      const lines = [text(block.text), ...objectsIn(block.fields).map(text)].filter((line) => line !== '');
      return [lines.join('\n'), accessory].filter((part) => part !== '').join('  ');
    }
    case 'header':
      return `# ${text(block.text)}`;
    case 'context':
      return objectsIn(block.elements)
        .map((part) => (part.type === 'image' ? `[${String(part.alt_text)}]` : text(part)))
        .join(' · ');
    case 'divider':
      return '────────';
    case 'actions':
    case 'context_actions':
      return objectsIn(block.elements).map(element).join(' ');
    case 'input': {
      const hint = text(block.hint);
      const label = `${text(block.label)}${block.optional === true ? ' (optional)' : ''}`;
      const value = isObject(block.element) ? renderElement(block.element, held(block.element), text) : '';
      return `${label}: ${value}${hint === '' ? '' : ` (${hint})`}`;
    }
    case 'image':
      return `[${String(block.alt_text)}]`;
    case 'alert':
      return `[${stringIn(block.level) ?? 'note'}] ${text(block.text)}`;
    case 'card':
      return [
        text(block.title),
        text(block.subtitle),
        text(block.body),
        objectsIn(block.actions).map(element).join(' '),
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'carousel':
      return renderBlocks(objectsIn(block.elements), options, state);
    case 'container':
      return [
        isObject(block.rich_text_title) ? renderRichText(block.rich_text_title, options) : text(block.title),
        text(block.subtitle),
        renderBlocks(objectsIn(block.child_blocks), options, state),
      ]
        .filter((part) => part !== '')
        .join('\n');
    case 'markdown':
      return stringIn(block.text) ?? '';
    case 'rich_text':
      return renderRichText(block, options);
    case 'table':
    case 'data_table':
      return renderTable(block, options);
    default:
      return `[${String(block.type)}]`;
  }
}

function renderText(value: unknown, options: RenderOptions): string {
  return isObject(value) && value.type === 'mrkdwn' ? renderMrkdwn(textOf(value), options) : textOf(value);
}

function renderElement(element: JsonObject, held: InputState | undefined, text: (value: unknown) => string): string {
  const picked = isObject(held?.selected_option) ? [held.selected_option] : objectsIn(held?.selected_options);
  switch (element.type) {
    case 'button':
    case 'icon_button':
      return `[${text(element.text)}]`;
    case 'feedback_buttons':
      return [element.positive_button, element.negative_button]
        .filter(isObject)
        .map((button) => `[${text(button.text)}]`)
        .join(' ');
    case 'overflow':
      return `[⋯ ${optionsOf(element)
        .map((option) => text(option.text))
        .join(' | ')}]`;
    case 'checkboxes':
    case 'radio_buttons': {
      const [on, off] = element.type === 'checkboxes' ? ['[x]', '[ ]'] : ['(•)', '( )'];
      return optionsOf(element)
        .map((option) => {
          const isOn = picked.some((each) => each.value === option.value);
          const description = text(option.description);
          return `${isOn ? on : off} ${text(option.text)}${description === '' ? '' : ` – ${description}`}`;
        })
        .join('\n');
    }
    case 'image':
      return `[${String(element.alt_text)}]`;
    default: {
      const entered = picked.length > 0 ? picked.map((option) => text(option.text)).join(', ') : enteredText(held);
      if (String(element.type).endsWith('_input')) return entered === '' ? '____' : entered;
      return `[${entered || text(element.placeholder) || 'Choose'} ▾]`;
    }
  }
}

/** What was typed or picked, where it is a plain value. */
function enteredText(held: InputState | undefined): string {
  if (held === undefined) return '';
  const { type, ...rest } = held;
  return Object.values(rest)
    .flat()
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join(', ');
}

function renderTable(block: JsonObject, options: RenderOptions): string {
  const rows = (Array.isArray(block.rows) ? block.rows : []).map((row) =>
    objectsIn(row).map((cell) => (cell.type === 'rich_text' ? renderRichText(cell, options) : textOf(cell))),
  );
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd(),
  );
  const caption = stringIn(block.caption);
  return [...(caption === undefined ? [] : [caption]), ...lines].join('\n');
}
