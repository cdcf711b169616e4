import { isDeepStrictEqual } from 'node:util';
import type { Problems, Surface } from './block-kit-text.ts';
import { optionsOf } from './inputs.ts';
import { isObject, type JsonObject } from './json.ts';

const MENUS = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
  'multi_static_select',
  'multi_external_select',
  'multi_users_select',
  'multi_conversations_select',
  'multi_channels_select',
];
const CHOICES = ['checkboxes', 'radio_buttons', 'datepicker', 'timepicker', ...MENUS];

/** Which elements each place takes (reference "Blocks": compatible block elements). */
const PLACES = {
  actions: ['button', 'overflow', 'datetimepicker', 'workflow_button', 'rich_text_input', ...CHOICES],
  accessory: ['button', 'overflow', 'image', 'workflow_button', ...CHOICES],
  input: [
    'plain_text_input',
    'email_text_input',
    'url_text_input',
    'number_input',
    'file_input',
    'rich_text_input',
    'datetimepicker',
    ...CHOICES,
  ],
  card: ['button'],
  context_actions: ['feedback_buttons', 'icon_button'],
} as const satisfies Record<string, readonly string[]>;

/** Elements that not every surface takes (reference "Block elements": available in surfaces). */
const SURFACES: Readonly<Record<string, readonly Surface[]>> = {
  file_input: ['modal'],
  email_text_input: ['modal'],
  number_input: ['modal'],
  url_text_input: ['modal'],
  rich_text_input: ['modal', 'home'],
  datetimepicker: ['message', 'modal'],
  workflow_button: ['message'],
};

export function checkElement(
  element: unknown,
  pointer: string,
  place: keyof typeof PLACES,
  surface: Surface,
  problems: Problems,
): void {
  const type = isObject(element) ? element.type : undefined;
  if (!isObject(element) || typeof type !== 'string' || !PLACES[place].some((allowed) => allowed === type)) {
    problems.add(`unsupported type: ${String(type)}`, pointer);
    return;
  }
  if (SURFACES[type]?.includes(surface) === false) {
    problems.add(`unsupported type: ${type} on surface ${surface}`, pointer);
  }
  if (type === 'image') {
    checkImage(element, pointer, problems);
    return;
  }
  problems.optionalString(element.action_id, `${pointer}/action_id`, 255);
  problems.optionalText(element.placeholder, `${pointer}/placeholder`, 150);
  if (element.confirm !== undefined) checkConfirm(element.confirm, `${pointer}/confirm`, problems);
  checkByType(type, element, pointer, problems);
}

function checkByType(type: string, element: JsonObject, pointer: string, problems: Problems): void {
  switch (type) {
    case 'button':
      problems.text(element.text, `${pointer}/text`, 75);
      problems.optionalString(element.value, `${pointer}/value`, 2000);
      problems.optionalString(element.url, `${pointer}/url`, 3000);
      problems.optionalString(element.accessibility_label, `${pointer}/accessibility_label`, 75);
      if (element.style !== undefined) problems.oneOf(element.style, `${pointer}/style`, ['primary', 'danger']);
      return;
    case 'icon_button':
      problems.text(element.text, `${pointer}/text`, 75);
      problems.optionalString(element.value, `${pointer}/value`, 2000);
      return;
    case 'feedback_buttons':
      for (const key of ['positive_button', 'negative_button'] as const) {
        const button = element[key];
        problems.text(isObject(button) ? button.text : undefined, `${pointer}/${key}/text`, 75);
        problems.string(isObject(button) ? button.value : undefined, `${pointer}/${key}/value`, 2000);
      }
      return;
    case 'static_select':
    case 'multi_static_select':
      checkMenu(element, pointer, problems);
      return;
    case 'checkboxes':
    case 'radio_buttons':
      checkOptions(element.options, `${pointer}/options`, { max: 10, text: 'any' }, problems);
      checkInitial(element, pointer, problems);
      return;
    case 'overflow':
      checkOptions(element.options, `${pointer}/options`, { max: 5, text: 'plain' }, problems);
      return;
    case 'external_select':
      if (element.initial_option !== undefined) {
        checkOption(element.initial_option, `${pointer}/initial_option`, 'plain', problems);
      }
      return;
    case 'plain_text_input':
      checkTextInput(element, pointer, problems);
      return;
    case 'number_input':
      if (typeof element.is_decimal_allowed !== 'boolean') {
        problems.add('missing required field: is_decimal_allowed', pointer);
      }
      return;
    default:
      return;
  }
}

