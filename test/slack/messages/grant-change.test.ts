import { describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/grants/grant.ts';
import type { GrantRefusal } from '../../../src/grants/grant-refusals.ts';
import { fireTimers } from '../../../src/grants/timers.ts';
import { paragraphMessage } from '../../../src/slack/messages/blocks.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import { grantRefusalWords } from '../../../src/slack/messages/refusal-words.ts';
import * as sample from './samples.ts';

const { grantMessage } = createViews(sample.capabilities);

const show = (grant: Grant, minutes: number): string => {
  const message = grantMessage(grant, sample.context(true));
  expect(sample.problems(message)).toEqual([]);
  expect(sample.notified(message)).toEqual(grant.state === 'requested' ? ['<@UOLIVIA>', '<@UOSCAR>', '<@UPRIYA>'] : []);
  return sample.read(message, minutes);
};

const bothAtOnce = { type: sample.sync, durationMs: 24 * 3_600_000 };

describe('the message of a grant whose terms change', () => {
  test.each<[string, Grant, number]>([
    ['a change that waits', sample.proposed(), 65],
    ['a change of type and end that waits', sample.proposed(bothAtOnce), 65],
    ['a change under way', sample.changing(), 70],
    ['a change under way that meets trouble', sample.failing(sample.changing(), 71), 71],
    ['a change that was seen', sample.changed(), 71],
    ['less than was asked for, not enough approvals yet', sample.narrowed(), 10],
  ])('%s', (_, grant, minutes) => {
    expect(show(grant, minutes)).toMatchSnapshot();
  });

  test('that ended before the change was seen says so', () => {
    const late = sample.proposed(bothAtOnce, sample.active({ durationMs: 66 * 60_000 }));
    const ended = sample.seenClosed(fireTimers(sample.changing(late), sample.after(71)), 72);
    expect(show(ended, 73)).toContain('was not seen before the end.');
  });

  test('stays within the limits of Slack with the longest names and texts', () => {
    const asked = {
      name: 'c'.repeat(64),
      projectName: 'p'.repeat(64),
      reason: '😀'.repeat(500),
      caseUrl: `https://support.example/${'x'.repeat(470)}`,
      by: { ...sample.ada, name: 'n'.repeat(80) },
    };
    expect(show(sample.proposed(bothAtOnce, sample.active(asked)), 65)).toContain('[Approve change]');
  });
});

describe('a change that is refused says why', () => {
  const waiting = sample.proposed();
  if (waiting.proposal === undefined) throw new Error('Nothing is proposed');
  const refusals: readonly [string, GrantRefusal][] = [
    ['not open', { code: 'nothing-to-change', grant: sample.expired() }],
    ['another waits', { code: 'change-waits', grant: waiting, proposal: waiting.proposal }],
    ['under way', { code: 'change-under-way', grant: sample.changing() }],
    ['the same', { code: 'same-terms', grant: sample.active() }],
    ['earlier', { code: 'ends-earlier', grant: sample.active(), until: sample.after(240) }],
    ['decided', { code: 'no-such-change', grant: sample.changeDenied() }],
    ['wider', { code: 'not-narrower', grant: sample.requested() }],
  ];

  test.each(refusals)('%s', (_, refusal) => {
    const message = paragraphMessage(grantRefusalWords(refusal, sample.capabilities));
    expect(sample.problems(message)).toEqual([]);
    expect(sample.notified(message)).toEqual([]);
    expect(sample.read(message, 70)).toMatchSnapshot();
  });
});
