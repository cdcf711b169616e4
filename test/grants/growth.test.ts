import { BSON } from 'mongodb';
import { expect, it } from 'vitest';
import { callAnswered, callMarked } from '../../src/grants/calls.ts';
import { approveChange, denyChange, proposeChange } from '../../src/grants/change.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { entriesAdded, entriesToMove, withoutHistoryBefore } from '../../src/grants/moved-history.ts';
import { withoutKinds } from '../../src/grants/owed.ts';
import { defaultPolicy } from '../../src/grants/policy.ts';
import { observed } from '../../src/grants/sync.ts';
import { active, ada, at, decision, done, hour, logs, minute, wantedBy } from '../support/grants.ts';

/** Slack takes 3,000 characters in a field; these are the ones that take the most room. */
const longest = '\u{1F525}'.repeat(1_500);
const megabyte = 1_000_000;

/** What the store does after a write: oldest entries go to a collection of their own. */
function stored(before: Grant, after: Grant, moved: Grant['history'][number][], recorded: { count: number }): Grant {
  recorded.count += entriesAdded(before, after).length;
  const count = entriesToMove(after);
  if (count === 0) return after;
  moved.push(...after.history.slice(0, count));
  return withoutHistoryBefore(after, (after.historyMoved ?? 0) + count);
}

it('a grant that is extended 10,000 times, with a change denied at length each time, stays small', {
  timeout: 60_000,
}, () => {
  let grant = active({ reason: longest, type: logs });
  const moved: Grant['history'][number][] = [];
  const recorded = { count: grant.history.length };
  let largest = 0;
  const write = (after: Grant): void => {
    grant = stored(grant, after, moved, recorded);
  };
  for (let times = 1; times <= 10_000; times++) {
    const ms = times * 5 * minute;
    const by = decision(ms, { actor: ada, operationId: `deny-${times}` });
    write(done(proposeChange(grant, { ...by, operationId: `ask-${times}` }, { type: logs, durationMs: 24 * hour })));
    write(done(denyChange(grant, by, grant.proposal?.number ?? 0, longest)));
    const again = { type: logs, durationMs: 24 * hour };
    write(done(proposeChange(grant, { ...by, operationId: `again-${times}` }, again)));
    const context = { number: grant.proposal?.number ?? 0, types: [{ id: logs, needsBlock: false }], blocked: true };
    write(done(approveChange(grant, decision(ms, { operationId: `approve-${times}` }), context)));
    if (grant.wanted === undefined) throw new Error('It is open');
    // Every call may be one that answers others.
    const answers = [`lost-${times}`];
    write(callMarked(grant, { call: 'open', terms: grant.wanted, answers }, `call-${times}`, at(ms)));
    write(callAnswered(grant, `call-${times}`, 'done', at(ms)));
    write(observed(grant, wantedBy(grant), defaultPolicy, at(ms)));
    // Slack takes what is said.
    write(withoutKinds(grant, 'note', 'render'));
    if (times % 100 === 0) largest = Math.max(largest, BSON.calculateObjectSize(grant));
  }
  expect(grant).toMatchObject({ state: 'active', proposals: 20_000 });
  // MongoDB takes 16 MB a document.
  expect(largest).toBeLessThan(3 * megabyte);
  expect(moved.length + grant.history.length).toBe(recorded.count);
  const places = [...moved, ...grant.history];
  expect(places.every((entry, index) => entry.from === places[index - 1]?.to)).toBe(true);
  expect(new Set(places.map(({ operationId, action }) => operationId ?? action)).size).toBeGreaterThan(40_000);
});
