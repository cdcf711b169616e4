import { isJson, listIn, stringIn } from '../json.ts';
import { optionsOf } from '../modal/options.ts';
import type { Place, Tab } from '../page-context.ts';
import type { Json, PageAct, PageOutcome, PageState, PageView } from '../protocol.ts';
import { findButton, titleOf } from './reading.ts';

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

/** What somebody who follows the tour is told went wrong. */
export class NotDone extends Error {}

/** In the channel with this id, or in their first. */
export async function inChannel(hands: Hands, person: string, id?: string): Promise<string> {
  await hands.become(person);
  const channels = hands.state().conversations.filter(({ kind }) => kind === 'channel');
  const channel = channels.find((one) => id === undefined || one.id === id);
  if (channel === undefined) throw new NotDone('This person is in no channel.');
  hands.go({ kind: 'conversation', id: channel.id });
  hands.show('conversation');
  return channel.id;
}

export async function types(hands: Hands, person: string, text: string, channel?: string): Promise<void> {
  const conversation = await inChannel(hands, person, channel);
  await hands.pause();
  await succeed(hands.act({ kind: 'send', person, conversation, text }));
}

export async function pressNewest(hands: Hands, actionId: string): Promise<void> {
  await hands.pause();
  const state = hands.state();
  const found = findButton(state, actionId);
  if (found === undefined) throw new NotDone('The button for this is not there any more. Reset, and begin again.');
  const { conversation, message, blockId } = found;
  const { viewer: person } = state;
  await succeed(hands.act({ kind: 'message-action', person, conversation, ts: message.ts, blockId, actionId }));
}

export const top = (state: PageState): PageView | undefined => state.modals.at(-1);

export async function modal(hands: Hands, title: string): Promise<void> {
  await seen(hands, (state) => titleOf(state) === title);
  await hands.pause();
}

export const inputOf = (state: PageState, blockId: string): Json | undefined =>
  listIn(top(state)?.view.blocks).find((block) => block.type === 'input' && block.block_id === blockId);

export function elementOf(hands: Hands, blockId: string): Json {
  const element = inputOf(hands.state(), blockId)?.element;
  if (!isJson(element)) throw new NotDone('The form is not there any more.');
  return element;
}

export async function enter(hands: Hands, blockId: string, value: Json): Promise<void> {
  const { viewer: person } = hands.state();
  const viewId = top(hands.state())?.id ?? '';
  const actionId = stringIn(elementOf(hands, blockId).action_id);
  await succeed(hands.act({ kind: 'view-action', person, viewId, blockId, actionId, value }));
}

export async function choose(hands: Hands, blockId: string, label: string): Promise<void> {
  await seen(hands, (state) => inputOf(state, blockId) !== undefined);
  const element = elementOf(hands, blockId);
  const option = optionsOf(element).find((one) => one.label === label);
  if (option === undefined) throw new NotDone(`The form does not offer ${label}.`);
  await enter(hands, blockId, { type: element.type, selected_option: option.source });
}

export async function search(hands: Hands, blockId: string, query: string): Promise<void> {
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

export async function submit(hands: Hands): Promise<void> {
  const { viewer: person } = hands.state();
  await succeed(hands.act({ kind: 'view-submit', person, viewId: top(hands.state())?.id ?? '' }));
}

/** The outcome stays in sight for a moment. */
export async function closeModals(hands: Hands): Promise<void> {
  await hands.pause();
  await hands.pause();
  for (let view = top(hands.state()); view !== undefined; view = top(hands.state())) {
    const { id } = view;
    await succeed(hands.act({ kind: 'view-close', person: hands.state().viewer, viewId: id }));
    await seen(hands, (state) => top(state)?.id !== id);
  }
}

export async function seen(hands: Hands, wanted: (state: PageState) => boolean): Promise<void> {
  if (!(await hands.until(wanted)))
    throw new NotDone('That took longer than expected. Look at the page, and try again.');
}

export async function succeed(acting: Promise<PageOutcome>): Promise<PageOutcome> {
  const outcome = await acting;
  if (!outcome.ok) throw new NotDone(outcome.error ?? 'That did not work.');
  return outcome;
}
