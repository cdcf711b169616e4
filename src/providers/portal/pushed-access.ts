import type { Clock } from '../../clock.ts';
import { type AccessType, byRank } from '../../grants/access-types.ts';
import { landsLateWithinMs, secondReadingAfterMs } from '../../grants/policy.ts';
import { wholeSeconds } from '../instants.ts';
import { type AccessReading, ProviderError, type TargetRef } from '../provider.ts';
import type { PortalAttempt, PortalMemory, PortalRecall, PortalTerms } from './memory.ts';
import type { PortalCalls } from './portal-calls.ts';
import { type PortalPush, uses } from './push-schema.ts';
import type { Status } from './status.ts';

/** Ends this near to each other are the same: a portal may round, and goes by its own clock. */
const sameEndMs = 2 * 60_000;
/** For how long after its end access may still be shown. */
const shownAfterEndMs = 60_000;
/** After this long a portal shows what it accepted: when it shows it closed, somebody closed it. */
const shownWithinMs = 2 * 60_000;
/** Access that a person opened, and that is still shown so long after the end it had here, has been opened anew. */
const openedAnewAfterMs = 60 * 60_000;
const closed: AccessReading = { state: 'closed', targetExists: true };

interface PushedAccessOptions {
  readonly push: PortalPush;
  readonly accessTypes: readonly AccessType[];
  readonly longestMs: number;
  readonly calls: PortalCalls;
  readonly memory: PortalMemory;
  readonly clock: Clock;
  readonly newKey: () => string;
}

/**
 * Access that is switched by calls to the portal. What a portal tells is read; what it cannot tell is what it accepted
 * last, and a call without an answer may have opened or closed, until one that is answered.
 */
export class PushedAccess {
  readonly #options: PushedAccessOptions;
  readonly #sendsDuration: boolean;

  constructor(options: PushedAccessOptions) {
    const { open, extend = open } = options.push;
    this.#options = options;
    this.#sendsDuration = [open, extend].some((call) => uses(call, 'durationSeconds'));
  }

  async open(target: TargetRef, type: string, until: Date, signal?: AbortSignal): Promise<void> {
    const { calls, memory, clock, newKey } = this.#options;
    const before = await memory.recall(target.id);
    const terms = { type, until };
    const again = before.attempted?.call === 'open' && isSame(before.attempted.terms, terms) && !this.#sendsDuration;
    const key = again ? before.attempted.key : newKey();
    const name = (await this.#isOpen(target, before, signal)) ? 'extend' : 'open';
    const seconds = Math.ceil((until.getTime() - clock.now().getTime()) / 1_000);
    const values = {
      'target.id': target.id,
      'target.name': target.name,
      type,
      until: wholeSeconds(until),
      untilEpochSeconds: String(Math.floor(until.getTime() / 1_000)),
      durationSeconds: String(Math.max(0, seconds)),
      idempotencyKey: key,
    };
    await this.#attempt(target, before, { call: 'open', terms, key, at: clock.now() }, () =>
      calls.change(name, target, values, { key, signal }),
    );
    await memory.keep(target.id, { accepted: { ...terms, at: clock.now() } });
  }

