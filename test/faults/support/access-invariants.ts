import { type Grant, isLive, sameTerms } from '../../../src/grants/grant.ts';
import type { Held, World } from './world.ts';

type Terms = NonNullable<Held['terms']>;

/** A target held these terms from then until then. */
interface Stretch {
  readonly targetId: string;
  readonly terms: Terms;
  readonly from: Date;
  readonly to: Date;
}

/** What the provider held against what people had decided: never before, never longer, closed in time, open meanwhile. */
export function accessViolations(world: World): string[] {
  const stretches = stretchesOf(world);
  return [
    ...stretches.flatMap((stretch) => stretchViolations(stretch, world)),
    ...world.grants.flatMap((grant) => gapViolations(grant, stretches, world)),
  ];
}

function stretchesOf({ held, now }: World): Stretch[] {
  return held.flatMap(({ targetId, at, terms }, index): Stretch[] => {
    if (terms === undefined) return [];
    const next = held.find((other, place) => place > index && other.targetId === targetId)?.at ?? now;
    const to = new Date(Math.min(next.getTime(), terms.until.getTime()));
    return to > at ? [{ targetId, terms, from: at, to }] : [];
  });
}

const sentBy = (grant: Grant, terms: Terms): boolean =>
  grant.sent.some((call) => call.terms !== undefined && sameTerms(call.terms, terms));

/** Until when it was to be open: until somebody or something decided to close it. */
const wantedUntil = (grant: Grant): Date | undefined => grant.closing?.at;

function stretchViolations({ targetId, terms, from, to }: Stretch, world: World): string[] {
  const name = `${targetId} open from ${from.toISOString()} to ${to.toISOString()}`;
  const behind = world.grants.find((grant) => grant.target.id === targetId && sentBy(grant, terms));
  if (behind?.approvedAt === undefined) return [`${name}: nobody here asked for it`];
  const found: string[] = [];
  const approvals = behind.approvals.map(({ at }) => at.getTime());
  if (approvals.every((at) => at > from.getTime())) found.push(`${name}: open before its approval`);
  const longestMs = behind.terms.durationMs;
  if (approvals.every((at) => at + longestMs < terms.until.getTime())) found.push(`${name}: longer than approved`);
  const until = wantedUntil(behind);
  if (until === undefined || to <= until) return found;
  const since = from > until ? from : until;
  const excessMs = to.getTime() - since.getTime();
  const allowedMs = world.latestMs(since, to);
  if (excessMs > allowedMs)
    found.push(`${name}: closed ${excessMs / 1_000} s late, ${allowedMs / 1_000} s are promised`);
  return found;
}

/** While a record says that its target is open, it is: what took it away is found and answered in time. */
function gapViolations(grant: Grant, stretches: readonly Stretch[], world: World): string[] {
  const { openedAt, wanted } = grant;
  if (openedAt === undefined || wanted === undefined) return [];
  const ends = [wantedUntil(grant) ?? world.now, wanted.until].map(Number);
  const end = Math.min(...ends);
  const own = stretches.filter(({ targetId, terms }) => targetId === grant.target.id && sentBy(grant, terms));
  let covered = openedAt.getTime();
  const found: string[] = [];
  for (const { from, to } of [...own, { from: new Date(end), to: new Date(end) }]) {
    const gapMs = Math.min(from.getTime(), end) - covered;
    const allowedMs = world.latestMs(new Date(covered), from);
    if (gapMs > allowedMs) {
      found.push(`${grant._id} ${grant.target.name}: not open for ${gapMs / 1_000} s while its record said so`);
    }
    covered = Math.max(covered, to.getTime());
  }
  if (isLive(grant) && wanted.until < world.now)
    found.push(`${grant._id} ${grant.target.name}: still live after its end`);
  return found;
}
