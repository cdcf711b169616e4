import type { Clock } from '../../clock.ts';
import { type AccessType, byRank } from '../../grants/access-types.ts';
import { wholeSeconds } from '../instants.ts';
import { type AccessReading, ProviderError, type TargetRef } from '../provider.ts';
import { templatesIn } from './bodies.ts';
import type { PortalAttempt, PortalMemory, PortalRecall, PortalTerms } from './memory.ts';
import type { PortalCalls } from './portal-calls.ts';
import type { ChangeTemplate, PortalPush } from './push-schema.ts';
import type { Status } from './status.ts';
import type { Placeholder } from './templates.ts';

/** Ends this near to each other are the same: a portal may round, and goes by its own clock. */
const sameEndMs = 2 * 60_000;
/** For how long after its end access may still be shown. */
const shownAfterEndMs = 60_000;
/** After this long a portal shows what it accepted: when it shows it closed, somebody closed it. */
const shownWithinMs = 2 * 60_000;
/** Access without an end that is still shown so long after the end it was given here has been opened anew. */
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
  /** Whether the portal is given an end, and so ends access by itself. */
  readonly #endsByItself: boolean;
  readonly #sendsDuration: boolean;

  constructor(options: PushedAccessOptions) {
    const { open, extend = open } = options.push;
    this.#options = options;
    this.#sendsDuration = [open, extend].some((call) => uses(call, 'durationSeconds'));
    this.#endsByItself = [open, extend].every((call) => uses(call, 'until', 'untilEpochSeconds', 'durationSeconds'));
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
    await this.#attempt(target, before, { call: 'open', terms, key }, () =>
      calls.change(name, target, values, key, signal),
    );
    await memory.keep(target.id, { accepted: { ...terms, at: clock.now() } });
  }

  async close(target: TargetRef, signal?: AbortSignal): Promise<void> {
    const { calls, memory, newKey, push } = this.#options;
    const before = await memory.recall(target.id);
    const key = before.attempted?.call === 'close' ? before.attempted.key : newKey();
    const values = { 'target.id': target.id, 'target.name': target.name, idempotencyKey: key };
    const terms = mayBeHeld(before);
    await this.#attempt(target, before, { call: 'close', terms, key }, async () => {
      try {
        await calls.change('close', target, values, key, signal);
      } catch (error) {
        // There may be nothing to close; where the portal can be read, that tells.
        if (push.status === undefined || !(error instanceof ProviderError) || error.code !== 'not-found') throw error;
      }
    });
    await memory.keep(target.id, {});
  }

  /** `toClose`: what may be open counts as open, so that it is closed. */
  async read(
    target: TargetRef,
    { toClose, signal }: { toClose: boolean; signal?: AbortSignal },
  ): Promise<AccessReading> {
    const { memory, calls, push } = this.#options;
    const known = await memory.recall(target.id);
    if (push.status === undefined) return this.#remembered(known, toClose);
    const status = await calls.status(push.status, target, signal);
    if (status.state === 'open') return this.#seenOpen(target, known, status);
    const { accepted } = known;
    if (accepted !== undefined && this.#settled(accepted.at)) await memory.forgetAccepted(target.id, accepted.at);
    return closed;
  }

  /** Writes an attempt down before it is made, and takes it back when it certainly changed nothing. */
  async #attempt(target: TargetRef, before: PortalRecall, attempted: PortalAttempt, send: () => Promise<void>) {
    const { memory } = this.#options;
    await memory.keep(target.id, { ...before, attempted });
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
    if (terms === undefined) return closed;
    const isOver = this.#endsByItself && terms.until <= this.#options.clock.now();
    return isOver ? closed : { state: 'open', type: terms.type, until: terms.until };
  }

  async #seenOpen(
    target: TargetRef,
    known: PortalRecall,
    { type: shownType, until: shownUntil }: Extract<Status, { state: 'open' }>,
  ): Promise<AccessReading> {
    const { accepted, attempted } = known;
    const sent = [accepted, attempted?.terms].filter((terms) => terms !== undefined);
    const type = shownType ?? sent[0]?.type ?? this.#widest();
    const until =
      shownUntil === undefined
        ? (sent[0]?.until ?? (await this.#foundUntil(target, known)))
        : this.#endOf(
            shownUntil,
            sent.filter((terms) => terms.type === type),
          );
    const endsAt = shownUntil ?? (this.#endsByItself ? until : undefined);
    const now = this.#options.clock.now().getTime();
    const isEnding = endsAt !== undefined && endsAt.getTime() <= now && now - endsAt.getTime() < shownAfterEndMs;
    return isEnding ? closed : { state: 'open', type, until };
  }

  /** The end that was asked for, where the portal shows it as exactly as it can, or goes by one of its own. */
  #endOf(shown: Date, sent: readonly PortalTerms[]): Date {
    const meant = sent.find(({ until }) => Math.abs(until.getTime() - shown.getTime()) <= sameEndMs);
    if (meant !== undefined) return meant.until;
    const own = this.#endsByItself ? undefined : sent.find(({ until }) => until < shown);
    return own?.until ?? shown;
  }

  /** Access that a person opened has an end here, if none at the portal. */
  async #foundUntil(target: TargetRef, { foundUntil }: PortalRecall): Promise<Date> {
    const { clock, longestMs, memory } = this.#options;
    const now = clock.now().getTime();
    if (foundUntil !== undefined && foundUntil.getTime() > now - openedAnewAfterMs) return foundUntil;
    const until = new Date(Math.floor((now + longestMs) / 1_000) * 1_000);
    await memory.keepFound(target.id, until);
    return until;
  }

  #settled(at: Date): boolean {
    return this.#options.clock.now().getTime() - at.getTime() >= shownWithinMs;
  }

  /** What is open without a word of what counts as all that can be. */
  #widest(): string {
    const widest = byRank(this.#options.accessTypes).at(-1);
    if (widest === undefined) throw new Error('A portal without access types');
    return widest.id;
  }
}

const uses = ({ url, json, form }: ChangeTemplate, ...names: Placeholder[]): boolean =>
  [url, ...(json === undefined ? [] : templatesIn(json)), ...Object.values(form ?? {})].some((one) =>
    one.uses(...names),
  );

/** Of what was accepted, and what was asked for since without an answer, the terms that last longer. */
const mayBeHeld = ({ accepted, attempted }: PortalRecall): PortalTerms | undefined =>
  accepted !== undefined && attempted?.terms !== undefined && attempted.terms.until > accepted.until
    ? attempted.terms
    : (accepted ?? attempted?.terms);

const isSame = (a: PortalTerms | undefined, b: PortalTerms): boolean =>
  a?.type === b.type && a.until.getTime() === b.until.getTime();
