import { openUntil } from './after-end.ts';
import type { Actor, Grant } from './grant.ts';
import type { Organization, OrganizationHistoryEntry } from './organization.ts';

/** For how long a target was seen open, in milliseconds. */
export interface TargetOpen {
  readonly id: string;
  readonly name: string;
  readonly projectName: string;
  readonly openMs: number;
}

interface TypeOpen {
  /** An access type's id. */
  readonly type: string;
  readonly openMs: number;
}

interface BlockChange {
  readonly at: Date;
  readonly blocked: boolean;
  readonly by: Actor;
}

/** What happened in a time, in numbers. Durations in milliseconds, of the part that lies in that time. */
export interface Digest {
  readonly asked: number;
  readonly opened: number;
  /** Made in the provider itself and found open. */
  readonly found: number;
  readonly denied: number;
  readonly lapsed: number;
  /** Approved, and not seen open in time or refused by the provider. */
  readonly failed: number;
  /** Revoked, here or in the provider itself, before the time was over. */
  readonly endedEarly: number;
  readonly openMs: number;
  /** The longest first. */
  readonly targets: readonly TargetOpen[];
  readonly types: readonly TypeOpen[];
  /** Oldest first. */
  readonly blockChanges: readonly BlockChange[];
  /** How long the organization stood open, whatever was granted; absent when that was never read. */
  readonly unblockedMs?: number;
}

interface Span {
  readonly from: Date;
  readonly to: Date;
}

type Blocks = Pick<Organization, 'confirmed' | 'history'>;

/** Counts what falls into a time: from its beginning until before its end. What is open at the end counts until then. */
export function digestOf(grants: readonly Grant[], organization: Blocks, from: Date, to: Date): Digest {
  const span = { from, to };
  const count = (at: (grant: Grant) => Date | undefined): number =>
    grants.filter((grant) => isWithin(at(grant), span)).length;
  const ended = (state: Grant['state']): number =>
    count((grant) => (grant.state === state ? grant.endedAt : undefined));
  const open = grants.flatMap((grant) =>
    openSpans(grant, to).map(({ type, ...when }) => ({ grant, type, openMs: overlapMs(when, span) })),
  );
  const seen = open.filter(({ openMs }) => openMs > 0);
  return {
    asked: count((grant) => (grant.found === undefined ? grant.requestedAt : undefined)),
    opened: count((grant) => (grant.found === undefined ? grant.openedAt : undefined)),
    found: count((grant) => grant.found?.at),
    denied: ended('denied'),
    lapsed: ended('lapsed'),
    failed: ended('failed'),
    endedEarly: count((grant) =>
      grant.state === 'revoked' && grant.openedAt !== undefined ? grant.endedAt : undefined,
    ),
    openMs: sumMs(seen),
    targets: groups(seen, ({ grant }) => grant.target.id).map(([first, all]) => {
      const { id, name, projectName } = first.grant.target;
      return { id, name, projectName, openMs: sumMs(all) };
    }),
    types: groups(seen, ({ type }) => type).map(([{ type }, all]) => ({ type, openMs: sumMs(all) })),
    ...blockNumbers(organization, span),
  };
}

const isWithin = (at: Date | undefined, { from, to }: Span): boolean => at !== undefined && from <= at && at < to;

const overlapMs = (a: Span, b: Span): number =>
  Math.max(0, Math.min(a.to.getTime(), b.to.getTime()) - Math.max(a.from.getTime(), b.from.getTime()));

const sumMs = (all: readonly { readonly openMs: number }[]): number => all.reduce((sum, { openMs }) => sum + openMs, 0);

/** What belongs together, with its first one; the longest first. */
function groups<T extends { readonly openMs: number }>(all: readonly T[], keyOf: (item: T) => string): [T, T[]][] {
  const found = new Map<string, [T, T[]]>();
  for (const item of all) {
    const group = found.get(keyOf(item));
    if (group === undefined) found.set(keyOf(item), [item, [item]]);
    else group[1].push(item);
  }
  return [...found.values()].sort(([, a], [, b]) => sumMs(b) - sumMs(a));
}

/** The times during which it was open and the type it was open with; until `now` for what is open. */
function openSpans(grant: Grant, now: Date): (Span & { readonly type: string })[] {
  const { openedAt, endedAt = now, wanted } = grant;
  if (openedAt === undefined) return [];
  const to = openUntil(grant, endedAt);
  const changes = grant.history.flatMap(({ action, at, detail }) => {
    if (action === 'change-seen') return { from: at, type: typeSentBy(grant, at) };
    return action === 'changed-outside' ? { from: at, type: detail ?? wanted?.type ?? grant.terms.type } : [];
  });
  const all = [{ from: openedAt, type: typeSentBy(grant, openedAt) }, ...changes];
  return all.map((span, index) => ({ ...span, to: all[index + 1]?.from ?? to }));
}

/** The type of the last call until then that may have opened it. */
const typeSentBy = ({ sent, found, wanted, terms }: Grant, at: Date): string =>
  sent.findLast((call) => call.call === 'open' && call.answer !== 'refused' && call.at <= at)?.terms?.type ??
  found?.terms.type ??
  wanted?.type ??
  terms.type;

function blockNumbers({ confirmed, history }: Blocks, span: Span): Pick<Digest, 'blockChanges' | 'unblockedMs'> {
  if (confirmed === undefined) return { blockChanges: [] };
  const all: BlockChange[] = [];
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
  const states = [first, ...all];
  const unblockedMs = states
    .map(({ at, blocked }, index) =>
      blocked ? 0 : overlapMs({ from: at, to: states[index + 1]?.at ?? span.to }, span),
    )
    .reduce((sum, ms) => sum + ms, 0);
  return { blockChanges: all.filter(({ at }) => isWithin(at, span)), unblockedMs };
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
