import type { Grant, GrantState } from '../../../src/grants/grant.ts';
import type { GrantNote } from '../../../src/grants/grant-effects.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';
import type { ViewContext } from '../../../src/work/views.ts';
import * as sample from './samples.ts';
import { askedWith, asker, owner, type Texts } from './texts.ts';

export type Named<T> = Readonly<Record<string, T>>;

const until = sample.after(24 * 60 + 5);

/** Records in every state, by what sets them apart: a new state does not compile without one. */
function everyGrant(texts: Texts): Readonly<Record<GrantState, Named<Grant>>> {
  const asked = askedWith(texts);
  const by = owner(texts);
  const active = sample.posted(sample.active(asked));
  const logs = sample.posted(sample.active({ ...asked, type: sample.logs }));
  const wider = { type: sample.sync, durationMs: 24 * 3_600_000 };
  const proposed = sample.proposed(wider, logs, asker(texts));
  const changing = sample.changing(proposed, by);
  const revoking = sample.revoking(active, by);
  const found = sample.posted(sample.found(sample.requested(asked).target, texts.email));
  return {
    requested: {
      asked: sample.requested({ ...asked, type: sample.sync }),
      'approved once': sample.approved(sample.requested({ ...asked, approvalsNeeded: 2 }), by),
      narrowed: sample.narrowed({ ...asked, approvalsNeeded: 2 }, texts.word),
    },
    opening: {
      approved: sample.approved(sample.requested(asked), by),
      'awaits the block': sample.awaitingBlock(asked),
      'in trouble': sample.failing(
        sample.openingCall(sample.approved(sample.requested(asked), by), 5),
        6,
        texts.trouble,
      ),
    },
    active: {
      open: active,
      'left to end': sample.silenced(active, asker(texts)),
      'narrowed before': sample.seenOpen(sample.openingCall(sample.narrowed(asked, texts.word), 11, 'done'), 12),
      'change proposed': proposed,
      'change under way': changing,
      'change in trouble': sample.failing(changing, 71, texts.trouble),
      changed: sample.changed(changing),
      'change refused': sample.changeRefused(changing, texts.trouble),
      'change denied': sample.changeDenied(proposed, texts.word, by),
      'changed outside': sample.seenOpen(active, 30, { type: 'NEW_KIND_OF_ACCESS', until: sample.after(120) }),
      found,
    },
    closing: {
      revoked: revoking,
      'in trouble': sample.failing(revoking, 66, texts.trouble),
      'seen closed, watched': sample.seenClosed(sample.closingCall(revoking, 65), 66),
    },
    denied: { denied: sample.denied(texts.word, asked) },
    cancelled: { cancelled: sample.cancelled(asker(texts), asked) },
    lapsed: { lapsed: sample.lapsed(asked) },
    failed: {
      refused: sample.refused(asked, texts.trouble),
      'given up': sample.givenUp(asked),
      'opened again': sample.reopened(asked),
    },
    expired: {
      expired: sample.expired(asked),
      'recorded by an operator': sample.vouchedFor(sample.over(active)),
    },
    revoked: { revoked: sample.revoked(revoking), 'ended outside': sample.endedOutside(asked) },
  };
}

interface NoteCase {
  readonly grant: Grant;
  /** Where the transition owes it, that one. */
  readonly note?: GrantNote;
  readonly minutes?: number;
  /** To one person who is not in the channel. */
  readonly direct?: boolean;
}

