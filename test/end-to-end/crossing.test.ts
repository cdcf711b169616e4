import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { clicks, types } from './steps.ts';

async function shown(harness: Harness, words: string): Promise<string> {
  const answer = await types(harness, 'olivia', words);
  if (!harness.olivia.hasModal()) return answer;
  const { text } = harness.olivia.modal();
  await harness.olivia.modal().close();
  return text;
}

it('a record of another organization in the same database is not shown, and a button that names it decides nothing', async () => {
  const harness = await startHarness();
  await types(harness, 'erin', 'request payments-prod 30m logs Primary steps down again');
  const { _id } = await harness.onlyGrant();
  for (const command of ['status', 'history']) expect(await shown(harness, command)).toContain(_id);

  const client = new MongoClient(harness.database.uri);
  onTestFinished(() => client.close());
  const records = client.db(harness.database.databaseName).collection<Grant>('grants');
  await records.updateOne({ _id }, { $set: { organizationId: 'f'.repeat(24) } });
  const before = await records.findOne({ _id });

  const missing = 'Nothing was changed: Portcullis has no such record.';
  expect(await clicks(harness, 'olivia', 'Approve for 30 min')).toBe(missing);
  expect(await clicks(harness, 'erin', 'Cancel request')).toBe(missing);
  expect(await records.findOne({ _id })).toEqual(before);
  expect(harness.sandbox.atlas.state.events).toEqual([]);
  for (const command of ['status', 'history']) expect(await shown(harness, command)).not.toContain(_id);
});
