import { type Blocks, blockStates } from './block-states.ts';
import type { Actor, Grant } from './grant.ts';
import { openSpans, overlapMs, type Span } from './open-spans.ts';

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

function blockNumbers(organization: Blocks, span: Span): Pick<Digest, 'blockChanges' | 'unblockedMs'> {
  const states = blockStates(organization);
  if (states.length === 0) return { blockChanges: [] };
  const unblockedMs = states
    .map(({ at, blocked }, index) =>
      blocked ? 0 : overlapMs({ from: at, to: states[index + 1]?.at ?? span.to }, span),
    )
    .reduce((sum, ms) => sum + ms, 0);
  return {
    blockChanges: states.flatMap(({ at, blocked, by }) =>
      by !== undefined && isWithin(at, span) ? [{ at, blocked, by }] : [],
    ),
    unblockedMs,
  };
}