/** Every kind of note with the record that it is posted from: a new kind does not compile without one. */
function everyNote(texts: Texts): Readonly<Record<GrantNote['type'], Named<NoteCase>>> {
  const of = everyGrant(texts);
  const one = (state: GrantState, name: string): Grant => {
    const grant = of[state][name];
    if (grant === undefined) throw new Error(`There is no such grant: ${name}`);
    return grant;
  };
  const active = one('active', 'open');
  const revoking = one('closing', 'in trouble');
  const proposal = sample.waitingChange(one('active', 'change proposed'));
  const withdrawn = { type: 'change-withdrawn', proposal: proposal.proposal, by: asker(texts) } as const;
  const terms = { type: sample.logs, until: sample.after(240) };
  const before = { type: sample.infrastructure, until };
  const extended = sample.changed(
    sample.changing(sample.proposed({ type: sample.infrastructure, durationMs: 24 * 3_600_000 }, active, asker(texts))),
  );
  const closedAgain = sample.seenClosed(sample.closingCall(one('failed', 'opened again'), 25, 'done'), 30);
  const events = Array.from({ length: Math.min(texts.count, 50) }, (_, index) => ({
    id: `event-${index}`,
    at: sample.after(30 + index),
    type: 'SOMETHING_NEW',
    on: 'target' as const,
    by: texts.email,
  }));
  const read = { from: sample.after(5), to: sample.after(66), readAt: sample.after(67) };
  const withActivity = { ...one('revoked', 'revoked'), activity: { ...read, events, more: texts.count } };
  const reminder = { type: 'reminder', until } as const;
  return {
    waiting: {
      waiting: {
        grant: one('requested', 'approved once'),
        note: { type: 'waiting', since: sample.start },
        minutes: 60,
      },
      'waiting, directly': {
        grant: one('requested', 'asked'),
        note: { type: 'waiting', since: sample.start },
        direct: true,
      },
    },
    denied: { denied: { grant: one('denied', 'denied') } },
    cancelled: { cancelled: { grant: one('cancelled', 'cancelled') } },
    lapsed: { lapsed: { grant: one('lapsed', 'lapsed'), minutes: 24 * 60 } },
    opened: {
      opened: { grant: active },
      'opened, with changes': { grant: one('active', 'narrowed before') },
      'opened, directly': { grant: active, direct: true },
    },
    reminder: {
      reminder: { grant: active, note: reminder, minutes: 24 * 60 - 25 },
      'reminder, directly': { grant: active, note: reminder, minutes: 24 * 60 - 25, direct: true },
      'reminder of what was found': {
        grant: one('active', 'found'),
        note: { type: 'reminder', until: sample.after(240) },
        minutes: 210,
      },
    },
    ended: {
      revoked: { grant: one('revoked', 'revoked'), note: { type: 'ended' } },
      'revoked, with what the vendor’s staff did': { grant: withActivity, note: { type: 'ended' } },
      expired: { grant: one('expired', 'expired'), note: { type: 'ended' }, minutes: 24 * 60 + 5 },
    },
    failed: {
      refused: { grant: one('failed', 'refused') },
      'given up': { grant: one('failed', 'given up') },
    },
    'closing-trouble': {
      'closing trouble': { grant: revoking, note: { type: 'closing-trouble', until } },
    },
    'changed-outside': {
      'changed outside': {
        grant: sample.seenOpen(active, 30, terms),
        note: { type: 'changed-outside', before, after: terms, at: sample.after(30), who: texts.email },
      },
    },
    restored: {
      'restored, was closed': { grant: active, note: { type: 'restored', at: sample.after(40), found: 'closed' } },
      'restored, had other terms': {
        grant: active,
        note: { type: 'restored', at: sample.after(40), found: 'other-terms' },
      },
    },
    'landed-late': {
      'landed late': { grant: closedAgain, note: { type: 'landed-late', at: sample.after(25), terms } },
      'open after its end': {
        grant: { ...one('expired', 'expired'), openAfterEnd: sample.after(24 * 60 + 10) },
        note: { type: 'landed-late', at: sample.after(24 * 60 + 10), terms: before },
        minutes: 24 * 60 + 12,
      },
    },
    'late-activity': {
      'late activity': {
        grant: withActivity,
        note: { type: 'late-activity', at: sample.after(130), count: events.length, fresh: events },
        minutes: 130,
      },
      'late activity beyond what is kept': {
        grant: withActivity,
        note: { type: 'late-activity', at: sample.after(130), count: texts.count, fresh: [] },
        minutes: 130,
      },
    },
    'request-narrowed': { 'request narrowed': { grant: one('requested', 'narrowed') } },
    'change-proposed': {
      'change proposed': { grant: proposal.grant },
      'change proposed, directly': { grant: proposal.grant, direct: true },
    },
    'change-withdrawn': {
      'change denied': { grant: one('active', 'change denied') },
      'change cancelled': { grant: active, note: { ...withdrawn, how: 'cancelled' } },
      'change not decided': { grant: active, note: { ...withdrawn, how: 'grant-ended' } },
    },
    'terms-changed': { 'type changed': { grant: one('active', 'changed') }, extended: { grant: extended } },
    'change-not-made': { 'change not made': { grant: one('active', 'change refused') } },
  };
}

/** The message in the channel in every state, and every note. */
export function everyGrantMessage(texts: Texts, context: ViewContext = sample.context(false)): Named<OutgoingMessage> {
  const { grantMessage, grantNote } = createViews(texts.capabilities);
  const messages = Object.entries(everyGrant(texts)).flatMap(([state, grants]) =>
    Object.entries(grants).map(([name, grant]) => {
      const holder = grant.state === 'requested' ? sample.posted(sample.active(askedWith(texts))) : undefined;
      return [`${state}: ${name}`, grantMessage(grant, { ...context, holder })] as const;
    }),
  );
  const notes = Object.entries(everyNote(texts)).flatMap(([type, cases]) =>
    Object.entries(cases).map(([name, { grant, note, minutes = 75, direct = false }]) => {
      const noteContext = { ...context, mentionRequester: !direct, direct, now: sample.after(minutes) };
      return [`note: ${name}`, grantNote(grant, note ?? sample.noteOf(grant, type), noteContext)] as const;
    }),
  );
  return Object.fromEntries([...messages, ...notes]);
}