export function checkImage(image: JsonObject, pointer: string, problems: Problems): void {
  problems.string(image.alt_text, `${pointer}/alt_text`, 2000, 1);
  if (image.slack_file === undefined) problems.string(image.image_url, `${pointer}/image_url`, 3000, 1);
}

/** The options of a menu, or of an answer to an options request. */
export function checkOptions(
  value: unknown,
  pointer: string,
  rule: { max: number; min?: number; text: 'plain' | 'any' },
  problems: Problems,
): void {
  problems.list(value, pointer, rule.max, rule.min ?? 1).forEach((option, index) => {
    checkOption(option, `${pointer}/${index}`, rule.text, problems);
  });
}

function checkOption(option: unknown, pointer: string, text: 'plain' | 'any', problems: Problems): void {
  if (!isObject(option)) {
    problems.add('must be an object', pointer);
    return;
  }
  problems.text(option.text, `${pointer}/text`, 75, text);
  problems.string(option.value, `${pointer}/value`, 150, 1);
  problems.optionalText(option.description, `${pointer}/description`, 75, text);
}

function checkMenu(element: JsonObject, pointer: string, problems: Problems): void {
  if (element.option_groups === undefined) {
    checkOptions(element.options, `${pointer}/options`, { max: 100, text: 'plain' }, problems);
  } else {
    checkOptionGroups(element.option_groups, `${pointer}/option_groups`, problems);
  }
  checkInitial(element, pointer, problems);
}

export function checkOptionGroups(value: unknown, pointer: string, problems: Problems): void {
  problems.list(value, pointer, 100, 1).forEach((group, index) => {
    const at = `${pointer}/${index}`;
    problems.text(isObject(group) ? group.label : undefined, `${at}/label`, 75);
    const options = isObject(group) ? group.options : undefined;
    checkOptions(options, `${at}/options`, { max: 100, text: 'plain' }, problems);
  });
}

/** What is chosen at first must be exactly one of the options. */
function checkInitial(element: JsonObject, pointer: string, problems: Problems): void {
  const { initial_option: one, initial_options: several } = element;
  const chosen = [...(one === undefined ? [] : [one]), ...(Array.isArray(several) ? several : [])];
  const options = optionsOf(element);
  if (chosen.some((option) => !options.some((candidate) => isDeepStrictEqual(candidate, option)))) {
    problems.add('initial option must be one of the options', pointer);
  }
}

function checkTextInput(element: JsonObject, pointer: string, problems: Problems): void {
  const { min_length: min, max_length: max } = element;
  if (min !== undefined && !isWithin(min, 0, 3000)) {
    problems.add('must be between 0 and 3000', `${pointer}/min_length`);
  }
  if (max !== undefined && !isWithin(max, 1, 3000)) {
    problems.add('must be between 1 and 3000', `${pointer}/max_length`);
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    problems.add('min_length must not be greater than max_length', `${pointer}/min_length`);
  }
  problems.optionalString(element.initial_value, `${pointer}/initial_value`, typeof max === 'number' ? max : 3000);
}

function isWithin(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

function checkConfirm(confirm: unknown, pointer: string, problems: Problems): void {
  if (!isObject(confirm)) {
    problems.add('must be an object', pointer);
    return;
  }
  problems.optionalText(confirm.title, `${pointer}/title`, 100);
  problems.text(confirm.text, `${pointer}/text`, 300, 'any');
  problems.optionalText(confirm.confirm, `${pointer}/confirm`, 30);
  problems.optionalText(confirm.deny, `${pointer}/deny`, 30);
}
