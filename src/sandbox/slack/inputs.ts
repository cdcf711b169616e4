import { isObject, type JsonObject, objectsIn, stringIn } from './json.ts';

/** What one element holds, in the form of `state.values[block_id][action_id]`. */
export type InputState = JsonObject & { readonly type: string };

/** By block id, then action id: the form of `state.values`. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, InputState>>>>;

export interface PlacedElement {
  readonly block: JsonObject;
  readonly blockId: string;
  readonly element: JsonObject;
  readonly type: string;
  readonly actionId: string;
}

/** Every interactive element, in reading order: in actions, inputs, accessories, cards and containers alike. */
export function elementsIn(blocks: readonly JsonObject[]): PlacedElement[] {
  return blocks.flatMap((block): PlacedElement[] => {
    if (block.type === 'container') return elementsIn(objectsIn(block.child_blocks));
    if (block.type === 'carousel') return elementsIn(objectsIn(block.elements));
    const candidates = [block.element, block.accessory, ...listIn(block.elements), ...listIn(block.actions)];
    return candidates.filter(isObject).flatMap((element): PlacedElement[] => {
      const actionId = stringIn(element.action_id);
      const type = stringIn(element.type);
      if (actionId === undefined || type === undefined) return [];
      return [{ block, blockId: stringIn(block.block_id) ?? '', element, type, actionId }];
    });
  });
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The options of a menu with its own list; groups are joined. */
export function optionsOf(element: JsonObject): JsonObject[] {
  return [
    ...objectsIn(element.options),
    ...objectsIn(element.option_groups).flatMap((group) => objectsIn(group.options)),
  ];
}

/**
 * What the elements hold when the view is first shown. An element that was there before under the same block and action
 * id keeps what it held: its initial value counts only the first time, as in Slack.
 */
export function initialState(blocks: readonly JsonObject[], before: ViewState): ViewState {
  const state: Record<string, Record<string, InputState>> = {};
  for (const { blockId, actionId, element, type } of elementsIn(blocks)) {
    const initial = initialValue(type, element);
    if (initial === undefined) continue;
    state[blockId] = { ...state[blockId], [actionId]: before[blockId]?.[actionId] ?? initial };
  }
  return state;
}

/** Undefined for what holds nothing, such as a button. */
function initialValue(type: string, element: JsonObject): InputState | undefined {
  switch (type) {
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return { type, value: element.initial_value ?? null };
    case 'rich_text_input':
      return { type, rich_text_value: element.initial_value ?? null };
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: element.initial_option ?? null };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: element.initial_options ?? [] };
    case 'users_select':
      return { type, selected_user: element.initial_user ?? null };
    case 'multi_users_select':
      return { type, selected_users: element.initial_users ?? [] };
    case 'conversations_select':
      return { type, selected_conversation: element.initial_conversation ?? null };
    case 'channels_select':
      return { type, selected_channel: element.initial_channel ?? null };
    case 'datepicker':
      return { type, selected_date: element.initial_date ?? null };
    case 'timepicker':
      return { type, selected_time: element.initial_time ?? null };
    case 'datetimepicker':
      return { type, selected_date_time: element.initial_date_time ?? null };
    default:
      return undefined;
  }
}
