import { expect } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { Person } from '../../src/sandbox/slack/person.ts';
import { channelName, type Harness } from '../support/harness.ts';

export const inChannel = { channel: channelName };
export const unblocked = { atlasSeed: { ...demoSeed, blocked: false } };
export const complete = 'payments-prod 4h infrastructure Primary steps down every few minutes';

/** Types after the slash command and waits for everything that comes of it; the answers that only this person sees. */
export async function command(harness: Harness, person: Person, words: string, channel = channelName): Promise<string> {
  const reply = await person.types(`/support-access ${words}`, { channel });
  expect(reply.status).toBe(200);
  await harness.idle();
  return reply.ephemerals.map((message) => message.text).join('\n');
}

export async function clicks(harness: Harness, person: Person, label: string, where = {}): Promise<string> {
  const reply = await person.clicks(label, { ...inChannel, ...where });
  expect(reply).toMatchObject({ sent: true, status: 200 });
  await harness.idle();
  return reply.ephemerals.map((message) => message.text).join('\n');
}

export async function submits(harness: Harness, person: Person): Promise<string> {
  await person.modal().submit();
  await harness.idle();
  expect(person.modal().notice).toBeUndefined();
  return person.modal().text;
}

export const state = async (harness: Harness): Promise<string> => (await harness.onlyGrant()).state;
