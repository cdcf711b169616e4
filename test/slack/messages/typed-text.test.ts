import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Grant, PersonActor } from '../../../src/grants/grant.ts';
import { isObject, textOf } from '../../../src/sandbox/slack/json.ts';
import { paragraphMessage } from '../../../src/slack/messages/blocks.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import { grantRefusalWords, permissionWords } from '../../../src/slack/messages/refusal-words.ts';
import { statusMessage } from '../../../src/slack/messages/status-message.ts';
import { say } from '../../../src/slack/messages/words.ts';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';
import * as sample from './samples.ts';

const { grantMessage, grantNote, organizationNote } = createViews(sample.capabilities);

/** What somebody could type, or be called, to make a message do something. */
const traps = [
  '<!channel>',
  '<!here|here>',
  '<@UVICTIM>',
  '<https://evil.example|sign in>',
  '@channel',
  '&lt;!channel&gt;',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...traps, '*', '`', '```', '>', '|', '\n', '😀'), fc.string({ unit: 'grapheme' })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(' '));

/** Every note about terms that change, and the message they stand under, with this text in every field. */
function changesWith(text: string, by: PersonActor, asked: Parameters<typeof sample.requested>[0]): OutgoingMessage[] {
  const context = { ...sample.context(true), deciders: ['UOLIVIA'] };
  const noteContext = { ...context, mentionRequester: false, now: sample.after(75) };
  const logs = { ...asked, type: sample.logs };
  const wider = { type: sample.sync, durationMs: 24 * 3_600_000 };
  const active = sample.active(logs);
  const extending = sample.proposed({ type: sample.logs, durationMs: wider.durationMs }, active, by);
  const changing = sample.proposed(wider, active, by);
  const approved = sample.changing(changing, by);
  const denied = sample.changeDenied(changing, text, by);
  const notMade = sample.changeRefused(approved, text);
  const less = { type: sample.logs, durationMs: 3_600_000 };
  const narrowing = { before: wider, after: less, by, word: text };
  const changed = [extending, changing, approved, sample.changed(approved), sample.changed(sample.changing(extending))];
  const noted = [...changed, denied, notMade].flatMap((grant) =>
    grant.owed.flatMap((effect) => (effect.kind === 'note' ? [grantNote(grant, effect.note, noteContext)] : [])),
  );
  const withdrawn = { type: 'change-withdrawn', proposal: sample.waitingChange(changing).proposal, by } as const;
  return [
    ...[...changed, denied, notMade].map((grant) => grantMessage(grant, context)),
    ...noted,
    grantNote(active, { ...withdrawn, how: 'cancelled' }, noteContext),
    grantNote(active, { ...withdrawn, how: 'grant-ended' }, noteContext),
    grantNote(sample.requested(asked), { type: 'request-narrowed', ...narrowing, again: [] }, noteContext),
    grantNote({ ...active, narrowed: narrowing }, { type: 'opened' }, noteContext),
  ];
}

test('every change has its note among what is tried', () => {
  const shown = changesWith('Tom & Co.', sample.ada, {}).map(({ text }) => text);
  for (const words of [
    'Ada Asker asks to extend support access to orders-prod\n',
    'and change it to infrastructure and App Services sync data\n',
    'is extended until',
    'Ada Asker denied a change of support access',
    'Ada Asker cancelled a change of support access',
    'Not decided before support access to orders-prod ended',
    'Support access to orders-prod was not changed',
    'with other terms than were asked for',
    'approved other terms than were asked for',
  ]) {
    expect(shown).toContainEqual(expect.stringContaining(words));
  }
});

