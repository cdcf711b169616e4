import { expect, it } from 'vitest';
import { type Harness, startHarness } from '../support/harness.ts';
import { everyMention, rootOf, types } from './steps.ts';

/** What would choose, change or run something, if it ever reached MongoDB as anything but a text. */
const operators = [
  '{"$ne":null}',
  '{"$gt":""}',
  '{"$where":"sleep(1e9)"}',
  '$payments-prod',
  'target.name',
  '__proto__',
];

async function shown(harness: Harness, words: string): Promise<string> {
  const answer = await types(harness, 'erin', words);
  if (!harness.erin.hasModal()) return answer;
  const { text } = harness.erin.modal();
  await harness.erin.modal().close();
  return text;
}

it('typed operators of MongoDB find no record, and as a reason stay what they are', async () => {
  const harness = await startHarness();
  const reason = `${operators.join(' ')} <!channel>`;
  await types(harness, 'erin', `request payments-prod 30m logs ${reason}`);
  const grant = await harness.onlyGrant();
  expect(grant.reason).toBe(reason);
  expect(rootOf(harness, grant)).toContain(reason);
  expect(everyMention(harness)).not.toContain('<!channel>');
  for (const command of ['status', 'history']) {
    expect(await shown(harness, `${command} payments-prod`)).toContain(grant._id);
    for (const operator of operators) {
      expect(await shown(harness, `${command} ${operator}`), `${command} ${operator}`).not.toContain(grant._id);
    }
  }
  expect(await harness.onlyGrant()).toEqual(grant);
});
