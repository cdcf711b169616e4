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
  /** The provider was seen to hold it although its end had come. */
  readonly openAfterEnd: boolean;
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
  openAfterEnd: boolean;
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
    const within = deed.at >= this.#from && deed.at < this.#to;
    if (within && (kind === 'attempt' || isException(deed.action) || isLateEnding(deed))) this.#exceptions.push(deed);
    if (kind === 'grant') this.#grants.set(id, drafted(this.#grants.get(id), deed));
    if (kind === 'organization' || kind === 'identity') {
      if (seenBlocked(deed.before) !== seenBlocked(deed.after)) this.#postures.push(deed);
      else if (within && !isException(deed.action)) this.#settings.push(deed);
    }
  }

  /** `blocked`: what the organization was last seen to be, where the ledger holds no change of it. */
  finished(blocked: boolean | undefined): Attestation {
    const from = this.#from;
    const to = this.#to;
    const grants = [...this.#grants]
      .filter(([, { firstAt, facts }]) => firstAt < to && (facts.endedAt === undefined || endOf(facts) >= from))
      .map(([id, { firstAt, ...grant }]) => ({ id, ...grant }));
    return {
      from,
      to,
      grants,
      exceptions: this.#exceptions,
      settings: this.#settings,
      postures: this.#postures.filter(({ at }) => at >= from && at < to),
      postureBefore: this.#postureAt(from, blocked),
      postureAfter: this.#postureAt(to, blocked),
      signed: this.#signed,
    };
  }

  #postureAt(instant: Date, blocked: boolean | undefined): Posture {
    const last = this.#postures.findLast(({ at }) => at < instant);
    if (last !== undefined) return { blocked: seenBlocked(last.after), sequence: last.sequence };
    const next = this.#postures.find(({ at }) => at >= instant);
    return next === undefined ? { blocked } : { blocked: seenBlocked(next.before), sequence: next.sequence };
  }
}

function deedOf({ sequence, at, actor, action, detail, subject, before, after }: LedgerEntry): Deed {
  return { sequence, at: new Date(at), by: actor, action, detail, target: subject.target, before, after };
}

function drafted(known: Draft | undefined, deed: Deed): Draft {
  const draft: Draft = known ?? {
    approvals: [],
    facts: {},
    openAfterEnd: false,
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
  if (isLateEnding(deed)) draft.openAfterEnd = true;
  return draft;
}

const seenBlocked = (facts: Facts | undefined): boolean | undefined =>
  typeof facts?.seenBlocked === 'boolean' ? facts.seenBlocked : undefined;

const endOf = ({ endedAt }: Facts): Date => new Date(String(endedAt));

/** An instant among the facts of a grant. */
export const instantIn = (facts: Facts, name: string): Date | undefined =>
  typeof facts[name] === 'string' ? new Date(facts[name]) : undefined;

/** How long it was open, in milliseconds; undefined where it was not seen open, or has not ended. */
export function openMs({ facts, openAfterEnd }: Pick<AttestedGrant, 'facts' | 'openAfterEnd'>): number | undefined {
  const openedAt = instantIn(facts, 'openedAt');
  const endedAt = instantIn(facts, 'endedAt');
  if (openedAt === undefined || endedAt === undefined) return undefined;
  const until = instantIn(facts, 'until');
  // Nothing stays open beyond the end that the provider was given, unless it was seen to hold it after that.
  const closedAt = until === undefined || openAfterEnd || endedAt < until ? endedAt : until;
  return closedAt.getTime() - openedAt.getTime();
}
