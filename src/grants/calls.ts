import { seenOpenAfterEnd } from './after-end.ts';
import { changeNotMade } from './change.ts';
import { closing, recorded } from './decide.ts';
import { isUnkept } from './found.ts';
import { type AccessTerms, type Grant, isLive, type SentCall, sameTerms } from './grant.ts';
import { slotFor } from './ids.ts';
import { touched } from './owed.ts';
import { landsLateWithinMs, openWithinMs } from './policy.ts';

/** What the provider was seen to hold for the grant's target. */
export type Reading =
  | ({ readonly state: 'open' } & AccessTerms)
  | { readonly state: 'closed'; readonly targetExists: boolean };

export type PlannedCall =
  | {
      readonly call: 'open';
      readonly terms: AccessTerms;
      readonly restores?: 'closed' | 'other-terms';
      readonly answers: string[];
    }
  | {
      readonly call: 'close';
      readonly late?: AccessTerms;
      /** The end that the provider was given, where it shows it open although that has come. */
      readonly pastEnd?: Date;
    };

const portcullis = { kind: 'portcullis' } as const;
const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/**
 * The changing call that brings the provider to what the record says, if one is needed. `siblings` are the other records
 * of the same target whose calls may still land.
 */
export function planCall(
  grant: Grant,
  reading: Reading,
  siblings: readonly Grant[],
  now: Date,
): PlannedCall | undefined {
  switch (grant.state) {
    case 'opening': {
      const { wanted, approvedAt, awaitsBlock } = grant;
      if (awaitsBlock !== undefined) return undefined;
      if (wanted === undefined || approvedAt === undefined || now >= later(approvedAt, openWithinMs)) return undefined;
      if (reading.state === 'open' && sameTerms(reading, wanted)) return undefined;
      return { call: 'open', terms: wanted, answers: [] };
    }
    case 'active': {
      const { wanted, applying } = grant;
      if (wanted === undefined || now >= wanted.until) return undefined;
      // Nobody here has decided that it be open.
      if (applying === undefined && isUnkept(grant)) return undefined;
      if (reading.state === 'open' && sameTerms(reading, wanted)) return undefined;
      // What is past its deadline goes back to the terms before, by its timer.
      if (applying !== undefined && now >= applying.deadline) return undefined;
      // The approval named what it replaces, as that of an opening does; what is closed is not opened by a change.
      if (applying !== undefined && reading.state === 'open') return { call: 'open', terms: wanted, answers: [] };
      const explained = lateCallsBehind(grant, reading, siblings, now);
      if (explained.length === 0 && !isRestoring(grant, now)) return undefined;
      const restores = reading.state === 'closed' ? 'closed' : 'other-terms';
      return { call: 'open', terms: wanted, restores, answers: explained.map((call) => call.id) };
    }
    case 'closing':
      return reading.state === 'open' ? { call: 'close', ...pastEnd(reading, now) } : undefined;
    default: {
      if (reading.state !== 'open' || siblings.some(isLive)) return undefined;
      // What holds the slot again closes whatever is there, as closing does.
      const late = grant.reopened !== undefined || [grant, ...siblings].some((record) => sentTerms(record, reading));
      return late
        ? { call: 'close', late: { type: reading.type, until: reading.until }, ...pastEnd(reading, now) }
        : undefined;
    }
  }
}

const pastEnd = ({ until }: AccessTerms, now: Date): { readonly pastEnd?: Date } =>
  now < until ? {} : { pastEnd: until };

/**
 * Calls that explain what is seen of this grant: of other records, or its own of terms that it no longer wants. Terms that a
 * record here sent explain themselves as often as they are seen; a call to close explains one reading, so that a person who
 * closes afterwards is not fought.
 */
function lateCallsBehind(grant: Grant, reading: Reading, siblings: readonly Grant[], now: Date): SentCall[] {
  const sent = [grant, ...siblings].flatMap((record) => record.sent);
  if (reading.state === 'closed') {
    return sent
      .filter((call) => call.call === 'close' && call.answer === undefined && now < later(call.at, landsLateWithinMs))
      .filter((call) => !grant.answeredCalls.includes(call.id));
  }
  return sent.filter((call) => call.call === 'open' && call.terms !== undefined && sameTerms(call.terms, reading));
}

