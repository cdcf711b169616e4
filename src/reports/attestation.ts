import type { Organization } from '../grants/organization.ts';
import type { Checkpoint } from '../ledger/checkpoint.ts';
import type { LedgerEntry } from '../ledger/entry.ts';

type Facts = NonNullable<LedgerEntry['after']>;
export type LedgerActor = LedgerEntry['actor'];

/** What somebody did, as an entry of the ledger says it. */
export interface Deed {
  readonly sequence: number;
  readonly at: Date;
  readonly by: LedgerActor;
  readonly action: string;
  readonly detail?: string;
  /** What it was about: `<project id>/<cluster>` for Atlas; absent of the organization. */
  readonly target?: string;
  readonly before?: Facts;
  readonly after?: Facts;
}

/** A grant from the request to its end, put together from its entries. */
export interface AttestedGrant {
  readonly id: string;
  readonly target?: string;
  /** The request, or that access was found; absent where that came before the ledger began. */
  readonly asked?: Deed;
  readonly approvals: readonly Deed[];
  /** What began its end, or decided against it. */
  readonly ending?: Deed;
  /** What it was when its last entry was written. */
  readonly facts: Facts;
  /** The provider was seen to hold it, since the ledger began or before. */
  readonly seenOpen: boolean;
  /** A call was made that could have opened it, and was not refused for certain. */
  readonly maybeOpen: boolean;
  /** The provider was seen to hold it although its end had come. */
  readonly openAfterEnd: boolean;
  /** An operator vouched for its end: nobody has seen it closed. */
  readonly endingRecorded?: Deed;
  /** An earlier call opened it again after its end; it was seen closed again then. */
  readonly closedAgain?: Deed;
  /** What the vendor's staff did could not be read, once at least. */
  readonly activityNotRead: boolean;
  readonly entries: readonly number[];
}

/** Whether support access was blocked for the whole organization; absent while it was not known. */
export interface Posture {
  readonly blocked?: boolean;
  /** The entry that shows it; without one it is only what the bot has on record now. */
  readonly sequence?: number;
}

export interface Attestation {
  readonly from: Date;
  readonly to: Date;
  /** The instant of the first entry of all: nothing is known of what was before; absent where there is no entry. */
  readonly recordedFrom?: Date;
  readonly grants: readonly AttestedGrant[];
  readonly exceptions: readonly Deed[];
  readonly settings: readonly Deed[];
  readonly postures: readonly Deed[];
  readonly postureBefore: Posture;
  readonly postureAfter: Posture;
  /** The last head that was signed. */
  readonly signed?: Checkpoint;
}

const askings = ['request', 'found'];
const approvals = ['approve', 'keep', 'approve-change'];
const endings = [
  'deny',
  'cancel',
  'lapse',
  'revoke',
  'end',
  'ended-outside',
  'opening-refused',
  'give-up-opening',
  'give-up-waiting',
];

/** What an auditor asks about first, by the names of the actions. */
const exceptions = [
  'lapse',
  'opening-refused',
  'give-up-opening',
  'give-up-waiting',
  'change-not-made',
  'found',
  'changed-outside',
  'ended-outside',
  'restored',
  'late-landing-closed',
  'ending-recorded',
  'activity-not-read',
  'block-changed-outside',
  'block-restored',
  'channel-lost',
] as const;

export type ExceptionAction = (typeof exceptions)[number];

export const isException = (action: string): action is ExceptionAction =>
  (exceptions as readonly string[]).includes(action);

/** A grant that was closed although the provider still held it after its end. */
export const isLateEnding = ({ action, detail }: Pick<Deed, 'action' | 'detail'>): boolean =>
  action === 'seen-closed' && detail !== undefined;

interface Draft {
  asked?: Deed;
  approvals: Deed[];
  ending?: Deed;
  facts: Facts;
  seenOpen: boolean;
  maybeOpen: boolean;
  openAfterEnd: boolean;
  endingRecorded?: Deed;
  closedAgain?: Deed;
  activityNotRead: boolean;
  entries: number[];
  readonly firstAt: Date;
  readonly target?: string;
}

/** Puts an attestation together from the entries of a ledger, one after another, each of which was verified before. */
export class AttestationDraft {
  readonly #from: Date;
  readonly #to: Date;
  readonly #grants = new Map<string, Draft>();
  readonly #exceptions: Deed[] = [];
  readonly #settings: Deed[] = [];
  readonly #postures: Deed[] = [];
  #recordedFrom: Date | undefined;
  #signed: Checkpoint | undefined;

  constructor({ from, to }: { readonly from: Date; readonly to: Date }) {
    this.#from = from;
    this.#to = to;
  }

  signed(checkpoint: Checkpoint): void {
    this.#signed = checkpoint;
  }

  add(entry: LedgerEntry): void {
    const deed = deedOf(entry);
    const { kind, id } = entry.subject;
    this.#recordedFrom ??= deed.at;
    const within = deed.at >= this.#from && deed.at < this.#to;
    if (within && (kind === 'attempt' || isException(deed.action) || isLateEnding(deed))) this.#exceptions.push(deed);
    if (kind === 'grant') this.#grants.set(id, drafted(this.#grants.get(id), deed));
    if (kind === 'organization' || kind === 'identity') {
      if (seenBlocked(deed.before) !== seenBlocked(deed.after)) this.#postures.push(deed);
      else if (within && !isException(deed.action)) this.#settings.push(deed);
    }
  }

