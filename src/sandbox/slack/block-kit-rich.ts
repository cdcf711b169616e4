import type { Problems } from './block-kit-text.ts';
import { isObject, type JsonObject } from './json.ts';

const PARTS = ['rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted'];
const ELEMENTS = ['broadcast', 'color', 'channel', 'date', 'emoji', 'link', 'team', 'text', 'user', 'usergroup'];

export function checkRichText(block: JsonObject, pointer: string, problems: Problems): void {
  problems.list(block.elements, `${pointer}/elements`, Number.POSITIVE_INFINITY).forEach((part, index) => {
    checkPart(part, `${pointer}/elements/${index}`, PARTS, problems);
  });
}

function checkPart(part: unknown, pointer: string, allowed: readonly string[], problems: Problems): void {
  if (!isObject(part) || typeof part.type !== 'string' || !allowed.includes(part.type)) {
    problems.add(`unsupported type: ${isObject(part) ? String(part.type) : String(part)}`, pointer);
    return;
  }
  const isList = part.type === 'rich_text_list';
  if (isList) problems.oneOf(part.style, `${pointer}/style`, ['bullet', 'ordered']);
  problems.list(part.elements, `${pointer}/elements`, Number.POSITIVE_INFINITY).forEach((element, index) => {
    const at = `${pointer}/elements/${index}`;
    if (isList) checkPart(element, at, ['rich_text_section'], problems);
    else checkElement(element, at, problems);
  });
}

function checkElement(element: unknown, pointer: string, problems: Problems): void {
  if (!isObject(element) || typeof element.type !== 'string' || !ELEMENTS.includes(element.type)) {
    problems.add(`unsupported type: ${isObject(element) ? String(element.type) : String(element)}`, pointer);
    return;
  }
  if (element.type === 'text') problems.string(element.text, `${pointer}/text`, Number.POSITIVE_INFINITY, 1);
  if (element.type === 'link') problems.string(element.url, `${pointer}/url`, 3000, 1);
  if (element.type === 'date') {
    problems.string(element.format, `${pointer}/format`, 3000, 1);
    if (!Number.isInteger(element.timestamp)) problems.add('must be an integer', `${pointer}/timestamp`);
  }
}

/** A `table` has 1 to 100 rows, a `data_table` a header row and 1 to 200 more, all of one length; both up to 20 columns. */
export function checkTable(type: 'table' | 'data_table', block: JsonObject, pointer: string, problems: Problems): void {
  const limits = type === 'table' ? { max: 100, min: 1 } : { max: 201, min: 2 };
  const rows = problems.list(block.rows, `${pointer}/rows`, limits.max, limits.min);
  let characters = 0;
  rows.forEach((row, rowIndex) => {
    const at = `${pointer}/rows/${rowIndex}`;
    problems.list(row, at, 20, 1).forEach((cell, index) => {
      characters += checkCell(cell, `${at}/${index}`, problems);
    });
  });
  if (characters > 10_000) problems.add('must be less than 10001 characters', `${pointer}/rows`);
  if (type === 'table') {
    if (block.column_settings !== undefined) {
      problems.list(block.column_settings, `${pointer}/column_settings`, 20);
    }
    return;
  }
  problems.string(block.caption, `${pointer}/caption`, 3000, 1);
  if (new Set(rows.map((row) => (Array.isArray(row) ? row.length : 0))).size > 1) {
    problems.add('every row must have the same number of cells', `${pointer}/rows`);
  }
}

/** The number of characters in the cell. */
function checkCell(cell: unknown, pointer: string, problems: Problems): number {
  if (!isObject(cell)) {
    problems.add('must be an object', pointer);
    return 0;
  }
  switch (cell.type) {
    case 'raw_text':
    case 'raw_number':
      problems.string(cell.text, `${pointer}/text`, 10_000, 1);
      return typeof cell.text === 'string' ? cell.text.length : 0;
    case 'rich_text':
      checkRichText(cell, pointer, problems);
      return textLength(cell);
    default:
      problems.add(`unsupported type: ${String(cell.type)}`, pointer);
      return 0;
  }
}

/** The characters of all the text in there, whatever the nesting. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (!isObject(value)) return 0;
  return (typeof value.text === 'string' ? value.text.length : 0) + textLength(value.elements);
}