/** Every message that shows this text somewhere, whatever the field. */
function messagesWith(text: string): OutgoingMessage[] {
  const by = { ...sample.ada, name: text };
  const asked = { reason: text, name: text, projectName: text, by, caseUrl: 'https://support.example/1' };
  const context = { ...sample.context(false), deciders: ['UOLIVIA'] };
  const requested = sample.requested(asked);
  const active = sample.active(asked);
  const revoking = sample.failing(sample.revoking(active, by), 66);
  const troubled: Grant = { ...revoking, trouble: { code: 'x', message: text, since: sample.start, told: false } };
  const failed = sample.seenClosed(sample.openingCall(sample.approved(requested, by), 5, 'refused', text), 5);
  const noteContext = { ...context, mentionRequester: false, now: sample.after(60) };
  const { organization } = context;
  return [
    ...changesWith(text, by, asked),
    ...[requested, sample.approved(requested, by), active, troubled, failed, sample.denied(text, asked)].map((grant) =>
      grantMessage(grant, context),
    ),
    grantNote(requested, { type: 'waiting', since: sample.start }, noteContext),
    grantNote(sample.denied(text, asked), { type: 'denied' }, noteContext),
    grantNote(active, { type: 'opened' }, noteContext),
    grantNote(active, { type: 'reminder', until: sample.after(90) }, noteContext),
    grantNote(troubled, { type: 'closing-trouble', until: sample.after(90) }, noteContext),
    grantNote(failed, { type: 'failed' }, noteContext),
    organizationNote(organization, { type: 'unblocked', by, at: sample.start, reason: text }, context),
    organizationNote(
      organization,
      { type: 'block-not-done', by, at: sample.start, reason: text, blocked: true },
      context,
    ),
    statusMessage(
      {
        organization,
        live: [active, troubled],
        requested: [requested],
        filter: [{ name: text, projectName: text }],
        mayBlock: true,
        now: sample.after(60),
      },
      sample.capabilities,
    ),
    paragraphMessage(grantRefusalWords({ code: 'not-open-for-decision', grant: troubled }, sample.capabilities)),
    paragraphMessage(
      permissionWords('not-decider', { action: 'approve', others: [say`${text}`], vendor: 'MongoDB Atlas' }),
    ),
  ];
}

/** Every object of a message that Slack parses. */
function mrkdwnIn(value: unknown): { text: string; verbatim: unknown }[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (!isObject(value)) return [];
  const inside = Object.values(value).flatMap(mrkdwnIn);
  return value.type === 'mrkdwn' ? [{ text: textOf(value), verbatim: value.verbatim }, ...inside] : inside;
}

/** What Slack would make of references that this code did not write itself. */
const foreignReferences = (text: string): string[] =>
  text
    .replace(/<!date\^\d+\^[^|<>]+\|[^<>]+>/g, '')
    .replace(/<@UOLIVIA>/g, '')
    .replace(/<https:\/\/cloud\.example\/[^|<>]+\|[^<>]+>/g, '')
    .match(/[<>]/g) ?? [];

describe('whatever people type or are called', () => {
  test('nothing fires in any message', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const message of messagesWith(text)) {
          expect(sample.notified(message).filter((whom) => whom !== '<@UOLIVIA>')).toEqual([]);
          expect(message.text).not.toMatch(/[<>]/);
          for (const part of mrkdwnIn(message.blocks)) {
            expect(part.verbatim).toBe(true);
            expect(foreignReferences(part.text)).toEqual([]);
          }
          expect(sample.problems(message)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a reason is shown exactly as typed, in a text element that Slack does not parse', () => {
    fc.assert(
      fc.property(
        hostile.filter((text) => text.trim() !== ''),
        (reason) => {
          const { blocks } = grantMessage(sample.requested({ reason }), sample.context(true));
          expect(blocks).toContainEqual(
            expect.objectContaining({
              type: 'rich_text',
              elements: expect.arrayContaining([
                { type: 'rich_text_quote', elements: [{ type: 'text', text: reason }] },
              ]),
            }),
          );
        },
      ),
    );
  });

  test('the longest input of every field stays within the limits of Slack', () => {
    for (const character of ['&', '<', 'x', '😀']) {
      const long = (length: number): string => character.repeat(length / character.length);
      const by = { ...sample.ada, name: long(80) };
      const asked = {
        type: sample.sync,
        reason: long(500),
        name: long(64),
        projectName: long(64),
        caseUrl: `https://support.example/${'&'.repeat(1976)}`,
        by,
      };
      const active = sample.posted(sample.active(asked));
      const trouble = { code: 'x', message: long(2_000), since: sample.start, told: false };
      const troubled: Grant = { ...sample.revoking(active, by), trouble };
      const several = Array.from({ length: 300 }, () => troubled);
      const requests = Array.from({ length: 300 }, () => sample.requested(asked));
      const { organization } = sample.context(false);
      const messages = [
        grantMessage(sample.requested(asked), sample.context(false)),
        grantMessage(active, sample.context(true)),
        grantMessage(troubled, sample.context(true)),
        grantMessage(sample.denied(long(500), asked), sample.context(true)),
        ...changesWith(long(500), by, asked),
        paragraphMessage(grantRefusalWords({ code: 'already-closing', grant: troubled }, sample.capabilities)),
        statusMessage(
          {
            organization: { ...organization, trouble },
            live: several,
            requested: requests,
            mayBlock: true,
            now: sample.after(70),
          },
          sample.capabilities,
        ),
      ];
      for (const message of messages) expect(sample.problems(message)).toEqual([]);
    }
  });
});
