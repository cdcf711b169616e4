import { checkBlocks } from './block-kit-blocks.ts';
import { Problems } from './block-kit-text.ts';
import { isObject, objectsIn } from './json.ts';

/** What Slack would complain of in the blocks of a message; empty when it takes them. */
export function problemsOfMessage(blocks: unknown): string[] {
  const problems = new Problems();
  checkBlocks(blocks, '/blocks', 'message', problems);
  return problems.messages;
}

/** What Slack would complain of in a view; empty when it takes it. */
export function problemsOfView(view: unknown, type: 'modal' | 'home'): string[] {
  const problems = new Problems();
  if (!isObject(view)) {
    problems.add('must be an object', '/view');
    return problems.messages;
  }
  if (view.type !== type) problems.add(`must be one of: ${type}`, '/view/type');
  checkBlocks(view.blocks, '/view/blocks', type, problems);
  problems.optionalString(view.private_metadata, '/view/private_metadata', 3000);
  problems.optionalString(view.callback_id, '/view/callback_id', 255);
  problems.optionalString(view.external_id, '/view/external_id', 255);
  if (type === 'modal') {
    problems.text(view.title, '/view/title', 24);
    problems.optionalText(view.submit, '/view/submit', 24);
    problems.optionalText(view.close, '/view/close', 24);
    if (view.submit === undefined && objectsIn(view.blocks).some((block) => block.type === 'input')) {
      problems.add('missing required field: submit', '/view');
    }
  }
  return problems.messages;
}