  async close(target: TargetRef, signal?: AbortSignal): Promise<void> {
    const { calls, memory, clock, newKey, push } = this.#options;
    const before = await memory.recall(target.id);
    const again = before.attempted?.call === 'close';
    const key = again ? before.attempted.key : newKey();
    const values = { 'target.id': target.id, 'target.name': target.name, idempotencyKey: key };
    const attempted: PortalAttempt = { call: 'close', terms: mayBeHeld(before), key, at: clock.now() };
    // There may be nothing to close. Where the portal can be read, that tells; else a try without an answer has closed it.
    const goneIsDone = push.status !== undefined || again;
    await this.#attempt(target, before, attempted, () =>
      calls.change('close', target, values, { key, goneIsDone, signal }),
    );
    await memory.keep(target.id, {});
  }

  /** `toClose`: what may be open counts as open, so that it is closed, and that waits for nothing that cannot be read. */
  async read(
    target: TargetRef,
    { toClose, signal }: { toClose: boolean; signal?: AbortSignal },
  ): Promise<AccessReading> {
    const { memory, calls, push } = this.#options;
    const known = await memory.recall(target.id);
    if (push.status === undefined) return this.#remembered(known, toClose);
    let status: Status;
    try {
      status = await calls.status(push.status, target, signal);
    } catch (error) {
      const held = mayBeHeld(known);
      // Once closing is accepted nothing is known to be held: what cannot be read is never taken for closed.
      if (!toClose || held === undefined || !(error instanceof ProviderError)) throw error;
      return { state: 'open', type: held.type, until: held.until };
    }
    if (status.state === 'open') return this.#seenOpen(target, known, status, toClose);
    await this.#seenClosed(target, known);
    return closed;
  }

  /** Writes an attempt down before it is made, and takes it back when it certainly changed nothing. */
  async #attempt(target: TargetRef, before: PortalRecall, attempted: PortalAttempt, send: () => Promise<void>) {
    const { memory } = this.#options;
    const { shownClosedAt: _, ...others } = before;
    await memory.keep(target.id, { ...others, attempted });
    try {
      await send();
    } catch (error) {
      if (error instanceof ProviderError && error.effect === 'none') await memory.keep(target.id, before);
      throw error;
    }
  }

  async #isOpen(target: TargetRef, { accepted }: PortalRecall, signal?: AbortSignal): Promise<boolean> {
    const { push, calls, clock } = this.#options;
    if (push.extend === undefined) return false;
    if (push.status !== undefined) return (await calls.status(push.status, target, signal)).state === 'open';
    return accepted !== undefined && accepted.until > clock.now();
  }

  #remembered(known: PortalRecall, toClose: boolean): AccessReading {
    const terms = toClose ? mayBeHeld(known) : known.accepted;
    if (terms === undefined || terms.until <= this.#options.clock.now()) return closed;
    return { state: 'open', type: terms.type, until: terms.until };
  }

  async #seenOpen(
    target: TargetRef,
    known: PortalRecall,
    shown: Extract<Status, { state: 'open' }>,
    toClose: boolean,
  ): Promise<AccessReading> {
    const { memory } = this.#options;
    const { shownClosedAt, ...others } = known;
    if (shownClosedAt !== undefined) await memory.replace(target.id, known, others);
    const sent = [known.accepted, known.attempted?.terms].filter((terms) => terms !== undefined);
    const type = shown.type ?? sent[0]?.type ?? this.#widest();
    // The end that was asked for, where the portal shows it as exactly as it can.
    const meant = sent.find((terms) => terms.type === type && isNear(terms.until, shown.until));
    // An end of a while ago that nobody here asked for is left over from what was open before.
    const isLeftOver = meant === undefined && this.#isOver(shown.until, shownAfterEndMs);
    const shownUntil = isLeftOver ? undefined : shown.until;
    const until = meant?.until ?? shownUntil ?? sent[0]?.until ?? this.#foundUntil(known);
    const endsAt = shownUntil ?? until;
    // What may last longer than is known here is not waited for where it is to be closed.
    if (!toClose && this.#isOver(endsAt, 0) && !this.#isOver(endsAt, shownAfterEndMs)) return closed;
    const found = { type, until };
    if (sent.length === 0 && !isSame(known.found, found)) await memory.keepFound(target.id, found);
    return { state: 'open', type, until };
  }

  /** One answer may be wrong, or come from a part of the portal that lags: only what is shown again is believed for good. */
  async #seenClosed(target: TargetRef, known: PortalRecall): Promise<void> {
    const { memory, clock } = this.#options;
    const { accepted, attempted, found, shownClosedAt } = known;
    const attemptCountsMs = attempted?.call === 'open' ? landsLateWithinMs : shownWithinMs;
    if (accepted === undefined && attempted === undefined && found === undefined) return;
    if (!this.#isOver(accepted?.at, shownWithinMs) || !this.#isOver(attempted?.at, attemptCountsMs)) return;
    if (shownClosedAt === undefined) await memory.replace(target.id, known, { ...known, shownClosedAt: clock.now() });
    else if (this.#isOver(shownClosedAt, secondReadingAfterMs)) await memory.replace(target.id, known, {});
  }

  /** Access that a person opened has an end here, if none at the portal. */
  #foundUntil({ found }: PortalRecall): Date {
    const { clock, longestMs } = this.#options;
    const now = clock.now().getTime();
    if (found !== undefined && found.until.getTime() > now - openedAnewAfterMs) return found.until;
    return new Date(Math.floor((now + longestMs) / 1_000) * 1_000);
  }

  /** Whether it is so long ago; what there is not is over. */
  #isOver(since: Date | undefined, ms: number): boolean {
    return since === undefined || this.#options.clock.now().getTime() - since.getTime() >= ms;
  }

  /** What is open without a word of what counts as all that can be. */
  #widest(): string {
    const widest = byRank(this.#options.accessTypes).at(-1);
    if (widest === undefined) throw new Error('A portal without access types');
    return widest.id;
  }
}

/** Of what was accepted, and what was asked for since without an answer, the terms that last longer; else what a person opened. */
const mayBeHeld = ({ accepted, attempted, found }: PortalRecall): PortalTerms | undefined =>
  accepted !== undefined && attempted?.terms !== undefined && attempted.terms.until > accepted.until
    ? attempted.terms
    : (accepted ?? attempted?.terms ?? found);

const isSame = (a: PortalTerms | undefined, b: PortalTerms): boolean =>
  a?.type === b.type && a.until.getTime() === b.until.getTime();

const isNear = (meant: Date, shown: Date | undefined): boolean =>
  shown !== undefined && Math.abs(meant.getTime() - shown.getTime()) <= sameEndMs;
