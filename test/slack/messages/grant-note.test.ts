import { describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/grants/grant.ts';
import type { GrantNote } from '../../../src/grants/grant-effects.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import * as sample from './samples.ts';

const { grantNote } = createViews(sample.capabilities);
const terms = { type: sample.logs, until: sample.after(240) };
const until = sample.after(24 * 60 + 5);

const post = (grant: Grant, note: GrantNote, minutes: number, mentionRequester = true) =>
  grantNote(sample.posted(grant), note, { ...sample.context(true), mentionRequester, now: sample.after(minutes) });

const closedAgain = (): Grant => sample.seenClosed(sample.closingCall(sample.reopened(), 25, 'done'), 30);

/** Every kind of note with the record it is posted from, how late, and whom it notifies. */
const notes: readonly [GrantNote, Grant, number, string[]][] = [
  [
    sample.noteOf(sample.proposed(), 'change-proposed'),
    sample.proposed(),
    65,
    ['<@UOLIVIA>', '<@UOSCAR>', '<@UPRIYA>'],
  ],
  [sample.noteOf(sample.changeDenied(), 'change-withdrawn'), sample.changeDenied(), 70, ['<@UADA>']],
  [sample.noteOf(sample.changed(), 'terms-changed'), sample.changed(), 71, ['<@UADA>']],
  [sample.noteOf(sample.changeRefused(), 'change-not-made'), sample.changeRefused(), 70, ['<@UADA>']],
  [sample.noteOf(sample.narrowed(), 'request-narrowed'), sample.narrowed(), 10, ['<@UADA>', '<@UOLIVIA>']],
  [{ type: 'waiting', since: sample.start }, sample.requested(), 60, ['<@UOLIVIA>', '<@UOSCAR>', '<@UPRIYA>']],
  [{ type: 'denied' }, sample.denied(), 5, ['<@UADA>']],
  [{ type: 'cancelled' }, sample.cancelled(), 5, ['<@UADA>']],
  [{ type: 'lapsed' }, sample.lapsed(), 1440, ['<@UADA>']],
  [{ type: 'opened' }, sample.active(), 5, ['<@UADA>']],
  [{ type: 'reminder', until }, sample.active(), 24 * 60 + 5 - 30, ['<@UADA>']],
  [{ type: 'ended' }, sample.revoked(), 66, ['<@UADA>']],
  [{ type: 'failed' }, sample.refused(), 5, ['<@UADA>']],
  [
    { type: 'closing-trouble', until },
    sample.failing(sample.revoking(), 66),
    67,
    ['<@UOLIVIA>', '<@UOSCAR>', '<@UPRIYA>'],
  ],
  [
    { type: 'changed-outside', before: { type: sample.infrastructure, until }, after: terms, at: sample.after(30) },
    sample.seenOpen(sample.active(), 30, terms),
    30,
    ['<@UADA>'],
  ],
  [{ type: 'restored', at: sample.after(40), found: 'closed' }, sample.active(), 40, ['<@UADA>']],
  [{ type: 'landed-late', at: sample.after(25), terms }, closedAgain(), 30, ['<@UADA>']],
];

describe('a note in the thread', () => {
  test.each(notes)('$type notifies whom it concerns', (note, grant, minutes, whom) => {
    expect(sample.notified(post(grant, note, minutes))).toEqual(whom);
  });

  test.each(notes)('$type notifies nobody who gets a direct message instead', (note, grant, minutes) => {
    expect(sample.notified(post(grant, note, minutes, false))).not.toContain('<@UADA>');
  });

  test.each([
    [{ type: 'opened' }, 5],
    [{ type: 'reminder', until }, 24 * 60 + 5 - 30],
  ] as const)('$type to whoever asked alone lets them end it', (note, minutes) => {
    const context = { ...sample.context(true), mentionRequester: false, direct: true, now: sample.after(minutes) };
    const message = grantNote(sample.posted(sample.active()), note, context);
    expect(sample.read(message, minutes)).toContain('[End access now]');
    expect(sample.read(message, minutes)).not.toContain('[Revoke now]');
    expect(sample.problems(message)).toEqual([]);
  });

  test('of access that ended by itself says so', () => {
    expect(sample.read(post(sample.expired(), { type: 'ended' }, 1445), 1445)).toContain(
      'Support access to orders-prod ended by itself\nSeen closed today at 10:05 UTC. It was open for 24 h.',
    );
  });

  test('of an end that only an operator vouches for does not say that it was seen', () => {
    const text = (grant: Grant) => sample.read(post(grant, { type: 'ended' }, 48 * 60), 48 * 60);
    const byItself = text(sample.vouchedFor());
    expect(byItself).toContain(
      `Support access to orders-prod is over
Not seen closed: an operator recorded that it had ended, yesterday at 10:05 UTC at the latest. It was open for at most 24 h.`,
    );
    const revoked = text(sample.vouchedFor(sample.revoking()));
    expect(revoked).toContain('Olivia Owner revoked support access to orders-prod\nNot seen closed: an operator');
    for (const told of [byItself, revoked]) {
      expect(told).not.toContain('Seen closed');
      expect(told).not.toContain('holds: no grant');
    }
    const stillOpen = sample.seenOpen(sample.over(), 25 * 60);
    expect(text(sample.vouchedFor(stillOpen))).toContain('today at 10:00 UTC at the latest. It was open for at most');
  });

  describe('about what the staff did', () => {
    const window = { from: sample.after(5), to: sample.after(66) };
    const event = (minutes: number) =>
      ({ id: `e-${minutes}`, at: sample.after(minutes), type: 'SOMETHING', on: 'target' }) as const;
    const events = Array.from({ length: 50 }, (_, index) => event(6 + index));
    const receipt = (change: Partial<Grant>) =>
      sample.read(post({ ...sample.revoked(), ...change }, { type: 'ended' }, 70), 70);

    test('tells what the ledger has from what was only counted', () => {
      const read = { ...window, readAt: sample.after(67) };
      expect(receipt({ activity: { ...read, events, more: 7 } })).toContain(
        '• and 40 more, in the ledger\n• and 7 more, counted and not kept\n',
      );
      expect(receipt({ activity: { ...read, events: events.slice(0, 11), more: 0 } })).toMatch(
        /and 1 more, in the ledger\n(?!• )/,
      );
      const late = { type: 'late-activity', at: sample.after(70), fresh: [] } as const;
      const said = (count: number) =>
        sample
          .read(post(sample.revoked(), { ...late, count }, 70), 70)
          .split('\n')
          .slice(1, 2);
      expect(said(1)).toEqual(['1 more action is recorded, counted and not kept.']);
      expect(said(2)).toEqual(['2 more actions are recorded, counted and not kept.']);
    });

    test('does not say that nothing is recorded for a time that was not read', () => {
      const history = [
        ...sample.revoked().history,
        { at: sample.after(69), action: 'late-landing-closed', actor: { kind: 'portcullis' }, to: 'revoked' },
      ] as const;
      const activity = { ...window, readAt: sample.after(67), events: [], more: 0, notRead: 'Away.' };
      expect(receipt({ history, activity })).toContain(
        `Done by staff of MongoDB Atlas: not known yet, from today at 10:05 UTC to today at 11:09 UTC.
Known so far: nothing is recorded from today at 10:05 UTC to today at 11:06 UTC.`,
      );
      expect(receipt({ history, activity: { ...activity, events: [event(6)] }, owed: [] })).toContain(
        `Done by staff of MongoDB Atlas: not known, from today at 10:05 UTC to today at 11:09 UTC.
Known so far: 1 action is recorded from today at 10:05 UTC to today at 11:06 UTC:
• today at 10:06 UTC: somebody, SOMETHING`,
      );
    });
  });

  test('of terms that were put back does not call them closed', () => {
    const text = sample.read(
      post(sample.active(), { type: 'restored', at: sample.after(40), found: 'other-terms' }, 40),
      40,
    );
    expect(text).toContain('An earlier change took effect late.');
    expect(text).not.toContain('had closed it');
  });

  test('rounds the time left up, however late the reminder runs', () => {
    const message = post(
      sample.active(),
      { type: 'reminder', until: new Date(until.getTime() + 59_000) },
      24 * 60 + 5 - 30,
    );
    expect(sample.read(message, 0)).toContain('for 31 min more');
  });
});
