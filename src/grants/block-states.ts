import type { Actor } from './grant.ts';
import type { Organization, OrganizationHistoryEntry } from './organization.ts';

export type Blocks = Pick<Organization, 'confirmed' | 'history'>;

interface BlockState {
  /** Since when, as far as was seen. */
  readonly at: Date;
  readonly blocked: boolean;
  /** Who caused the change; absent of how it was at first. */
  readonly by?: Actor;
}

/** What the organization was seen to be, one after the other, oldest first; empty where it was never read. */
export function blockStates({ confirmed, history }: Blocks): BlockState[] {
  if (confirmed === undefined) return [];
  const all: BlockState[] = [];
  let firstBlocked: boolean | undefined;
  for (const [index, entry] of history.entries()) {
    const blocked = seenBlocked(entry);
    if (blocked === undefined) continue;
    firstBlocked ??= entry.detail === unchanged ? blocked : !blocked;
    if (blocked === (all.at(-1)?.blocked ?? firstBlocked)) continue;
    all.push({ at: entry.at, blocked, by: deciderOf(history.slice(0, index + 1), blocked) });
  }
  // Before the first change it was as it was when it was read first.
  const first =
    firstBlocked === undefined
      ? { at: confirmed.since, blocked: confirmed.blocked }
      : { at: new Date(0), blocked: firstBlocked };
  return [first, ...all];
}

/** The detail of an entry that tells of a block, or of none, that had been seen before. */
export const unchanged = 'unchanged';

/** Whether the organization was seen blocked then; undefined for entries that tell of something else. */
function seenBlocked({ action, detail }: OrganizationHistoryEntry): boolean | undefined {
  switch (action) {
    case 'seen-blocked':
      return true;
    case 'seen-unblocked':
      return false;
    case 'block-changed-outside':
    case 'block-restored':
      return detail === 'blocked';
    default:
      return undefined;
  }
}

const decisions = {
  blocked: ['block', 'reblock'],
  unblocked: ['unblock', 'announce-unblock'],
};

/** Who caused the last entry of these: for what was decided here, whoever decided it. */
function deciderOf(history: readonly OrganizationHistoryEntry[], blocked: boolean): Actor {
  const seen = history.at(-1);
  if (seen !== undefined && !seen.action.startsWith('seen-')) return seen.actor;
  const actions = blocked ? decisions.blocked : decisions.unblocked;
  return history.findLast(({ action }) => actions.includes(action))?.actor ?? { kind: 'portcullis' };
}
