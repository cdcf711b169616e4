import { meridian, shield } from '../../demo-organizations.ts';
import { listIn, stringIn, textIn } from '../json.ts';
import type { PageMessage, PageState } from '../protocol.ts';

/** The `action_id` of a button of the organization at Atlas. */
export const atMeridian = (actionId: string): string => `${actionId}@${meridian.key}`;

/** The `action_id` of a button of the organization at the portal. */
export const atShield = (actionId: string): string => `${actionId}@${shield.key}`;

/** A button in a message. */
export interface FoundButton {
  readonly conversation: string;
  readonly message: PageMessage;
  readonly blockId: string;
}

/** Where the newest button of this action stands, in the conversations that this person sees. */
export function findButton(state: PageState, actionId: string): FoundButton | undefined {
  return state.conversations
    .flatMap(({ id, messages }) => messages.map((message) => ({ conversation: id, message })))
    .flatMap(({ conversation, message }) =>
      message.blocks
        .filter((block) => listIn(block.elements).some((element) => element.action_id === actionId))
        .map((block) => ({ conversation, message, blockId: stringIn(block.block_id) })),
    )
    .toSorted((a, b) => a.message.ts.localeCompare(b.message.ts))
    .at(-1);
}

export const hasButton = (state: PageState, actionId: string): boolean => findButton(state, actionId) !== undefined;

/** Until when each cluster is open, by project and name; closed ones are left out. */
export const openUntil = (state: PageState): ReadonlyMap<string, string> =>
  new Map(
    state.atlas.projects.flatMap(({ id, clusters }) =>
      clusters.flatMap(({ name, grant }) => (grant === undefined ? [] : [[`${id}/${name}`, grant.until] as const])),
    ),
  );

/** Whether support is let in at the portal, by whomever. */
export const isOnAtPortal = (state: PageState): boolean => state.portal.tenants.some(({ on }) => on !== undefined);

export const says = (state: PageState, words: string): boolean =>
  state.conversations.some(({ messages }) => messages.some(({ text }) => text.includes(words)));

export const titleOf = (state: PageState): string | undefined => {
  const top = state.modals.at(-1);
  return top === undefined ? undefined : textIn(top.view.title);
};