  /** `confirmed`: what the organization was last seen to be, where the ledger holds no change of it. */
  finished(confirmed: Organization['confirmed']): Attestation {
    const from = this.#from;
    const to = this.#to;
    const grants = [...this.#grants]
      .filter(([, draft]) => draft.firstAt < to && (endOf(draft) ?? to) >= from)
      .map(([id, { firstAt, ...grant }]) => ({ id, ...grant }));
    return {
      from,
      to,
      recordedFrom: this.#recordedFrom,
      grants,
      exceptions: this.#exceptions,
      settings: this.#settings,
      postures: this.#postures.filter(({ at }) => at >= from && at < to),
      postureBefore: this.#postureAt(from, confirmed),
      postureAfter: this.#postureAt(to, confirmed),
      signed: this.#signed,
    };
  }

  #postureAt(instant: Date, confirmed: Organization['confirmed']): Posture {
    if (this.#recordedFrom === undefined || instant < this.#recordedFrom) return {};
    const last = this.#postures.findLast(({ at }) => at < instant);
    if (last !== undefined) return { blocked: seenBlocked(last.after), sequence: last.sequence };
    const next = this.#postures.find(({ at }) => at >= instant);
    if (next !== undefined) return { blocked: seenBlocked(next.before), sequence: next.sequence };
    return confirmed !== undefined && confirmed.since <= instant ? { blocked: confirmed.blocked } : {};
  }
}

function deedOf({ sequence, at, actor, action, detail, subject, before, after }: LedgerEntry): Deed {
  return { sequence, at: new Date(at), by: actor, action, detail, target: subject.target, before, after };
}

function drafted(known: Draft | undefined, deed: Deed): Draft {
  const draft: Draft = known ?? {
    approvals: [],
    facts: {},
    seenOpen: false,
    maybeOpen: false,
    openAfterEnd: false,
    activityNotRead: false,
    entries: [],
    firstAt: deed.at,
    target: deed.target,
  };
  const { before = {}, after = {}, action } = deed;
  const kept = Object.entries(draft.facts).filter(([name]) => !(name in before));
  draft.facts = { ...Object.fromEntries(kept), ...after };
  draft.entries.push(deed.sequence);
  if (askings.includes(action)) draft.asked = deed;
  if (approvals.includes(action)) draft.approvals.push(deed);
  if (endings.includes(action)) draft.ending = deed;
  // A grant may have been open since before the ledger began, and some of what changes has no entry of its own: what a
  // write has changed tells of it on either side.
  if ('openedAt' in after || 'seenUntil' in before || 'seenUntil' in after || before.state === 'active')
    draft.seenOpen = true;
  // A call that was refused for certain has opened nothing.
  if (action !== 'opening-refused' && ('mayBeOpenUntil' in before || 'mayBeOpenUntil' in after)) draft.maybeOpen = true;
  if (isLateEnding(deed)) draft.openAfterEnd = true;
  // Of a grant that was open again after its end, the end itself was seen before.
  if (action === 'ending-recorded' && 'endedAt' in after) draft.endingRecorded = deed;
  if (action === 'late-landing-closed') draft.closedAgain = deed;
  if (action === 'activity-not-read' || 'activityNotRead' in after) draft.activityNotRead = true;
  return draft;
}

const seenBlocked = (facts: Facts | undefined): boolean | undefined =>
  typeof facts?.seenBlocked === 'boolean' ? facts.seenBlocked : undefined;

/** When it was over for good, as far as is known; what the vendor's staff did is read only of what has ended. */
export const endOf = ({ facts, closedAgain }: Pick<AttestedGrant, 'facts' | 'closedAgain'>): Date | undefined =>
  closedAgain?.at ?? instantIn(facts, 'endedAt') ?? instantIn(facts, 'activityTo');

/** An instant among the facts of a grant. */
export const instantIn = (facts: Facts, name: string): Date | undefined =>
  typeof facts[name] === 'string' ? new Date(facts[name]) : undefined;

/** Whether a grant was open: `unknown` where what it was before the ledger began still holds. */
type Openness = 'seen' | 'maybe' | 'no' | 'unknown';

export function openness({ seenOpen, maybeOpen, facts }: AttestedGrant): Openness {
  if (seenOpen) return 'seen';
  if (maybeOpen || facts.state === 'opening' || facts.state === 'closing') return 'maybe';
  return facts.state === undefined ? 'unknown' : 'no';
}

/** Whether what the vendor's staff did was read, for the whole time in which it was open or may have been. */
export function activityKnown({ facts, closedAgain }: AttestedGrant): 'all' | 'in-part' | 'no' {
  if (facts.activityReadAt === undefined) return 'no';
  const to = instantIn(facts, 'activityTo');
  return closedAgain === undefined || (to !== undefined && to >= closedAgain.at) ? 'all' : 'in-part';
}

/** How long it was open, in milliseconds; undefined where the ledger does not hold both ends of it. */
export function openMs({ facts, openAfterEnd, endingRecorded }: AttestedGrant): number | undefined {
  const openedAt = instantIn(facts, 'openedAt');
  const endedAt = instantIn(facts, 'endedAt');
  if (openedAt === undefined || endedAt === undefined) return undefined;
  const until = instantIn(facts, 'until');
  // Nothing stays open beyond the end that the provider was given, unless it was seen to hold it after that; which an
  // operator who vouches for the end has taken into account.
  const isEnd = until === undefined || openAfterEnd || endingRecorded !== undefined || endedAt < until;
  const closedAt = isEnd ? endedAt : until;
  return closedAt.getTime() - openedAt.getTime();
}
