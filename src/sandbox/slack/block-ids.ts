import { randomBytes } from 'node:crypto';
import { isObject, type JsonObject, objectsIn } from './json.ts';

const NESTED_BLOCKS: Readonly<Record<string, string>> = { container: 'child_blocks', carousel: 'elements' };

/** Elements that a person can use, and that therefore need an action id. */
const INERT = new Set(['image', 'plain_text', 'mrkdwn']);

/** The same blocks with the ids that Slack makes up where an app gives none. The emulator leaves them out. */
export function withIds(blocks: unknown): JsonObject[] {
  return objectsIn(blocks).map((block) => {
    const filled: JsonObject = { ...block, block_id: block.block_id ?? madeUp() };
    const nested = NESTED_BLOCKS[String(block.type)];
    if (nested !== undefined) return { ...filled, [nested]: withIds(block[nested]) };
    if (block.type === 'rich_text' || block.type === 'context') return filled;
    for (const key of ['element', 'accessory'] as const) {
      if (isObject(block[key])) filled[key] = withActionId(block[key]);
    }
    for (const key of ['elements', 'actions'] as const) {
      if (Array.isArray(block[key])) filled[key] = objectsIn(block[key]).map(withActionId);
    }
    return filled;
  });
}

function withActionId(element: JsonObject): JsonObject {
  return INERT.has(String(element.type)) ? element : { ...element, action_id: element.action_id ?? madeUp() };
}

function madeUp(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}
