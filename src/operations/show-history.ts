import type { Grant } from '../grants/grant.ts';
import type { HistoryCursor, HistoryOutcome, HistoryPage } from '../grants/history.ts';
import { nearestNames } from '../grants/nearest.ts';
import type { PermissionRefusal } from '../grants/permissions.ts';
import { withGroup } from '../grants/target-noun.ts';
import { fireTimers } from '../grants/timers.ts';
import { dayBegin } from '../grants/weeks.ts';
import type { Target } from '../providers/provider.ts';
import { actorFor, auditRefusal, type OperationContext, type OperationInput } from './context.ts';
import { identify, permission } from './identify.ts';
import { targetsNamed } from './targets.ts';

/** How many records a page shows. */
const pageSize = 10;
/** More targets than this one filter does not name. */
export const mostFilterTargets = 10;
const dayMs = 24 * 60 * 60_000;

/** What somebody looks for, in a form that a modal can keep. Empty lists ask for nothing in particular. */
export interface HistoryWish {
  /** The label is how the target is called; the current one takes its place where the target still exists. */
  readonly targets: readonly { readonly id: string; readonly label: string }[];
  /** Slack ids of people who asked, decided or ended it. */
  readonly people: readonly string[];
  readonly outcomes: readonly HistoryOutcome[];
  /** Asked within so many days before now. */
  readonly days?: number;
  /** Asked from the one day to the other (`2026-03-01`), both included, by the reader's clocks. */
  readonly from?: string;
  readonly to?: string;
}

export const everything: HistoryWish = { targets: [], people: [], outcomes: [] };

export interface HistoryShown {
  readonly wish: HistoryWish;
  /** Newest first, each as it stands now. */
  readonly grants: readonly Grant[];
  /** Where the next page in that direction begins; absent where there is none. */
  readonly older?: HistoryCursor;
  readonly newer?: HistoryCursor;
}

export type ShowHistoryOutcome =
  | ({ readonly kind: 'history' } & HistoryShown)
  | { readonly kind: 'unknown-target'; readonly name: string; readonly nearest: readonly string[] }
  | { readonly kind: 'too-many-targets'; readonly name: string; readonly count: number }
  | { readonly kind: 'not-permitted'; readonly reason: PermissionRefusal };

/** What was asked for and what became of it, page by page. Reads only what is stored. */
export async function showHistory(
  context: OperationContext,
  input: Pick<OperationInput, 'slackId'> & {
    readonly wish: HistoryWish;
    readonly page: HistoryPage;
    /** As somebody typed it; takes the place of the wish's targets. */
    readonly targetName?: string;
  },
): Promise<ShowHistoryOutcome> {
  const caller = await identify(context, input.slackId, { fresh: false });
  const seeing = permission(context, caller, 'see');
  if (!seeing.allowed) {
    await auditRefusal(context, { action: 'history', actor: actorFor(caller), reason: seeing.reason });
    return { kind: 'not-permitted', reason: seeing.reason };
  }
  const { targets } = await context.directories.get(context.organizationId);
  const { targetName, page } = input;
  const shown = { page, timeZone: caller.person.timeZone ?? 'UTC' };
  if (targetName === undefined) return read(context, { ...input.wish, targets: labelled(input.wish, targets) }, shown);
  const named = targetsNamed(targets, targetName);
  const found = named.length > 0 ? named : await context.grants.pastTargets(context.organizationId, targetName.trim());
  if (found.length === 0) {
    const names = targets.map((target) => target.name);
    return { kind: 'unknown-target', name: targetName, nearest: nearestNames(targetName, names) };
  }
  if (found.length > mostFilterTargets) return { kind: 'too-many-targets', name: targetName, count: found.length };
  return read(context, { ...input.wish, targets: found.map(label) }, shown);
}

async function read(
  context: OperationContext,
  wish: HistoryWish,
  { page, timeZone }: { readonly page: HistoryPage; readonly timeZone: string },
): Promise<Extract<ShowHistoryOutcome, { kind: 'history' }>> {
  const now = context.clock.now();
  const { days, from, to } = wish;
  const starts = [
    ...(days === undefined ? [] : [now.getTime() - days * dayMs]),
    ...(from === undefined ? [] : [dayBegin(from, timeZone).getTime()]),
  ];
  const filter = {
    targetIds: wish.targets.map((target) => target.id),
    people: wish.people,
    outcomes: wish.outcomes,
    since: starts.length === 0 ? undefined : new Date(Math.max(...starts)),
    before: to === undefined ? undefined : dayBegin(to, timeZone, 1),
  };
  // One more than is shown tells whether there is another page.
  const found = await context.grants.history(context.organizationId, filter, page, pageSize + 1);
  const more = found.length > pageSize;
  // At the newest end a page begins with the newest record, however many are new since; and nobody is left on a page that
  // has emptied, because what stood there no longer fits the filter.
  const atStart = page.direction === 'newer' ? !more : found.length === 0;
  if (page.from !== undefined && atStart) return read(context, wish, { page: { direction: 'older' }, timeZone });
  const shown = found.slice(0, pageSize);
  if (page.direction === 'newer') shown.reverse();
  const isFirst = page.from === undefined;
  return {
    kind: 'history',
    wish,
    // A record whose time has come is shown as that, although nobody may have written it down yet.
    grants: shown.map((grant) => fireTimers(grant, now)),
    older: page.direction === 'newer' || more ? cursorAt(shown.at(-1)) : undefined,
    newer: isFirst ? undefined : cursorAt(shown[0]),
  };
}

const cursorAt = (grant: Grant | undefined): HistoryCursor | undefined =>
  grant === undefined ? undefined : { requestedAt: grant.requestedAt, id: grant._id };

const label = ({ id, name, projectName }: Pick<Target, 'id' | 'name' | 'projectName'>) => ({
  id,
  label: withGroup(name, projectName),
});

function labelled(wish: HistoryWish, targets: readonly Target[]): HistoryWish['targets'] {
  return wish.targets.map((wanted) => {
    const target = targets.find(({ id }) => id === wanted.id);
    return target === undefined ? wanted : label(target);
  });
}
