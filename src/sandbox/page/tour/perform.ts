import { isJson, listIn, stringIn } from '../json.ts';
import { optionsOf } from '../modal/options.ts';
import type { Place, Tab } from '../page-context.ts';
import type { Json, PageAct, PageOutcome, PageState, PageView } from '../protocol.ts';
import { findButton, hasButton, openUntil, says, titleOf } from './reading.ts';
import { engineer, owner } from './steps.ts';

/** The page as the tour uses it, in place of whoever follows it. */
export interface Hands {
  readonly state: () => PageState;
  readonly act: (act: PageAct) => Promise<PageOutcome>;
  /** Resolves when the page shows what this person sees. */
  readonly become: (person: string) => Promise<void>;
  readonly go: (place: Place) => void;
  readonly show: (tab: Tab) => void;
  readonly until: (wanted: (state: PageState) => boolean) => Promise<boolean>;
  /** So that whoever watches can follow. */
  readonly pause: () => Promise<void>;
}

class NotDone extends Error {}

/** Does what a step asks for. Resolves to what went wrong, in words, or to nothing. */
export async function perform(index: number, hands: Hands): Promise<string | undefined> {
  try {
    await performances[index]?.(hands);
    return undefined;
  } catch (error) {
    if (error instanceof NotDone) return error.message;
    throw error;
  }
}

const performances: readonly ((hands: Hands) => Promise<void>)[] = [
  async (hands) => {
    hands.go({ kind: 'home' });
    hands.show('conversation');
    await seen(hands, (state) => state.home !== undefined);
  },
  async (hands) => {
    await types(hands, owner, '/support-access block');
    await modal(hands, 'Block support access');
    await submit(hands);
    await seen(hands, (state) => state.atlas.blocked);
    await closeModals(hands);
  },
  async (hands) => {
    await types(hands, engineer, '/support-access request');
    await modal(hands, 'Ask for support access');
    await search(hands, 'target', 'payments-prod');
    await choose(hands, 'duration', '8 h');
    await enter(hands, 'reason', { type: 'plain_text_input', value: 'The primary steps down every few minutes.' });
    await hands.pause();
    await submit(hands);
    await seen(hands, (state) => hasButton(state, 'approve-grant'));
    await closeModals(hands);
  },
  async (hands) => {
    await inChannel(hands, owner);
    await pressNewest(hands, 'approve-grant');
    await seen(hands, (state) => openUntil(state).size > 0);
    hands.show('atlas');
  },
  async (hands) => {
    await succeed(hands.act({ kind: 'clock', to: 'next-reminder' }));
    await seen(hands, (state) => hasButton(state, 'let-grant-end'));
  },
  async (hands) => {
    await inChannel(hands, owner);
    const before = JSON.stringify([...openUntil(hands.state())]);
    await pressNewest(hands, 'extend-grant');
    await seen(hands, (state) => top(state) !== undefined);
    await hands.pause();
    await seen(hands, (state) => inputOf(state, 'duration') !== undefined);
    const latest = optionsOf(elementOf(hands, 'duration')).at(-1);
    await choose(hands, 'duration', latest?.label ?? '');
    await submit(hands);
    await seen(hands, (state) => JSON.stringify([...openUntil(state)]) !== before);
    await closeModals(hands);
  },
  async (hands) => {
    if (openUntil(hands.state()).size === 0) {
      await types(hands, owner, '/support-access grant ledger-prod 2h logs To see what happens when Atlas fails');
      await seen(hands, (state) => openUntil(state).size > 0);
    }
    await inChannel(hands, owner);
    await succeed(hands.act({ kind: 'atlas-trouble', trouble: 'fail' }));
    await pressNewest(hands, 'revoke-grant');
    await seen(hands, (state) => says(state, 'not seen closed yet'));
    await hands.pause();
    await hands.pause();
    await closeModals(hands);
    await succeed(hands.act({ kind: 'atlas-trouble', trouble: 'none' }));
    await succeed(hands.act({ kind: 'clock', to: 'minute' }));
    await seen(hands, (state) => openUntil(state).size === 0);
  },
  async (hands) => {
    await types(hands, owner, '/support-access history');
    await modal(hands, 'Support access history');
  },
];

