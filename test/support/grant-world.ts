import assert from 'node:assert/strict';
import { activityRead, openWindow } from '../../src/grants/activity.ts';
import { callAnswered, callMarked, type PlannedCall, planCall, type Reading } from '../../src/grants/calls.ts';
import { approveChange, cancelChange, denyChange, proposeChange } from '../../src/grants/change.ts';
import { approve, approveNarrowed, cancel, deny, revoke, silenceReminders } from '../../src/grants/decide.ts';
import { type AccessTerms, type Grant, isLive, type PersonActor } from '../../src/grants/grant.ts';
import type { GrantResult } from '../../src/grants/grant-refusals.ts';
import { claimed, dueEffects, oweOnce, sealed, withoutEffect } from '../../src/grants/owed.ts';
import type { Policy } from '../../src/grants/policy.ts';
import { newRequest } from '../../src/grants/request.ts';
import { observed, syncFailed, verifiedByAnother } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import { checkWrite } from './grant-invariants.ts';
import { ada, ben, cleo, hour, infrastructure, logs, requestOf, second } from './grants.ts';

const people: readonly PersonActor[] = [ada, ben, cleo];
const targets = ['p1/web', 'p1/billing'];
const types = [logs, infrastructure];
const narrowFirst = types.map((id) => ({ id, needsBlock: false }));

/** What becomes of a changing call: what its caller hears, and when it takes effect, if ever. */
interface Fate {
  readonly answer: 'done' | 'refused' | 'refused-for-good' | 'lost';
  readonly landsAfterMs?: number;
}

/** How one attempt at a sync goes. */
export interface AttemptFate {
  readonly readFails: boolean;
  readonly readBackFails: boolean;
  readonly call: Fate;
  readonly diesBefore?: 'call' | 'answer' | 'result';
  /** How long the reading, the call and the reading back take each. */
  readonly stepMs: number;
  /** What others do between the reading and the mark, and during the call. */
  readonly meanwhile: readonly Deed[];
}

/** What somebody does: to the record that `pick` counts to, or to a target. */
export type Deed =
  | { readonly kind: 'approve' | 'deny' | 'cancel' | 'revoke' | 'silence'; readonly who: number; readonly pick: number }
  | {
      readonly kind: 'approve-change' | 'deny-change' | 'cancel-change';
      readonly who: number;
      readonly pick: number;
    }
  | ({ readonly kind: 'propose' | 'narrow'; readonly who: number; readonly pick: number } & Terms)
  /** A change that everybody approves at once. */
  | ({ readonly kind: 'change'; readonly pick: number } & Terms)
  | {
      readonly kind: 'outside';
      readonly target: number;
      readonly opens?: { readonly type: number; readonly forMs: number };
    };

interface Terms {
  readonly type: number;
  /** Absent for an end that stays. */
  readonly forMs?: number;
}

interface Asked {
  readonly who: number;
  readonly target: number;
  readonly type: number;
  readonly forMs: number;
}

export type Step =
  | Deed
  | ({ readonly kind: 'request' } & Asked)
  /** A request that everybody approves at once. */
  | ({ readonly kind: 'grant' } & Asked)
  | { readonly kind: 'replay'; readonly pick: number }
  | { readonly kind: 'pass'; readonly ms: number }
  /** A process works off what is due; `slack` says whether Slack takes what is posted. */
  | { readonly kind: 'sweep'; readonly attempts: readonly AttemptFate[]; readonly slack: boolean };

export const healthy: AttemptFate = {
  readFails: false,
  readBackFails: false,
  call: { answer: 'done', landsAfterMs: 0 },
  stepMs: 0,
  meanwhile: [],
};

interface Landing {
  readonly atMs: number;
  readonly target: string;
  readonly holds: AccessTerms | undefined;
}

/**
 * Records in a store with unique slots, a provider that answers, refuses, loses calls and lets them land late, processes
 * that die, and people. Every write is checked against the invariants.
 */
