import assert from 'node:assert/strict';
import type { Reading } from '../../src/grants/calls.ts';
import {
  type Grant,
  type GrantState,
  isLive,
  lastUnansweredCall,
  sameTerms,
  termsInForce,
} from '../../src/grants/grant.ts';
import { hour, isNote, minute, notes } from './grants.ts';

const next: Record<GrantState, readonly GrantState[]> = {
  requested: ['opening', 'denied', 'cancelled', 'lapsed'],
  opening: ['active', 'closing'],
  active: ['closing', 'revoked'],
  closing: ['expired', 'revoked', 'failed'],
  denied: [],
  cancelled: [],
  lapsed: [],
  failed: [],
  expired: [],
  revoked: [],
};

const byKind = (grant: Grant, kind: string) => grant.owed.filter((effect) => effect.kind === kind);

/** What must hold of every write: `before` is absent for a new record, `reading` present when the write records one. */
export function checkWrite(before: Grant | undefined, after: Grant, reading: Reading | undefined, now: Date): void {
  checkRecord(after);
  if (before === undefined) return;
  const name = `${after._id} ${before.state} → ${after.state}`;
  assert.equal(after.rev, before.rev + 1, `${name}: every write is counted`);
  assert.ok(after.version >= before.version, `${name}: the version never goes back`);
  assert.deepEqual(after.history.slice(0, before.history.length), before.history, `${name}: history is only added to`);
  if (after.history.length > before.history.length || after.state !== before.state) {
    assert.ok(after.version > before.version, `${name}: what is recorded is shown`);
    assert.ok(byKind(after, 'render').length > 0, `${name}: a change owes a render`);
  }
  assert.ok(after.state === before.state || next[before.state].includes(after.state), `${name}: no such transition`);
  if (before.state === 'requested' && after.state === 'opening') {
    assert.ok(now < before.lapsesAt, `${name}: nothing is approved after it lapsed`);
    const approvers = new Set(after.approvals.map((approval) => approval.by.slackId));
    assert.ok(approvers.size >= after.approvalsNeeded, `${name}: as many approve as are needed`);
  }
  checkChange(before, after, reading, now);
  checkCalls(before, after, now);
  checkSlot(before, after, reading, now);
  checkNotes(before, after, reading, now);
}

/** What must hold of a record at any time. */
function checkRecord(grant: Grant): void {
  const name = `${grant._id} ${grant.state}`;
  assert.equal(grant.slot !== undefined, isLive(grant), `${name}: what is live holds the slot, and nothing else does`);
  assert.equal(grant.requestSlot !== undefined, grant.state === 'requested', `${name}: open requests hold theirs`);
  if (isLive(grant)) assert.equal(byKind(grant, 'sync').length, 1, `${name}: what is live owes one look`);
  assert.equal(byKind(grant, 'open-deadline').length, grant.state === 'opening' ? 1 : 0, `${name}: deadline`);
  const ends = byKind(grant, 'end').map((effect) => effect.dueAt.getTime());
  assert.deepEqual(
    ends,
    grant.state === 'active' ? [termsInForce(grant)?.until.getTime()] : [],
    `${name}: its end is owed`,
  );
  if (grant.state !== 'active') assert.equal(grant.proposal, undefined, `${name}: only what is open is to be changed`);
  assert.ok(grant.proposal === undefined || grant.applying === undefined, `${name}: one change at a time`);
  const changing = grant.state === 'active' && grant.applying !== undefined;
  assert.equal(byKind(grant, 'change-deadline').length, changing ? 1 : 0, `${name}: a change is given up in time`);
  for (const { dueAt } of byKind(grant, 'remind')) {
    assert.ok(dueAt < (termsInForce(grant)?.until ?? dueAt), `${name}: reminders before the end`);
  }
  if (grant.state !== 'active') assert.equal(byKind(grant, 'remind').length, 0, `${name}: reminders only while active`);
  if (grant.state !== 'requested') {
    assert.equal(byKind(grant, 'lapse').length + byKind(grant, 'nudge').length, 0, `${name}: nothing to ask any more`);
  }
  assert.equal(new Set(grant.owed.map((effect) => effect.id)).size, grant.owed.length, `${name}: ids are unique`);
  for (const [index, entry] of grant.history.entries()) {
    assert.equal(entry.from, grant.history[index - 1]?.to, `${name}: history is a chain at ${entry.action}`);
  }
  assert.equal(grant.history.at(-1)?.to, grant.state, `${name}: history leads to the state`);
  const earliest = Math.min(...grant.owed.map((effect) => effect.dueAt.getTime()));
  const look = grant.lease?.until.getTime() ?? (grant.owed.length === 0 ? undefined : earliest);
  assert.equal(grant.nextDueAt?.getTime(), look, `${name}: somebody looks in time`);
}

