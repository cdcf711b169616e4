import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';
import { firing, hostile, inWordsOfAtlas, minutes, shownAndSpoken } from '../messages/checks.ts';
import * as sample from '../messages/samples.ts';
import { everywhere, longest, ofPortals, ordinary } from '../messages/texts.ts';
import { everyAnswer } from './every-answer.ts';

const answers = Object.entries(await everyAnswer(ordinary));

/** What only those who see it are told: every answer is short enough to be heard whole. */
function unheard(message: OutgoingMessage): string[] {
  const { shown, spoken } = shownAndSpoken(message);
  return shown.filter((line) => !spoken.includes(line));
}

test.each(answers)('%s, as its reader sees it', (_, message) => {
  expect(sample.read(message, minutes)).toMatchSnapshot();
});

test.each(Object.entries(await everyAnswer(ofPortals)))(
  'says nothing of Atlas to users of portals: %s',
  (_, message) => {
    expect(inWordsOfAtlas(message)).toEqual([]);
  },
);

test.each(answers)('who hears it instead misses nothing, and nobody else is called: %s', (_, message) => {
  expect(unheard(message)).toEqual([]);
  expect(sample.notified(message)).toEqual([]);
});

describe('with the longest that people type, are called, and call their clusters', () => {
  test.each(['x', '&', '<', '*', '😀'])('every answer stays within the limits of Slack: %s', async (character) => {
    const problems = Object.entries(await everyAnswer(longest(character))).flatMap(([name, message]) =>
      [...sample.problems(message), ...firing(message), ...unheard(message)].map((problem) => `${name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });
});

test('nothing fires in any answer, whatever people type or are called', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      for (const [name, message] of Object.entries(await everyAnswer(everywhere(text)))) {
        expect(firing(message), name).toEqual([]);
        expect(sample.problems(message), name).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
