import { describe, expect, it } from 'vitest';
import { activityNotRead, openWindow } from '../../src/grants/activity.ts';
import { callAnswered, callMarked } from '../../src/grants/calls.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { recordEnding } from '../../src/grants/record-ending.ts';
import { observed } from '../../src/grants/sync.ts';
import { fireTimers } from '../../src/grants/timers.ts';
import type { LedgerContent } from '../../src/ledger/entry.ts';
import { chained } from '../ledger/ledgers.ts';
import {
  active,
  at,
  calling,
  closed,
  closing,
  hour,
  infrastructure,
  minute,
  open,
  opening,
  requested,
} from '../support/grants.ts';
import { attested, contentsOf, pageOf, read, refused, wholeLife } from './attested.ts';

const told = (contents: readonly LedgerContent[]): string => read(pageOf(contents));
const seesClosed = (grant: Grant, ms: number): Grant => observed(grant, closed, defaultPolicy, at(ms));

/** A call whose answer never came; nobody saw it open before it was given up, or at all. */
function neverSeenOpen(): Grant[] {
  const called = calling();
  const givenUp = fireTimers(called, at(16 * minute));
  const seen = seesClosed(givenUp, hour);
  return [requested(), opening(), called, givenUp, seen];
}

describe('a page tells no more than its ledger', () => {
  it('of an end that only an operator vouched for', () => {
    const revoked = closing();
    const result = recordEnding(revoked, { kind: 'operator', name: 'root' }, 'op-end', at(30 * hour));
    if (!result.ok) throw new Error(result.refusal.code);
    const page = told(contentsOf([requested(), opening(), calling(), active(), revoked, result.doc]));
    expect(page).toContain(
      'Seen open 2026-03-02 09:02\nNot seen closed: ended by 2026-03-02 13:01, as an operator recorded\nOpen for at most 3 h 59 min\nRevoked by Ben\n',
    );
    expect(page).toContain('for at most 3 h 59 min together; the end of 1 was recorded by an operator, not seen. ');
    expect(page).not.toContain('Seen closed');

    const { wanted } = revoked;
    const stillOpen = observed(revoked, open(wanted?.until ?? at(0)), defaultPolicy, at(5 * hour));
    const later = recordEnding(stillOpen, { kind: 'operator', name: 'root' }, 'op-end', at(6 * hour));
    if (!later.ok) throw new Error(later.refusal.code);
    expect(told(contentsOf([requested(), opening(), calling(), active(), revoked, stillOpen, later.doc]))).toContain(
      'ended by 2026-03-02 15:00, as an operator recorded\nOpen for at most 5 h 58 min\n',
    );
  });

  it('of the time before its first entry', () => {
    const begins = 'The ledger begins 2026-03-02 09:00: of what was before that, this page tells nothing.';
    expect(told([refused()])).toContain(begins);
    const before = { ...refused(), at: at(-10 * hour).toISOString() };
    expect(told([before, refused()])).not.toContain('The ledger begins');
    expect(told([])).toContain('The ledger holds no entry: of what was in the period, this page tells nothing.');
  });

  it('of a grant that may have been open, although nobody saw it', () => {
    const page = told(contentsOf(neverSeenOpen()));
    expect(page).toContain('\nNot seen open, but may have been open until 2026-03-02 10:00\n');
    expect(page).toContain('\nDone by staff of MongoDB Atlas: not known, no reading is in the ledger\n');
    expect(page).toContain('1 grant, 0 of them seen open; 1 more may have been open. ');
    expect(told(contentsOf([requested(), opening()]))).toContain(
      '\nNot seen open; may be open, not seen closed by the last entry\n',
    );
  });

  it('but that it was not seen open, where the one call was refused for certain', () => {
    const called = calling();
    const refusedForGood = callAnswered(called, 'open-1', 'refused', at(2 * minute), 'Not possible');
    const page = told(
      contentsOf([requested(), opening(), called, refusedForGood, seesClosed(refusedForGood, 3 * minute)]),
    );
    expect(page).toContain('\nNot seen open\n');
    expect(page).not.toContain('may have been open');
    expect(page).not.toContain('Done by staff');
  });

  it('of a grant that an earlier call opened again after its end', () => {
    const reopened = (versions: Grant[]): LedgerContent[] => {
      const ended = versions.at(-1);
      if (ended?.wanted === undefined) throw new Error('It was not approved');
      const late = callMarked(ended, { call: 'close', late: ended.wanted }, 'close-1', at(6 * hour));
      const answered = callAnswered(late, 'close-1', 'done', at(6 * hour));
      return contentsOf([...versions, late, seesClosed(answered, 7 * hour)]);
    };
    expect(told(reopened(wholeLife()))).toContain(
      '\nOpen again by an earlier call, seen closed again 2026-03-02 16:00\n',
    );
    expect(told(reopened(wholeLife()))).toContain(
      '\nDone by staff of MongoDB Atlas: nothing recorded, read 2026-03-02 13:01; not known for when it was open again\n',
    );
    expect(told(reopened(wholeLife()))).toContain('its own staff, for 1 of them this is not known. ');
    const contents = reopened(neverSeenOpen());
    expect(told(contents)).toContain('\nNot seen open, but may have been open until 2026-03-02 16:00\n');
    const within = (fromMs: number): number =>
      attested(chained(contents), { from: at(fromMs), to: at(10 * hour) }).grants.length;
    expect([within(6 * hour), within(8 * hour)]).toEqual([1, 0]);
  });

  it('of a grant that was open before its first entry', () => {
    const contents = contentsOf(wholeLife());
    const page = told(contents.slice(3));
    expect(page).toContain(
      '\nAsked for before the ledger began\nSeen open; since when is not in the ledger\nSeen closed 2026-03-02 13:01\nEnded by itself\n',
    );
    expect(page).toContain('1 grant, 1 of them seen open; of 1 how long is not in the ledger. ');
    const approvedOnly = contents.slice(1, 2);
    expect(told(approvedOnly)).toContain('\nNot seen open since the ledger began; may be open, not seen closed');
    const last = contents.slice(-1);
    expect(told(last)).toContain('\nWhether it was open is not in the ledger\nDone by staff of MongoDB Atlas: nothing');
    expect(attested(chained(last), { from: at(5 * hour), to: at(6 * hour) }).grants).toEqual([]);
  });

  it('of what staff did, where that was not read', () => {
    const ended = wholeLife().slice(0, -1);
    const unread = told(contentsOf(ended));
    expect(unread).toContain('\nDone by staff of MongoDB Atlas: not known, no reading is in the ledger\n');
    expect(unread).toContain(
      'For 0 of them MongoDB Atlas recorded actions of its own staff, for 1 of them this is not known. ',
    );
    const grant = ended.at(-1);
    const window = grant && openWindow(grant);
    if (grant === undefined || window === undefined) throw new Error('It was open');
    const inVain = activityNotRead(grant, window, { message: 'No access' }, at(30 * hour));
    expect(told(contentsOf([...ended, inVain]))).toContain(
      '\nDone by staff of MongoDB Atlas: not known, it could not be read so far\n',
    );
    const denied = told(contentsOf([requested({ type: infrastructure })]));
    expect(denied).not.toContain('Done by staff');
    expect(denied).not.toContain('own staff, for');
  });

  it('of a signature that nobody has checked', () => {
    const signed = (signatures: 'checked' | 'not-checked') => read(pageOf([refused()], { signatures }));
    expect(signed('not-checked')).toContain(
      'by Ed25519; not checked while this page was made: the last command below checks it\n',
    );
    expect(signed('checked')).toContain('by Ed25519; checked, as every signature in the ledger, by the public key');
  });
});