/** A change is made by its approvals, in time, and counts once it is seen. */
function checkChange(before: Grant, after: Grant, reading: Reading | undefined, now: Date): void {
  const name = `${after._id} ${before.state} → ${after.state}`;
  const inForce = termsInForce(before);
  if (before.state !== 'active' || after.state !== 'active' || inForce === undefined) return;
  if (before.applying === undefined && after.applying !== undefined) {
    assert.ok(now < inForce.until, `${name}: nothing changes after it ended`);
    assert.equal(after.termsVersion, before.termsVersion + 1, `${name}: new terms are counted`);
    const approvals = after.approvals.filter((approval) => approval.termsVersion === after.termsVersion);
    const approvers = new Set(approvals.map((approval) => approval.by.slackId));
    assert.ok(approvers.size >= after.approvalsNeeded, `${name}: as many approve a change as are needed`);
    assert.ok(before.proposal !== undefined, `${name}: what changes was proposed`);
    assert.ok((after.wanted?.until ?? inForce.until) >= inForce.until, `${name}: a change ends no earlier`);
    assert.ok((after.wanted?.until.getTime() ?? 0) <= now.getTime() + 24 * hour, `${name}: at most a day ahead`);
  }
  const inForceNow = termsInForce(after);
  if (inForceNow !== undefined && !sameTerms(inForceNow, inForce)) {
    assert.ok(reading?.state === 'open', `${name}: terms are in force once they were seen`);
    assert.ok(sameTerms(reading, inForceNow), `${name}: as they were seen`);
    assert.ok(now < inForce.until, `${name}: nothing is extended after it ended`);
  }
}

function checkCalls(before: Grant, after: Grant, now: Date): void {
  for (const call of after.sent.slice(before.sent.length)) {
    if (call.call === 'close') {
      assert.notEqual(after.state, 'active', 'no close of what is to be open');
      continue;
    }
    assert.ok(after.state === 'opening' || after.state === 'active', `no opening call in state ${after.state}`);
    assert.deepEqual(call.terms, after.wanted, 'what is opened is what was decided');
    assert.ok(after.wanted !== undefined && now < after.wanted.until, 'no opening call after the end');
    const { applying } = after;
    if (applying !== undefined) {
      assert.ok(now < applying.before.until, 'no changing call after the end of what was before');
      assert.ok(now.getTime() < applying.at.getTime() + 15 * minute, 'no changing call after 15 minutes');
    }
    const approvedAt = after.approvedAt?.getTime() ?? 0;
    if (after.state === 'opening')
      assert.ok(now.getTime() < approvedAt + 15 * minute, 'no opening call after 15 minutes');
  }
}

function checkSlot(before: Grant, after: Grant, reading: Reading | undefined, now: Date): void {
  if (before.slot === undefined || after.slot !== undefined) return;
  assert.equal(reading?.state, 'closed', 'a slot is freed only by a closed reading');
  const unanswered = lastUnansweredCall(before);
  if (unanswered !== undefined) {
    assert.ok(now.getTime() >= unanswered.at.getTime() + 2 * minute, 'a slot is freed two minutes after a lost call');
  }
}

function checkNotes(before: Grant, after: Grant, reading: Reading | undefined, now: Date): void {
  const known = new Set(before.owed.map((effect) => effect.id));
  for (const { note } of after.owed.filter(isNote).filter((effect) => !known.has(effect.id))) {
    switch (note.type) {
      case 'opened':
        assert.ok(reading?.state === 'open' && after.wanted !== undefined, 'opened: seen before it is announced');
        assert.ok(sameTerms(reading, after.wanted), 'opened: as decided');
        break;
      case 'ended':
      case 'failed':
      case 'landed-late':
        assert.equal(reading?.state, 'closed', `${note.type}: seen before it is announced`);
        break;
      case 'restored':
        assert.ok(reading?.state === 'open' && after.wanted !== undefined, 'restored: seen before it is announced');
        assert.ok(sameTerms(reading, after.wanted), 'restored: as decided');
        break;
      case 'terms-changed':
        assert.ok(reading?.state === 'open' && sameTerms(reading, note.after), 'changed: seen before it is announced');
        assert.deepEqual(note.after, after.wanted, 'changed: as decided');
        break;
      case 'change-not-made':
        assert.deepEqual(
          [after.applying, after.wanted],
          [undefined, note.before],
          'not made: what was before is wanted',
        );
        break;
      case 'reminder':
        assert.deepEqual(note.until, termsInForce(after)?.until, 'a reminder of the end that holds');
        assert.equal(after.state, 'active', 'no reminder of what is not open');
        assert.equal(after.remindersSilencedBy, undefined, 'no reminder that was silenced');
        assert.ok(now < note.until, 'no reminder after the end');
        break;
      case 'waiting':
        assert.equal(after.state, 'requested', 'nobody is asked about what is decided');
        break;
      case 'closing-trouble':
        assert.ok(isLive(after) && after.state !== 'active', 'trouble of what is to be closed');
        break;
      default:
        break;
    }
  }
  const said = (grant: Grant, type: string) => notes(grant).filter((note) => note.type === type).length;
  assert.ok(said(after, 'reminder') <= 1 && said(after, 'waiting') <= 1, 'the same is said once');
}
