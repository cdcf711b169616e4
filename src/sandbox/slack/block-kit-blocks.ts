import { checkElement, checkImage } from './block-kit-elements.ts';
import { checkRichText, checkTable } from './block-kit-rich.ts';
import type { Problems, Surface } from './block-kit-text.ts';
import { isObject, type JsonObject, objectsIn, stringIn } from './json.ts';

const EVERYWHERE: readonly Surface[] = ['message', 'modal', 'home'];

/**
 * Which surface takes which block: Slack's reference ("Blocks", available in surfaces). `card`, `data_table` and `table`
 * are held to the surfaces on which they are known to show, which are fewer than the reference lists. `file` is only
 * ever read, never sent.
 */
const SURFACES: Readonly<Record<string, readonly Surface[]>> = {
  actions: EVERYWHERE,
  alert: ['modal'],
  card: ['message', 'home'],
  carousel: ['message', 'home'],
  container: ['message', 'home'],
  context: EVERYWHERE,
  context_actions: ['message'],
  data_table: ['message'],
  divider: EVERYWHERE,
  header: EVERYWHERE,
  image: EVERYWHERE,
  input: EVERYWHERE,
  markdown: ['message'],
  plan: ['message'],
  rich_text: EVERYWHERE,
  section: EVERYWHERE,
  table: ['message'],
  task_card: ['message'],
  video: EVERYWHERE,
};

const MAX_BLOCKS = { message: 50, modal: 100, home: 100 } as const;

/** Everything Slack would refuse in the `blocks` of a message or view. */
export function checkBlocks(blocks: unknown, pointer: string, surface: Surface, problems: Problems): void {
  const list = problems.list(blocks, pointer, MAX_BLOCKS[surface]);
  list.forEach((block, index) => {
    checkBlock(block, `${pointer}/${index}`, surface, problems);
  });
  const known = list.filter(isObject);
  checkUnique(known, pointer, problems);
  if (known.filter((block) => block.type === 'table' || block.type === 'data_table').length > 1) {
    problems.add('only one table allowed', pointer);
  }
  const markdown = known.filter((block) => block.type === 'markdown').map((block) => stringIn(block.text) ?? '');
  if (markdown.join('').length > 12_000) problems.add('markdown must be less than 12001 characters', pointer);
}

function checkUnique(blocks: readonly JsonObject[], pointer: string, problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    const id = stringIn(block.block_id);
    if (id !== undefined && seen.has(id)) problems.add(`\`block_id\` \`${id}\` already exists`, `${pointer}/${index}`);
    if (id !== undefined) seen.add(id);
    const actionIds = objectsIn(block.elements).flatMap((element) => stringIn(element.action_id) ?? []);
    const twice = actionIds.find((actionId, at) => actionIds.indexOf(actionId) !== at);
    if (twice !== undefined) problems.add(`\`action_id\` \`${twice}\` already exists`, `${pointer}/${index}/elements`);
  }
}

