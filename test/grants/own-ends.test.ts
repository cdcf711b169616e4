import { describe, expect, it } from 'vitest';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { replaceEffect } from '../../src/grants/owed.ts';
import { ownEndNoted, ownEndsTold } from '../../src/grants/own-ends.ts';

const now = new Date('2026-03-02T10:00:00Z');
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1_000);
const end = (name: string, seconds = 0) => ({ grantId: `g-${name}`, targetName: name, at: later(seconds) });
const empty = newOrganization('64f0a1b2c3d4e5f600000001', 'C1', now);

function owedBy(organization: Organization) {
  return organization.owed.flatMap((effect) => (effect.kind === 'own-ends' ? [effect] : []));
}

describe('ends of the same minute', () => {
  it('are gathered and due a minute after the first', () => {
    const both = ownEndNoted(ownEndNoted(empty, end('a'), now), end('b', 40), later(40));
    expect(owedBy(both)).toMatchObject([{ dueAt: later(60), ends: [end('a'), end('b', 40)] }]);
  });

  it('noted twice, as after a crash, count once', () => {
    const once = ownEndNoted(empty, end('a'), now);
    expect(ownEndNoted(once, end('a'), later(40))).toBe(once);
  });

  it('that come while the channel is being told are told next, under another name', () => {
    const first = ownEndNoted(empty, end('a'), now);
    const [told] = owedBy(first);
    if (told === undefined) throw new Error('Nothing is owed');
    const meanwhile = ownEndNoted(first, end('b', 61), later(61));
    const [next, ...others] = owedBy(ownEndsTold(meanwhile, told, later(62)));
    expect(next).toMatchObject({ ends: [end('b', 61)], dueAt: later(121), attempts: 0 });
    expect(next?.id).not.toBe(told.id);
    expect(others).toEqual([]);
  });

  it('are not added to a message that may have been posted already', () => {
    const first = ownEndNoted(empty, end('a'), now);
    const [told] = owedBy(first);
    if (told === undefined) throw new Error('Nothing is owed');
    // Its answer was lost: it is tried again half a minute later.
    const again = replaceEffect(first, told.id, { attempts: 1, dueAt: later(90) });
    const meanwhile = ownEndNoted(again, end('b', 70), later(70));
    expect(owedBy(meanwhile)).toMatchObject([{ ends: [end('a')] }, { ends: [end('b', 70)], dueAt: later(130) }]);
    expect(ownEndNoted(meanwhile, end('a'), later(80))).toBe(meanwhile);
  });

  it('leave nothing owed once they have been told', () => {
    const first = ownEndNoted(empty, end('a'), now);
    const [told] = owedBy(first);
    if (told === undefined) throw new Error('Nothing is owed');
    expect(owedBy(ownEndsTold(first, told, later(60)))).toEqual([]);
  });
});
