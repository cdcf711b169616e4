import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../src/grants/grant.ts';
import { pressablesIn } from '../../../src/sandbox/slack/finding.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';
import * as sample from './samples.ts';

const { grantMessage, grantNote } = createViews(sample.capabilities);

/** A grant in every state that a reader can meet. */
const grants: [string, Grant][] = Object.entries({
  requested: sample.requested(),
  'approved once': sample.approved(sample.requested({ approvalsNeeded: 2 })),
  narrowed: sample.narrowed(),
  opening: sample.approved(sample.requested()),
  'failing to open': sample.failing(sample.approved(sample.requested()), 6),
  active: sample.active(),
  silenced: sample.silenced(),
  proposed: sample.proposed(),
  changing: sample.changing(),
  changed: sample.changed(),
  'change refused': sample.changeRefused(),
  'change denied': sample.changeDenied(),
  closing: sample.revoking(),
  'failing to close': sample.failing(sample.revoking(), 66),
  revoked: sample.revoked(),
  expired: sample.expired(),
  'ended outside': sample.endedOutside(),
  denied: sample.denied(),
  cancelled: sample.cancelled(),
  lapsed: sample.lapsed(),
  refused: sample.refused(),
  'given up': sample.givenUp(),
  reopened: sample.reopened(),
});

const messages = grants.flatMap(([name, grant]): [string, OutgoingMessage][] => [
  [name, grantMessage(grant, sample.context(true))],
  [`${name}, not blocked`, grantMessage(grant, sample.context(false))],
  ...grant.owed.flatMap((effect): [string, OutgoingMessage][] => {
    if (effect.kind !== 'note') return [];
    const context = { ...sample.context(true), mentionRequester: true, now: sample.after(75) };
    return [[`${name}: ${effect.note.type}`, grantNote(grant, effect.note, context)]];
  }),
]);

/**
 * The words of a text without what only sets them. Where nothing is rendered a time is written out, in UTC; and mentions,
 * which notify where they stand, are left out of the plain text.
 */
const words = (text: string): string =>
  text
    .replace(/(?:today|tomorrow|yesterday|[A-Z]\w\w \d+, \d{4}) at (\d\d:\d\d UTC)(?: \([^)]*\))?/g, '$1')
    .replace(/\d{4}-\d\d-\d\d (\d\d:\d\d UTC)/g, '$1')
    .replace(/(?:To decide: )?@\w+(?:(?:, | and )@\w+)*/g, '')
    .replaceAll('`', '')
    .replace(/[*>•]|\(https?:[^)]*\)/g, ' ')
    .replace(/\s+/g, ' ');

describe('who hears a message instead of seeing it', () => {
  it.each(messages)('misses nothing that stands in it: %s', (_, message) => {
    const spoken = words(sample.read({ text: message.text, blocks: [] }, 75));
    const shown = sample
      .read(message, 75)
      .split('\n')
      .filter((line) => !line.startsWith('['));
    for (const line of shown.map(words)) expect(spoken).toContain(line.trim());
  });

  it.each(messages)('and who sees no colours and no emoji is told the same: %s', (_, message) => {
    // Nothing is said by a picture, and a button says in words what it does whatever its colour.
    expect(JSON.stringify(message)).not.toMatch(/\p{Extended_Pictographic}|:[a-z_]+:/u);
    const labels = pressablesIn(JSON.parse(JSON.stringify(message.blocks))).map(({ label }) => label);
    for (const label of labels) expect(label).toMatch(/^[A-Z][a-z]+/);
    expect(new Set(labels).size).toBe(labels.length);
  });
});