function checkBlock(block: unknown, pointer: string, surface: Surface, problems: Problems): void {
  const type = isObject(block) ? stringIn(block.type) : undefined;
  if (!isObject(block) || type === undefined || SURFACES[type]?.includes(surface) !== true) {
    problems.add(`unsupported type: ${String(type)}`, pointer);
    return;
  }
  problems.optionalString(block.block_id, `${pointer}/block_id`, 255);
  switch (type) {
    case 'section':
      checkSection(block, pointer, surface, problems);
      return;
    case 'header':
      problems.text(block.text, `${pointer}/text`, 150);
      return;
    case 'context':
      checkContext(block, pointer, problems);
      return;
    case 'actions':
      checkElements(block.elements, `${pointer}/elements`, { place: 'actions', max: 25 }, surface, problems);
      return;
    case 'context_actions':
      checkElements(block.elements, `${pointer}/elements`, { place: 'context_actions', max: 5 }, surface, problems);
      return;
    case 'input':
      problems.text(block.label, `${pointer}/label`, 2000);
      problems.optionalText(block.hint, `${pointer}/hint`, 2000);
      checkElement(block.element, `${pointer}/element`, 'input', surface, problems);
      return;
    case 'image':
      checkImage(block, pointer, problems);
      problems.optionalText(block.title, `${pointer}/title`, 2000);
      return;
    case 'alert':
      problems.text(block.text, `${pointer}/text`, 3000, 'any');
      if (block.level !== undefined) {
        problems.oneOf(block.level, `${pointer}/level`, ['default', 'info', 'warning', 'error', 'success']);
      }
      return;
    case 'card':
      checkCard(block, pointer, surface, problems);
      return;
    case 'carousel':
      problems.list(block.elements, `${pointer}/elements`, 10, 1).forEach((card, index) => {
        checkCard(isObject(card) ? card : {}, `${pointer}/elements/${index}`, surface, problems);
      });
      return;
    case 'container':
      if (block.rich_text_title === undefined) problems.text(block.title, `${pointer}/title`, 150);
      problems.optionalText(block.subtitle, `${pointer}/subtitle`, 150, 'any');
      problems.list(block.child_blocks, `${pointer}/child_blocks`, 10, 1).forEach((child, index) => {
        checkBlock(child, `${pointer}/child_blocks/${index}`, surface, problems);
      });
      return;
    case 'markdown':
      problems.string(block.text, `${pointer}/text`, 12_000, 1);
      return;
    case 'rich_text':
      checkRichText(block, pointer, problems);
      return;
    case 'table':
    case 'data_table':
      checkTable(type, block, pointer, problems);
      return;
    case 'plan':
    case 'task_card':
      problems.string(block.title, `${pointer}/title`, 3000, 1);
      return;
    case 'video':
      problems.text(block.title, `${pointer}/title`, 199);
      problems.string(block.alt_text, `${pointer}/alt_text`, 2000, 1);
      return;
    default:
      return;
  }
}

function checkSection(block: JsonObject, pointer: string, surface: Surface, problems: Problems): void {
  if (block.text === undefined && block.fields === undefined) problems.add('missing required field: text', pointer);
  problems.optionalText(block.text, `${pointer}/text`, 3000, 'any');
  if (block.fields !== undefined) {
    problems.list(block.fields, `${pointer}/fields`, 10, 1).forEach((field, index) => {
      problems.text(field, `${pointer}/fields/${index}`, 2000, 'any');
    });
  }
  if (block.accessory !== undefined) {
    checkElement(block.accessory, `${pointer}/accessory`, 'accessory', surface, problems);
  }
}

function checkContext(block: JsonObject, pointer: string, problems: Problems): void {
  problems.list(block.elements, `${pointer}/elements`, 10, 1).forEach((element, index) => {
    const at = `${pointer}/elements/${index}`;
    if (isObject(element) && element.type === 'image') checkImage(element, at, problems);
    else problems.text(element, at, 3000, 'any');
  });
}

function checkCard(block: JsonObject, pointer: string, surface: Surface, problems: Problems): void {
  if ([block.hero_image, block.title, block.actions, block.body].every((part) => part === undefined)) {
    problems.add('missing required field: title', pointer);
  }
  problems.optionalText(block.title, `${pointer}/title`, 150, 'any');
  problems.optionalText(block.subtitle, `${pointer}/subtitle`, 150, 'any');
  problems.optionalText(block.body, `${pointer}/body`, 200, 'any');
  if (block.actions !== undefined) {
    checkElements(block.actions, `${pointer}/actions`, { place: 'card', max: 25 }, surface, problems);
  }
}

function checkElements(
  value: unknown,
  pointer: string,
  rule: { place: 'actions' | 'context_actions' | 'card'; max: number },
  surface: Surface,
  problems: Problems,
): void {
  problems.list(value, pointer, rule.max, 1).forEach((element, index) => {
    checkElement(element, `${pointer}/${index}`, rule.place, surface, problems);
  });
}
