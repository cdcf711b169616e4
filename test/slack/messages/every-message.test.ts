import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pressablesIn } from '../../../src/sandbox/slack/finding.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import { firing, hostile, inWordsOfAtlas, minutes, mrkdwnIn, shownAndSpoken, slackDates } from './checks.ts';
import { everyMessage } from './every-message.ts';
import * as sample from './samples.ts';
import { everywhere, longest, ofPortals, ordinary } from './texts.ts';

const { grantMessage } = createViews(sample.capabilities);
const messages = Object.entries(everyMessage(ordinary));
/** Slack's `msg_blocks_too_long`, from about 13,000 on: of what is posted, and not of answers to a command. */
const longestPosted = 12_000;
const isPosted = (name: string): boolean => !name.startsWith('answer: ');

test.each(messages)('%s, as its reader sees it', (_, message) => {
  expect(sample.read(message, minutes)).toMatchSnapshot();
});

describe('with the longest that people type, are called, and call their clusters', () => {
  test.each(['x', '&', '<', '😀'])('every message stays within the limits of Slack: %s', (character) => {
    const problems = Object.entries(everyMessage(longest(character))).flatMap(([name, message]) => [
      ...sample.problems(message).map((problem) => `${name}: ${problem}`),
      ...(isPosted(name) && JSON.stringify(message.blocks).length > longestPosted ? [`${name}: too long in all`] : []),
    ]);
    expect(problems).toEqual([]);
  });
});

test.each(Object.entries(everyMessage(ofPortals)))('says nothing of Atlas to users of portals: %s', (_, message) => {
  expect(inWordsOfAtlas(message)).toEqual([]);
});

describe('who hears a message instead of seeing it', () => {
  test.each(messages)('misses nothing that stands in it: %s', (_, message) => {
    const { shown, spoken } = shownAndSpoken(message);
    // What is longer than Slack takes is cut there, and says so.
    if (spoken.endsWith('…')) return expect(message.text.length).toBe(4_000);
    for (const line of shown) expect(spoken).toContain(line);
  });

  test.each(messages)('and who sees no colours and no emoji is told the same: %s', (_, message) => {
    // Nothing is said by a picture, and a button says in words what it does whatever its colour.
    expect(JSON.stringify(message)).not.toMatch(/\p{Extended_Pictographic}|:[a-z_]+:/u);
    const labels = pressablesIn(JSON.parse(JSON.stringify(message.blocks))).map(({ label }) => label);
    for (const label of labels) expect(label).toMatch(/^[A-Z][a-z]+/);
    expect(new Set(labels).size).toBe(labels.length);
  });
});

/** What has to be typed or checked to the letter stays as it is. */
const exact = /`[^`]*`/g;
describe('whoever reads it, wherever they are', () => {
  test.each(messages)('is told every time by their own clock: %s', (_, { blocks }) => {
    const labels = pressablesIn(JSON.parse(JSON.stringify(blocks))).map(({ label }) => label);
    const shown = [...mrkdwnIn(blocks).map(({ text }) => text.replace(slackDates, '').replace(exact, '')), ...labels];
    for (const text of shown) expect(text).not.toMatch(/\d\d:\d\d|\d{4}-\d\d-\d\d/);
  });

  test.each(messages)('is called only where they are one of three at most: %s', (_, message) => {
    expect(sample.notified(message).length).toBeLessThanOrEqual(3);
  });
});

describe('whatever people type or are called', () => {
  test('nothing fires in any message', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const [name, message] of Object.entries(everyMessage(everywhere(text)))) {
          expect(firing(message), name).toEqual([]);
          expect(sample.problems(message), name).toEqual([]);
        }
      }),
      { numRuns: 40 },
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
});
