import { NotPossible } from './finding.ts';
import type { InputState, PlacedElement } from './inputs.ts';
import { isObject, type JsonObject, objectsIn } from './json.ts';

/** How a choice is told from the others. */
const choiceOf = (option: unknown): unknown => (isObject(option) ? option.value : undefined);

/**
 * What an element holds once somebody has entered `value`, which has the form of `state.values`. Options are those that are
 * on offer, as the app sent them. Throws where the element takes no such thing.
 */
export function entered(
  { type }: PlacedElement,
  value: JsonObject,
  before: InputState | undefined,
  offered: readonly JsonObject[],
): InputState {
  switch (type) {
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return { type, value: value.value === '' ? null : orNull(value.value, 'string') };
    case 'rich_text_input':
      return { type, rich_text_value: orNull(value.rich_text_value, 'object') };
    case 'static_select':
    case 'external_select':
    case 'radio_buttons': {
      const { selected_option: option } = value;
      if (option === null) return { type, selected_option: null };
      return { type, selected_option: onOffer(option, [...offered, before?.selected_option]) };
    }
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes': {
      const all = [...offered, ...objectsIn(before?.selected_options)];
      return { type, selected_options: list(value.selected_options).map((option) => onOffer(option, all)) };
    }
    case 'users_select':
      return { type, selected_user: orNull(value.selected_user, 'string') };
    case 'multi_users_select':
      return { type, selected_users: list(value.selected_users).map((id) => orNull(id, 'string')) };
    case 'conversations_select':
      return { type, selected_conversation: orNull(value.selected_conversation, 'string') };
    case 'channels_select':
      return { type, selected_channel: orNull(value.selected_channel, 'string') };
    case 'datepicker':
      return { type, selected_date: orNull(value.selected_date, 'string') };
    case 'timepicker':
      return { type, selected_time: orNull(value.selected_time, 'string') };
    case 'datetimepicker':
      return { type, selected_date_time: orNull(value.selected_date_time, 'number') };
    default:
      throw new NotPossible(`Nothing can be entered in a ${type}.`);
  }
}

function orNull(value: unknown, kind: 'string' | 'number' | 'object'): unknown {
  if (value === null || (kind === 'object' ? isObject(value) : typeof value === kind)) return value;
  throw new NotPossible('This element holds another kind of value.');
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new NotPossible('This element holds a list.');
}

function onOffer(option: unknown, offered: readonly unknown[]): unknown {
  const found = offered.find((each) => isObject(each) && each.value === choiceOf(option));
  if (found === undefined) throw new NotPossible('This choice is not on offer.');
  return found;
}
