import { withIds } from './block-ids.ts';
import { problemsOfView } from './block-kit-views.ts';
import type { Answer } from './emulator.ts';
import { isObject, type JsonObject, stringIn } from './json.ts';
import type { SlackView } from './ledger.ts';
import { type Method, refuse, refuseInvalid, type SlackState } from './state.ts';

const MAX_BYTES = 250_000;
const MAX_STACK = 3;

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': async (state, body) => {
    const refusal = checkView(body.view, 'modal');
    if (refusal !== undefined) return refusal;
    const trigger = state.triggers.use(stringIn(body.trigger_id) ?? stringIn(body.interactivity_pointer));
    if ('error' in trigger) return refuse(trigger.error);
    return openView(state, trigger.userId, body.view, []);
  },

  'views.push': async (state, body) => {
    const refusal = checkView(body.view, 'modal');
    if (refusal !== undefined) return refusal;
    const trigger = state.triggers.use(stringIn(body.trigger_id) ?? stringIn(body.interactivity_pointer));
    if ('error' in trigger) return refuse(trigger.error);
    return pushView(state, trigger.userId, body.view);
  },

  'views.update': async (state, body) => {
    const reference = { id: stringIn(body.view_id), externalId: stringIn(body.external_id) };
    const shown = state.ledger.view(reference);
    const refusal = checkView(body.view, shown?.type ?? 'modal');
    if (refusal !== undefined) return refusal;
    // The emulator goes on updating views that the person has closed.
    if (shown === undefined) return refuse('not_found');
    return updateView(state, shown, body.view, stringIn(body.hash));
  },

  'views.publish': async (state, body) => {
    const refusal = checkView(body.view, 'home');
    if (refusal !== undefined) return refusal;
    const user = state.directory.user(stringIn(body.user_id) ?? '');
    if (user === undefined) return refuse('user_not_found');
    const answer = await state.emulator.callAsBot('views.publish', { ...body, view: filled(body.view) });
    return shownTo(state, user.id, answer, {});
  },
};

/** Opens the first modal, for a `trigger_id` that has been used up already. */
async function openView(
  state: SlackState,
  userId: string,
  view: unknown,
  stack: readonly SlackView[],
): Promise<Answer> {
  const trigger = await state.emulator.callAsBot('views.generateTriggerId', { user_id: userId });
  const answer = await state.emulator.callAsBot('views.open', { trigger_id: trigger.trigger_id, view: filled(view) });
  const links =
    stack.length === 0 ? {} : { root_view_id: stack[0]?.view.root_view_id, previous_view_id: stack.at(-1)?.id };
  return shownTo(state, userId, answer, links);
}

/** The emulator counts closed views against the three a stack may hold, so the stack is counted here. */
export async function pushView(state: SlackState, userId: string, view: unknown): Promise<Answer> {
  const stack = state.ledger.modalStack(userId);
  if (stack.length === 0) return refuse('not_found');
  if (stack.length >= MAX_STACK) return refuse('push_limit_reached');
  return openView(state, userId, view, stack);
}

export async function updateView(
  state: SlackState,
  shown: SlackView,
  view: unknown,
  hash: string | undefined,
): Promise<Answer> {
  const { root_view_id, previous_view_id } = shown.view;
  const answer = await state.emulator.callAsBot('views.update', { view_id: shown.id, view: filled(view), hash });
  return shownTo(state, shown.userId, answer, { root_view_id, previous_view_id });
}

/** Puts the view on the person's screen if the emulator took it. */
function shownTo(state: SlackState, userId: string, answer: Answer, links: JsonObject): Answer {
  if (!answer.ok || !isObject(answer.view)) return answer;
  const view = {
    ...answer.view,
    ...links,
    team_id: state.directory.teamId,
    app_installed_team_id: state.directory.teamId,
  };
  state.ledger.showView(userId, view);
  return { ...answer, view };
}

/** What Slack refuses before it looks at trigger or view; the same goes for a view in an answer to a submission. */
export function checkView(view: unknown, type: 'modal' | 'home'): Answer | undefined {
  const problems = problemsOfView(view, type);
  if (problems.length > 0) return refuseInvalid('invalid_arguments', problems);
  return Buffer.byteLength(JSON.stringify(view)) > MAX_BYTES ? refuse('view_too_large') : undefined;
}

function filled(view: unknown): JsonObject {
  return isObject(view) ? { ...view, blocks: withIds(view.blocks) } : {};
}
