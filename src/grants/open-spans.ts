import { openUntil } from './after-end.ts';
import type { Grant } from './grant.ts';

/** From a beginning until before an end. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

export interface OpenSpan extends Span {
  /** An access type's id. */
  readonly type: string;
}

/** In milliseconds; 0 where they do not meet. */
export const overlapMs = (a: Span, b: Span): number =>
  Math.max(0, Math.min(a.to.getTime(), b.to.getTime()) - Math.max(a.from.getTime(), b.from.getTime()));

/** The times during which it was open and the type it was open with; until `now` for what is open. */
export function openSpans(grant: Grant, now: Date): OpenSpan[] {
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

/** When it may have been open although it was never seen to be; undefined where it was seen, or certainly never was. */
export function unseenSpan(grant: Grant, now: Date): OpenSpan | undefined {
  const { openedAt, maybeOpenFrom, endedAt = now } = grant;
  if (openedAt !== undefined || maybeOpenFrom === undefined) return undefined;
  const to = openAgainUntil(grant, now) ?? openUntil(grant, endedAt);
  return { from: maybeOpenFrom, to, type: typeSentBy(grant, endedAt) };
}

/** When a grant that had been seen open may have been so again after its end, by an opening that landed late. */
export function reopenedSpan(grant: Grant, now: Date): OpenSpan | undefined {
  const { openedAt, endedAt } = grant;
  const to = openAgainUntil(grant, now);
  if (openedAt === undefined || endedAt === undefined || to === undefined) return undefined;
  return { from: endedAt, to, type: grant.reopened?.terms.type ?? typeSentBy(grant, endedAt) };
}

const openAgainUntil = ({ reopened, history }: Grant, now: Date): Date | undefined =>
  reopened === undefined ? history.findLast(({ action }) => action === 'late-landing-closed')?.at : now;

/** The type of the last call until then that may have opened it. */
const typeSentBy = ({ sent, found, wanted, terms }: Grant, at: Date): string =>
  sent.findLast((call) => call.call === 'open' && call.answer !== 'refused' && call.at <= at)?.terms?.type ??
  found?.terms.type ??
  wanted?.type ??
  terms.type;