async function inChannel(hands: Hands, person: string): Promise<string> {
  await hands.become(person);
  const channel = hands.state().conversations.find(({ kind }) => kind === 'channel');
  if (channel === undefined) throw new NotDone('This person is in no channel.');
  hands.go({ kind: 'conversation', id: channel.id });
  hands.show('conversation');
  return channel.id;
}

async function types(hands: Hands, person: string, text: string): Promise<void> {
  const conversation = await inChannel(hands, person);
  await hands.pause();
  await succeed(hands.act({ kind: 'send', person, conversation, text }));
}

async function pressNewest(hands: Hands, actionId: string): Promise<void> {
  await hands.pause();
  const state = hands.state();
  const found = findButton(state, actionId);
  if (found === undefined) throw new NotDone('The button for this is not there any more. Reset, and begin again.');
  const { conversation, message, blockId } = found;
  const { viewer: person } = state;
  await succeed(hands.act({ kind: 'message-action', person, conversation, ts: message.ts, blockId, actionId }));
}

const top = (state: PageState): PageView | undefined => state.modals.at(-1);

async function modal(hands: Hands, title: string): Promise<void> {
  await seen(hands, (state) => titleOf(state) === title);
  await hands.pause();
}

const inputOf = (state: PageState, blockId: string): Json | undefined =>
  listIn(top(state)?.view.blocks).find((block) => block.type === 'input' && block.block_id === blockId);

function elementOf(hands: Hands, blockId: string): Json {
  const element = inputOf(hands.state(), blockId)?.element;
  if (!isJson(element)) throw new NotDone('The form is not there any more.');
  return element;
}

async function enter(hands: Hands, blockId: string, value: Json): Promise<void> {
  const { viewer: person } = hands.state();
  const viewId = top(hands.state())?.id ?? '';
  const actionId = stringIn(elementOf(hands, blockId).action_id);
  await succeed(hands.act({ kind: 'view-action', person, viewId, blockId, actionId, value }));
}

async function choose(hands: Hands, blockId: string, label: string): Promise<void> {
  await seen(hands, (state) => inputOf(state, blockId) !== undefined);
  const element = elementOf(hands, blockId);
  const option = optionsOf(element).find((one) => one.label === label);
  if (option === undefined) throw new NotDone(`The form does not offer ${label}.`);
  await enter(hands, blockId, { type: element.type, selected_option: option.source });
}

async function search(hands: Hands, blockId: string, query: string): Promise<void> {
  await seen(hands, (state) => inputOf(state, blockId) !== undefined);
  const { viewer: person } = hands.state();
  const viewId = top(hands.state())?.id ?? '';
  const element = elementOf(hands, blockId);
  const actionId = stringIn(element.action_id);
  const outcome = await succeed(hands.act({ kind: 'search', person, viewId, blockId, actionId, query }));
  const option = optionsOf({ options: outcome.options, option_groups: outcome.optionGroups })[0];
  if (option === undefined) throw new NotDone(`Nothing was found for ${query}.`);
  await enter(hands, blockId, { type: element.type, selected_option: option.source });
}

async function submit(hands: Hands): Promise<void> {
  const { viewer: person } = hands.state();
  await succeed(hands.act({ kind: 'view-submit', person, viewId: top(hands.state())?.id ?? '' }));
}

/** The outcome stays in sight for a moment. */
async function closeModals(hands: Hands): Promise<void> {
  await hands.pause();
  await hands.pause();
  for (let view = top(hands.state()); view !== undefined; view = top(hands.state())) {
    const { id } = view;
    await succeed(hands.act({ kind: 'view-close', person: hands.state().viewer, viewId: id }));
    await seen(hands, (state) => top(state)?.id !== id);
  }
}

async function seen(hands: Hands, wanted: (state: PageState) => boolean): Promise<void> {
  if (!(await hands.until(wanted)))
    throw new NotDone('That took longer than expected. Look at the page, and try again.');
}

async function succeed(acting: Promise<PageOutcome>): Promise<PageOutcome> {
  const outcome = await acting;
  if (!outcome.ok) throw new NotDone(outcome.error ?? 'That did not work.');
  return outcome;
}
