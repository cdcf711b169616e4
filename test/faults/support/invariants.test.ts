import { describe, expect, it } from 'vitest';
import type { Grant, HistoryEntry } from '../../../src/grants/grant.ts';
import { inState } from '../../support/grants.ts';
import { violations } from './invariants.ts';
import type { World } from './world.ts';

const minute = 60_000;

/** A grant that was asked for, approved, seen open, revoked and seen closed, with everything in its place. */
function healthy(): World {
  const ended = inState('revoked');
  const grant: Grant = {
    ...ended,
    owed: [],
    nextDueAt: undefined,
    lease: undefined,
    message: { channel: 'C1', ts: '1.1', renderedVersion: ended.version },
  };
  const { wanted, approvedAt, closing, _id, target } = grant;
  if (wanted === undefined || approvedAt === undefined || closing === undefined) throw new Error('It never opened');
  const at = (entry: HistoryEntry) => ({ grantId: _id, action: entry.action, at: entry.at.toISOString() });
  const note = (number: number, text: string) => ({
    channel: 'C1',
    ts: `1.${number}`,
    threadTs: '1.1',
    effectId: `${_id}:e${number}`,
    text,
    at: closing.at,
  });
  return {
    now: new Date(closing.at.getTime() + 60 * minute),
    grants: [grant],
    held: [
      { targetId: target.id, at: approvedAt, terms: wanted },
      { targetId: target.id, at: closing.at },
    ],
    posts: [
      { channel: 'C1', ts: '1.1', effectId: `${_id}:e1`, text: 'Ada asks', at: approvedAt },
      note(2, `${target.name} is open to MongoDB support`),
      note(3, `Ben revoked support access to ${target.name}`),
    ],
    standing: new Map([['1.1', `Ben revoked support access to ${target.name}`]]),
    deeds: [],
    audit: grant.history.map(at),
    deaths: [],
    latestMs: () => 40_000,
  };
}

/** The same with its one grant changed. */
function withGrant(change: (grant: Grant) => Partial<Grant>): World {
  const world = healthy();
  return { ...world, grants: world.grants.map((grant) => ({ ...grant, ...change(grant) })) };
}

const later = (at: Date | undefined, ms: number): Date => new Date(Number(at) + ms);

describe('the invariants of a fault run', () => {
  it('hold where everything is in its place', () => {
    expect(violations(healthy())).toEqual([]);
  });

  const broken: readonly (readonly [what: string, world: () => World, told: RegExp])[] = [
    [
      'a decision that stands twice',
      () => withGrant(({ history }) => ({ history: [...history.slice(0, 2), ...history.slice(1)] })),
      /history is a chain/,
    ],
    [
      'something that an ended grant still owes',
      () => withGrant(() => ({ owed: [{ id: 'e9', kind: 'sync', dueAt: new Date(0), attempts: 0 }] })),
      /what has ended owes nothing, not sync/,
    ],
    [
      'an ended grant that holds its slot',
      () => withGrant(() => ({ slot: 'o1:p1/web' })),
      /what is live holds the slot/,
    ],
    [
      'two live grants of a target',
      () => {
        const world = healthy();
        const live = inState('active');
        return { ...world, grants: [live, { ...live, _id: `${live._id}-2` }] };
      },
      /two live grants/,
    ],
    [
      'access that nobody asked for',
      () => {
        const world = healthy();
        const terms = { type: 'CLUSTER_INFRASTRUCTURE', until: later(world.now, -minute) };
        return { ...world, held: [...world.held, { targetId: 'p9/other', at: later(terms.until, -minute), terms }] };
      },
      /p9\/other .*nobody here asked for it/,
    ],
    [
      'access before its approval',
      () => {
        const world = healthy();
        return { ...world, held: world.held.map((held, index) => (index === 0 ? { ...held, at: new Date(0) } : held)) };
      },
      /open before its approval/,
    ],
    [
      'access for longer than was approved',
      () => withGrant(({ terms }) => ({ terms: { ...terms, durationMs: minute } })),
      /longer than approved/,
    ],
    [
      'access that is closed too late',
      () => {
        const world = healthy();
        const late = (at: Date): Date => later(at, 41_000);
        return {
          ...world,
          held: world.held.map((held) => (held.terms === undefined ? { ...held, at: late(held.at) } : held)),
        };
      },
      /closed 41 s late, 40 s are promised/,
    ],
    [
      'access that is lost while its record says that it is open',
      () => {
        const world = healthy();
        const [opened, closed] = world.held;
        if (opened === undefined || closed === undefined) throw new Error('Nothing was held');
        return { ...world, held: [opened, { ...closed, at: later(opened.at, 2 * minute) }] };
      },
      /not open for .* while its record said so/,
    ],
    [
      'a message in the channel that stands twice',
      () => {
        const world = healthy();
        const [root] = world.posts;
        return root === undefined ? world : { ...world, posts: [...world.posts, { ...root, ts: '2.1' }] };
      },
      /e1: posted more than once/,
    ],
    [
      'a note that is missing',
      () => {
        const world = healthy();
        return { ...world, posts: world.posts.slice(0, 2) };
      },
      /0 notes "ended", 1 are owed/,
    ],
    [
      'a note in another thread',
      () => {
        const world = healthy();
        return {
          ...world,
          posts: world.posts.map((post) => (post.ts === '1.3' ? { ...post, threadTs: '9.9' } : post)),
        };
      },
      /stands in another thread/,
    ],
    [
      'a message that shows an older state',
      () => ({ ...healthy(), standing: new Map([['1.1', 'web is open to MongoDB support']]) }),
      /its message says "web is open/,
    ],
    [
      'a message that was not brought up to date',
      () => withGrant(({ version }) => ({ version: version + 1 })),
      /the message shows an older version/,
    ],
    ['a transition without its audit line', () => ({ ...healthy(), audit: healthy().audit.slice(1) }), /no audit line/],
    [
      'an audit line of something that did not happen',
      () => ({ ...healthy(), audit: [...healthy().audit, ...healthy().audit.slice(-1)] }),
      /1 audit lines more/,
    ],
    [
      'somebody who heard nothing',
      () => {
        const world = healthy();
        const deed = { who: 'U9', what: 'Deny', at: world.now, answered: false, diedWithIt: false };
        return { ...world, deeds: [deed] };
      },
      /U9 heard nothing of "Deny"/,
    ],
  ];

  it.each(broken)('find %s', (_, world, told) => {
    expect(violations(world()).join('\n')).toMatch(told);
  });
});
