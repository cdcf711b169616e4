import { elementsIn, type InputState, optionsOf, type PlacedElement } from './inputs.ts';
import { isObject, type JsonObject, textOf } from './json.ts';
import { type RenderOptions, renderBlock } from './render-text.ts';

/** What somebody tries is not possible with what is on their screen, or not any more. The message says so in words. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible';
}

/** How an element is named in payloads. */
export interface ElementIds {
  readonly blockId: string;
  readonly actionId: string;
}

/** Something a person can press: a button, or an entry of an overflow menu. */
export interface Pressable extends PlacedElement {
  readonly label: string;
  /** What the payload's action carries on top of its ids. */
  readonly action: JsonObject;
}

export function pressablesIn(blocks: readonly JsonObject[]): Pressable[] {
  return elementsIn(blocks).flatMap((placed): Pressable[] => {
    const { element, type } = placed;
    switch (type) {
      case 'button':
      case 'icon_button': {
        const { text, value, url, style, icon } = element;
        return [{ ...placed, label: textOf(text), action: { text, value, url, style, icon } }];
      }
      case 'feedback_buttons':
        return [element.positive_button, element.negative_button].filter(isObject).map((button) => ({
          ...placed,
          label: textOf(button.text),
          action: { text: button.text, value: button.value },
        }));
      case 'overflow':
        return optionsOf(element).map((option) => ({
          ...placed,
          label: textOf(option.text),
          action: { selected_option: option },
        }));
      default:
        return [];
    }
  });
}

/**
 * What those ids name, if it can be pressed. Of an entry of an overflow menu and of a feedback button `value` tells which
 * one, by what the payload's action carries. Throws where nothing of that is there.
 */
export function pressableById(
  blocks: readonly JsonObject[],
  ids: ElementIds,
  value: JsonObject | undefined,
): Pressable | undefined {
  const placed = elementById(blocks, ids);
  const all = pressablesIn(blocks).filter((candidate) => candidate.element === placed.element);
  if (all.length === 0 || placed.type === 'button' || placed.type === 'icon_button') return all[0];
  const found = all.find(({ action }) =>
    isObject(action.selected_option)
      ? isObject(value?.selected_option) && value.selected_option.value === action.selected_option.value
      : value?.value === action.value,
  );
  if (found === undefined) throw new NotPossible('This choice is not on offer.');
  return found;
}

/** Throws where there is no such element, as when the bot has changed what is shown meanwhile. */
export function elementById(blocks: readonly JsonObject[], { blockId, actionId }: ElementIds): PlacedElement {
  const found = elementsIn(blocks).find((placed) => placed.blockId === blockId && placed.actionId === actionId);
  if (found === undefined) throw new NotPossible('This has changed meanwhile: look again.');
  return found;
}

/**
 * The one thing with that label. Where several have it, `beside` is a text that stands with the right one: in its own
 * block, or in the blocks above it down from the last one with anything to press. Throws, naming what there is, unless
 * exactly one fits.
 */
export function onePressable(
  blocks: readonly JsonObject[],
  label: string,
  beside: string | undefined,
  render: RenderOptions,
): Pressable {
  const all = pressablesIn(blocks);
  const fitting = all
    .filter((candidate) => candidate.label === label)
    .filter((candidate) => beside === undefined || surroundings(blocks, candidate.block, render).includes(beside));
  const [first] = fitting;
  if (first === undefined) {
    const others = all.map((candidate) => `[${candidate.label}]`).join(' ');
    throw new NotPossible(
      `There is no [${label}]${beside === undefined ? '' : ` beside "${beside}"`} among ${others || 'nothing'}`,
    );
  }
  if (fitting.length > 1) throw new NotPossible(`There are ${fitting.length} [${label}]: say what it stands beside`);
  return first;
}

function surroundings(blocks: readonly JsonObject[], block: JsonObject, render: RenderOptions): string {
  const end = blocks.findIndex(
    (candidate) => candidate === block || pressablesIn([candidate]).some((p) => p.block === block),
  );
  const start = blocks.findLastIndex((candidate, index) => index < end && pressablesIn([candidate]).length > 0) + 1;
  return blocks
    .slice(start, end + 1)
    .map((candidate) => renderBlock(candidate, render))
    .join('\n');
}