export class GrantWorld {
  readonly records = new Map<string, Grant>();
  nowMs = Date.UTC(2026, 2, 2, 9);
  readonly #policy: Policy;
  readonly #held = new Map<string, AccessTerms>();
  #landings: Landing[] = [];
  /** Everything that succeeded, to be done again by a payload that comes twice. */
  readonly #done: (() => void)[] = [];
  #count = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  get now(): Date {
    return new Date(this.nowMs);
  }

  step(step: Step): void {
    switch (step.kind) {
      case 'request':
        this.#request(step);
        break;
      case 'grant':
        this.#request(step);
        for (const who of people.keys()) this.#deed({ kind: 'approve', who, pick: 0 });
        break;
      case 'replay':
        this.#done[step.pick % Math.max(1, this.#done.length)]?.();
        break;
      case 'pass':
        this.pass(step.ms);
        break;
      case 'sweep':
        this.sweep(step.attempts, step.slack);
        break;
      default:
        this.#deed(step);
    }
  }

  /** Time goes on: calls land and grants run out at the provider, each at its instant. */
  pass(ms: number): void {
    this.nowMs += ms;
    const landed = this.#landings.filter((landing) => landing.atMs <= this.nowMs).sort((a, b) => a.atMs - b.atMs);
    this.#landings = this.#landings.filter((landing) => landing.atMs > this.nowMs);
    for (const { target, holds } of landed) this.#hold(target, holds);
    for (const [target, terms] of this.#held) if (terms.until <= this.now) this.#held.delete(target);
  }

  sweep(attempts: readonly AttemptFate[], slack: boolean): void {
    const due = [...this.records.values()].filter(
      (grant) => grant.nextDueAt !== undefined && grant.nextDueAt <= this.now,
    );
    for (const [index, grant] of due.entries())
      this.#work(grant._id, attempts[index % attempts.length] ?? healthy, slack);
  }

  /** When somebody has to look next. */
  nextDue(): number | undefined {
    const times = [...this.records.values()].flatMap((grant) => grant.nextDueAt?.getTime() ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What the provider shows of a target. */
  read(target: string): Reading {
    const terms = this.#held.get(target);
    return terms === undefined ? { state: 'closed', targetExists: true } : { state: 'open', ...terms };
  }

  open(): [target: string, terms: AccessTerms][] {
    return [...this.#held];
  }

  #hold(target: string, terms: AccessTerms | undefined): void {
    if (terms !== undefined && terms.until > this.now) this.#held.set(target, terms);
    else this.#held.delete(target);
  }

  #request({ who, target, type, forMs }: Asked): void {
    const id = targets[target] ?? '';
    const request = requestOf({
      operationId: `op-${this.#count++}`,
      target: { ...requestOf().target, id },
      type: types[type] ?? '',
      durationMs: forMs,
      by: people[who] ?? ada,
    });
    const insert = (): boolean => {
      const grant = sealed(newRequest(request, this.#policy, this.now));
      if (this.records.has(grant._id) || this.#taken(grant)) return false;
      checkWrite(undefined, grant, undefined, this.now);
      this.records.set(grant._id, grant);
      return true;
    };
    if (insert()) this.#done.push(() => assert.equal(insert(), false, 'a replayed request makes nothing new'));
  }

  #deed(deed: Deed): void {
    if (deed.kind === 'outside') {
      const until = new Date(this.nowMs - (this.nowMs % second) + (deed.opens?.forMs ?? 0));
      const opened = deed.opens && { type: types[deed.opens.type] ?? '', until };
      this.#hold(targets[deed.target] ?? '', opened);
      return;
    }
    if (deed.kind === 'change') {
      const { pick, type, forMs } = deed;
      this.#deed({ kind: 'propose', who: 0, pick, type, forMs });
      for (const who of people.keys()) this.#deed({ kind: 'approve-change', who, pick });
      return;
    }
    // Mostly what the deed is about, newest first, but any record may be named.
    const all = [...this.records.values()].reverse();
    const about = all.filter((grant) => (aboutRequests.includes(deed.kind) ? isOpen(grant) : isLive(grant)));
    const choice = [...about, ...about, ...all];
    const grant = choice[deed.pick % Math.max(1, choice.length)];
    if (grant === undefined) return;
    const operationId = `op-${this.#count++}`;
    const decide = (doc: Grant): GrantResult => {
      const decision = { actor: people[deed.who] ?? ada, operationId, basis: 'fresh', now: this.now } as const;
      switch (deed.kind) {
        case 'approve':
          return approve(doc, decision, { termsVersion: doc.termsVersion, type: { needsBlock: false }, blocked: true });
        case 'narrow': {
          const { durationMs } = doc.terms;
          const terms = { type: types[deed.type] ?? '', durationMs: deed.forMs ?? durationMs };
          const context = { termsVersion: doc.termsVersion, terms, types: narrowFirst, blocked: true, word: '' };
          return approveNarrowed(doc, decision, context);
        }
        case 'propose':
          return proposeChange(doc, decision, { type: types[deed.type] ?? '', durationMs: deed.forMs });
        case 'approve-change':
          return approveChange(doc, decision, { number: doc.proposal?.number ?? 0, types: narrowFirst, blocked: true });
        case 'deny-change':
          return denyChange(doc, decision, doc.proposal?.number ?? 0, 'No');
        case 'cancel-change':
          return cancelChange(doc, decision, doc.proposal?.number ?? 0);
        case 'deny':
          return deny(doc, decision, 'No');
        case 'cancel':
          return cancel(doc, decision);
        case 'revoke':
          return revoke(doc, decision);
        case 'silence':
          return silenceReminders(doc, decision);
      }
    };
    const result = decide(grant);
    if (!result.ok || result.replayed === true) return;
    if (this.#write(grant._id, () => result.doc) === undefined) return;
    this.#done.push(() => {
      const doc = this.#get(grant._id);
      assert.deepEqual(decide(doc), { ok: true, doc, replayed: true }, 'a replayed operation recognises itself');
    });
  }

  #get(id: string): Grant {
    const grant = this.records.get(id);
    assert.ok(grant);
    return grant;
  }

  #taken(grant: Grant): boolean {
    return [...this.records.values()].some(
      (other) =>
        other._id !== grant._id &&
        ((grant.slot !== undefined && other.slot === grant.slot) ||
          (grant.requestSlot !== undefined && other.requestSlot === grant.requestSlot)),
    );
  }

  /** One conditional write; undefined when a unique index refuses it. */
  #write(id: string, change: (doc: Grant) => Grant, reading?: Reading): Grant | undefined {
    const before = this.#get(id);
    const changed = change(before);
    if (changed === before) return before;
    const after = sealed(changed);
    if (this.#taken(after)) return undefined;
    checkWrite(before, after, reading, this.now);
    this.records.set(id, after);
    return after;
  }

  #work(id: string, fate: AttemptFate, slack: boolean): void {
    const lease = { token: `t-${this.#count++}`, until: new Date(this.nowMs + 30 * second) };
    const mine = claimed(this.#get(id), lease, this.now);
    if (mine === undefined) return;
    const held = this.#write(id, () => fireTimers(mine, this.now));
    assert.ok(held, 'time takes no slot');
    if (dueEffects(held, this.now).some((effect) => effect.kind === 'sync') && !this.#sync(held, fate)) return;
    this.#write(id, (doc) => {
      const posted = dueEffects(doc, this.now).filter(({ kind }) =>
        ['render', 'note', 'own-end', 'receipt'].includes(kind),
      );
      const left = slack ? posted.reduce((rest, effect) => withoutEffect(rest, effect.id), doc) : doc;
      return { ...this.#activityRead(left), lease: undefined };
    });
  }

  /** The vendor recorded nothing of its own staff. */
  #activityRead(doc: Grant): Grant {
    const window = openWindow(doc);
    const isDue = dueEffects(doc, this.now).some(({ kind }) => kind === 'activity');
    return window === undefined || !isDue ? doc : activityRead(doc, window, [], this.now);
  }

  /** One attempt, in the order that it is made in; false when the process died. */
  #sync(grant: Grant, fate: AttemptFate): boolean {
    const siblings = this.#siblings(grant);
    const holder = siblings.find(isLive);
    if (!isLive(grant) && holder !== undefined) {
      this.#write(holder._id, (doc) => oweOnce(doc, { kind: 'sync', dueAt: this.now }));
      this.#write(grant._id, (doc) => verifiedByAnother(doc, this.now));
      return true;
    }
    if (fate.readFails) return this.#failed(grant._id);
    const reading = this.read(grant.target.id);
    this.#elapse(fate, 0);
    const planned = planCall(grant, reading, siblings, this.now);
    if (planned === undefined) return this.#seen(grant, reading);
    const callId = `call-${this.#count++}`;
    const current = this.#get(grant._id);
    if (!sameDecision(current, grant)) return true;
    const marked = this.#write(grant._id, (doc) => callMarked(doc, planned, callId, this.now));
    if (marked === undefined) return true;
    if (fate.diesBefore === 'call') return false;
    this.#call(grant.target.id, planned, fate.call);
    this.#elapse(fate, 1);
    if (fate.diesBefore === 'answer') return false;
    if (fate.call.answer === 'lost') return this.#failed(grant._id);
    const refused = fate.call.answer !== 'done';
    const reason = fate.call.answer === 'refused-for-good' ? 'The cluster is paused.' : undefined;
    this.#write(grant._id, (doc) => callAnswered(doc, callId, refused ? 'refused' : 'done', this.now, reason));
    if (refused) return this.#failed(grant._id);
    if (fate.readBackFails) return this.#failed(grant._id);
    const after = this.read(grant.target.id);
    this.#elapse(fate, 2);
    if (fate.diesBefore === 'result') return false;
    return this.#seen(marked, after);
  }

  #siblings(grant: Grant): Grant[] {
    const since = new Date(this.nowMs - 26 * hour);
    return [...this.records.values()]
      .filter((other) => other._id !== grant._id && other.target.id === grant.target.id)
      .filter((other) => other.approvedAt !== undefined && other.approvedAt >= since);
  }

  #elapse(fate: AttemptFate, part: number): void {
    const deed = fate.meanwhile[part];
    if (deed !== undefined) this.#deed(deed);
    this.pass(fate.stepMs);
  }

  #call(target: string, planned: PlannedCall, fate: Fate): void {
    if (fate.answer === 'refused' || fate.answer === 'refused-for-good' || fate.landsAfterMs === undefined) return;
    const holds = planned.call === 'open' ? planned.terms : undefined;
    if (fate.landsAfterMs === 0) this.#hold(target, holds);
    else this.#landings.push({ atMs: this.nowMs + fate.landsAfterMs, target, holds });
  }

  #failed(id: string): boolean {
    const problem = { code: 'unavailable', message: 'The provider did not answer.' };
    this.#write(id, (doc) => syncFailed(doc, problem, new Date(this.nowMs + 20 * second), this.now));
    return true;
  }

  /** A reading says nothing about a decision that came after it. */
  #seen(grant: Grant, reading: Reading): boolean {
    const change = (doc: Grant): Grant =>
      sameDecision(doc, grant) ? observed(doc, reading, this.#policy, this.now) : doc;
    assert.ok(this.#write(grant._id, change, reading), 'what is seen takes no slot');
    return true;
  }
}

const aboutRequests: readonly Deed['kind'][] = ['approve', 'narrow', 'deny', 'cancel'];

const isOpen = (grant: Grant): boolean => grant.state === 'requested';

const sameDecision = (doc: Grant, grant: Grant): boolean =>
  doc.state === grant.state &&
  doc.sent.length === grant.sent.length &&
  doc.wanted?.type === grant.wanted?.type &&
  doc.wanted?.until.getTime() === grant.wanted?.until.getTime();