/** A restoring call that was lost, or is not shown yet, is made again; after the time of an opening that is given up. */
export const isRestoring = (grant: Grant, now: Date): boolean =>
  grant.restoring !== undefined && now < later(grant.restoring.at, openWithinMs);

/** One that nobody went on with in time, because no process ran, is begun anew: what is seen still has the same explanation. */
const restoringSince = (grant: Grant, found: 'closed' | 'other-terms', now: Date): Grant['restoring'] =>
  isRestoring(grant, now) ? grant.restoring : { found, at: now };

const sentTerms = (grant: Grant, terms: AccessTerms): boolean =>
  grant.sent.some((call) => call.call === 'open' && call.terms !== undefined && sameTerms(call.terms, terms));

/** Whatever was sent longer ago has landed or never will. */
const callMattersMs = 26 * 60 * 60_000;
const keptCalls = 100;

/** A grant that is extended for ever keeps its newest calls, and those that still matter. */
function withCall(sent: readonly SentCall[], call: SentCall): readonly SentCall[] {
  if (sent.length < 2 * keptCalls) return [...sent, call];
  const matters = later(call.at, -callMattersMs);
  const holds = (terms: AccessTerms | undefined): boolean => terms !== undefined && terms.until > call.at;
  return [
    ...sent.filter(({ at, terms }, index) => at > matters || holds(terms) || index >= sent.length - keptCalls),
    call,
  ];
}

/** Writes down a call just before it is made, so that one whose process dies, or that lands late, is known. */
export function callMarked(grant: Grant, planned: PlannedCall, callId: string, now: Date): Grant {
  if (planned.call === 'open') {
    return {
      ...grant,
      sent: withCall(grant.sent, { id: callId, call: 'open', terms: planned.terms, at: now }),
      maybeOpenFrom: grant.maybeOpenFrom ?? now,
      answeredCalls: [...grant.answeredCalls, ...planned.answers].slice(-keptCalls),
      restoring: planned.restores === undefined ? undefined : restoringSince(grant, planned.restores, now),
    };
  }
  const sending: Grant = { ...grant, sent: withCall(grant.sent, { id: callId, call: 'close', at: now }) };
  const marked = planned.pastEnd === undefined ? sending : seenOpenAfterEnd(sending, planned.pastEnd, now);
  if (planned.late === undefined) return marked;
  const reopened = { terms: planned.late, at: grant.reopened?.at ?? now };
  return touched({ ...marked, slot: slotFor(grant.organizationId, grant.target.id), reopened });
}

/**
 * Records what became of a call. `refused` is certain: it changed nothing. An opening that was refused for good, with a
 * reason for people, goes on to closing, and a change is not made; without a reason it may be tried again.
 */
export function callAnswered(
  grant: Grant,
  callId: string,
  answer: 'done' | 'refused',
  now: Date,
  refusedForGood?: string,
): Grant {
  const sent = grant.sent.map((call) => (call.id === callId ? { ...call, answer } : call));
  // What was seen open was open, whoever opened it.
  const mayHaveOpened =
    grant.openedAt !== undefined || sent.some((call) => call.call === 'open' && call.answer !== 'refused');
  const answered: Grant = { ...grant, sent, maybeOpenFrom: mayHaveOpened ? grant.maybeOpenFrom : undefined };
  if (refusedForGood === undefined) return answered;
  if (grant.state === 'active') {
    const terms = sent.find((call) => call.id === callId)?.terms;
    // A call for the terms before the change says nothing about the change.
    const ofChange = terms !== undefined && grant.wanted !== undefined && sameTerms(terms, grant.wanted);
    return ofChange ? changeNotMade(answered, refusedForGood, now) : answered;
  }
  if (grant.state !== 'opening') return answered;
  const doc = closing(answered, 'failed', portcullis, now, refusedForGood);
  return recorded(doc, grant, { at: now, action: 'opening-refused', actor: portcullis, detail: refusedForGood });
}