/** A confirm dialog as it reads; undefined when the element has none. */
export function confirmText(element: JsonObject): string | undefined {
  const { confirm } = element;
  if (!isObject(confirm)) return undefined;
  const buttons = `[${textOf(confirm.confirm) || 'Yes'}] [${textOf(confirm.deny) || 'Cancel'}]`;
  return [textOf(confirm.title) || 'Are you sure?', textOf(confirm.text), buttons].join('\n');
}

/** The element that a person would call by that name: its label, its placeholder, or the text it stands beside. */
export function oneField(blocks: readonly JsonObject[], name: string, render: RenderOptions): PlacedElement {
  const fields = elementsIn(blocks).filter(({ type }) => !['button', 'overflow', 'icon_button'].includes(type));
  const named = fields.map((field) => ({ field, names: namesOf(field, render) }));
  const exact = named.filter(({ names }) => names.includes(name));
  const fitting = exact.length > 0 ? exact : named.filter(({ names }) => names.some((each) => each.includes(name)));
  const [first] = fitting;
  if (first === undefined || fitting.length > 1) {
    const all = named.map(({ names }) => names[0] ?? '').join(', ');
    throw new NotPossible(
      `${fitting.length === 0 ? 'There is no' : 'There is more than one'} field "${name}" among: ${all}`,
    );
  }
  return first.field;
}

function namesOf({ block, element }: PlacedElement, render: RenderOptions): string[] {
  const beside =
    block.type === 'section' && block.text !== undefined
      ? renderBlock({ type: 'section', text: block.text }, render)
      : '';
  return [textOf(block.label), textOf(element.placeholder), beside].filter((name) => name !== '');
}

/** What a person chose, by what is written on it. Throws when it is not on offer. */
export function chosen(
  { type, element }: PlacedElement,
  text: string,
  before: InputState | undefined,
  offered: readonly JsonObject[],
  idByName: (name: string) => string | undefined,
): InputState {
  switch (type) {
    case 'static_select':
    case 'radio_buttons':
    case 'external_select':
      return { type, selected_option: optionNamed(offered, text) };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: toggled(before?.selected_options, optionNamed(offered, text)) };
    case 'users_select':
      return { type, selected_user: known(idByName(text), text) };
    case 'multi_users_select':
      return { type, selected_users: [...asList(before?.selected_users), known(idByName(text), text)] };
    case 'conversations_select':
      return { type, selected_conversation: known(idByName(text), text) };
    case 'channels_select':
      return { type, selected_channel: known(idByName(text), text) };
    case 'datepicker':
      return { type, selected_date: text };
    case 'timepicker':
      return { type, selected_time: text };
    case 'datetimepicker':
      return { type, selected_date_time: Number(text) };
    default:
      throw new NotPossible(`Nothing can be chosen in a ${type} (${String(element.action_id)})`);
  }
}

function optionNamed(offered: readonly JsonObject[], text: string): JsonObject {
  const found = offered.find((option) => textOf(option.text) === text);
  if (found === undefined) {
    throw new NotPossible(
      `"${text}" is not on offer: ${offered.map((option) => textOf(option.text)).join(', ') || 'nothing is'}`,
    );
  }
  return found;
}

function toggled(before: unknown, option: JsonObject): unknown[] {
  const rest = asList(before).filter((each) => !isObject(each) || each.value !== option.value);
  return rest.length < asList(before).length ? rest : [...rest, option];
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function known(id: string | undefined, text: string): string {
  if (id === undefined) throw new NotPossible(`Nobody and nothing is called ${text}`);
  return id;
}

/** An entry of `actions` in a `block_actions` payload. */
export function actionOf({ type, blockId, actionId, element }: PlacedElement, action: JsonObject): JsonObject {
  const { confirm, placeholder } = element;
  return { ...action, confirm, placeholder, type, block_id: blockId, action_id: actionId, action_ts: slackNow() };
}

/** `action_ts` and the like: seconds with six digits after the point, in real time. */
export function slackNow(): string {
  return (Date.now() / 1000).toFixed(6);
}
