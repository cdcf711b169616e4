import { describe, expect, it } from 'vitest';
import type { AtlasFault } from '../../src/sandbox/atlas/faults.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, notes, readable, rootOf, submits, thread, types } from './steps.ts';

const status = (code: number, retryAfterSeconds?: number): AtlasFault => ({
  kind: 'status',
  status: code,
  retryAfterSeconds,
});

/** Everything that can come instead of an answer, with the sentence that people read. */
const answers: readonly (readonly [name: string, fault: AtlasFault, what: string])[] = [
  ['401', status(401), 'Atlas does not accept the service account: its secret may be wrong, expired or withdrawn.'],
  ['403', status(403), 'Atlas refused: the service account lacks Project'],
  // For this call it means that there is nothing to revoke, which only a reading can prove.
  ['404', status(404), 'Closing was asked for, but access is still shown as open.'],
  ['409', status(409), 'Atlas is busy with another change of the same thing.'],
  ['429', status(429), 'Atlas takes no more calls for the moment: there have been too many.'],
  ['429 with Retry-After', status(429, 60), 'Atlas takes no more calls for the moment: there have been too many.'],
  ['500', status(500), 'Atlas has trouble of its own (HTTP 500).'],
  ['no answer in time', { kind: 'hang' }, 'Atlas did not answer in time.'],
  ['a cut before the effect', { kind: 'cut-before' }, 'The connection to Atlas broke before its answer came.'],
  ['a cut after the effect', { kind: 'cut-after' }, 'The connection to Atlas broke before its answer came.'],
  ['garbage', { kind: 'garbage' }, 'The answer from Atlas could not be understood'],
];

async function opened(duration: '8 h' | '30 min' = '8 h'): Promise<Harness> {
  const harness = await startHarness({ timeoutMs: 500 });
  await types(harness, 'erin', `request ledger-prod ${duration.replace(' ', '')} logs Disk latency on the primary`);
  await clicks(harness, 'olivia', `Approve for ${duration}`);
  return harness;
}

const root = async (harness: Harness): Promise<string> => rootOf(harness, await harness.onlyGrant());
const state = async (harness: Harness): Promise<string> => (await harness.onlyGrant()).state;

/** Every message in the channel that says that the cluster is closed. */
const announcements = (harness: Harness): string[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .map((message) => readable(harness, message))
    .filter((text) => text.includes('Seen closed'));

const mayBeOpen = 'It may still be open until today at 17:00 UTC (in 8 hours), when MongoDB Atlas ends it by itself.';

async function expectClosed(harness: Harness): Promise<void> {
  expect(await state(harness)).toBe('revoked');
  expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
  // The message itself and the note that ends the thread.
  expect(announcements(harness)).toHaveLength(2);
  expect(await root(harness)).not.toMatch(/Still trying|may still be open/);
}

describe('the closing call', () => {
  it.each(answers)('%s: still trying, and not announced until it is seen closed', async (_, fault, what) => {
    const harness = await opened();
    const active = harness.sandbox.atlas.addFault({ ...fault, call: 'revoke' });
    await types(harness, 'erin', 'revoke ledger-prod');
    const answer = await submits(harness, 'erin');
    for (const text of [answer, await root(harness)]) {
      expect(text).toContain('Closing ledger-prod: not seen closed yet');
      expect(text).toContain(mayBeOpen);
      expect(text).toContain(`Still trying: ${what}`);
    }
    expect(answer).toContain('Accepted, but not seen closed yet');
    expect(await root(harness)).toContain('To revoke it by hand: ledger-prod in MongoDB Atlas');
    expect(await state(harness)).toBe('closing');
    expect(announcements(harness)).toEqual([]);
    expect(await types(harness, 'dana', 'status', 'engineering')).toContain(mayBeOpen);
    active.clear();
    await harness.advance(3 * minute);
    await expectClosed(harness);
  });
});

describe('the reading back after the closing call', () => {
  it.each(answers)('%s: never announced unseen', async (name, fault, what) => {
    const harness = await opened();
    const { atlas } = harness.sandbox;
    const call = atlas.addFault({ kind: 'hang', call: 'revoke', times: 1 });
    await harness.olivia.clicks('Revoke now', { channel: harness.channel });
    await call.waitForHit();
    const active = atlas.addFault({ ...fault, call: 'readCluster' });
    await call.release();
    await harness.idle();

    expect(inAtlas(harness, 'ledger-prod')).toBeUndefined();
    expect(await state(harness)).toBe('closing');
    const shown = name === '404' ? 'The answer from Atlas could not be understood' : what;
    expect(await root(harness)).toContain(`Still trying: ${shown}`);
    expect(await root(harness)).toContain(mayBeOpen);
    expect(announcements(harness)).toEqual([]);
    active.clear();
    await harness.advance(3 * minute);
    await expectClosed(harness);
  });
});

describe('closing that fails for long', () => {
  it('calls the deciders once, after a minute, in the channel, and goes on every five minutes', async () => {
    const harness = await opened();
    const fault = harness.sandbox.atlas.addFault({ kind: 'status', status: 500, call: 'revoke' });
    await clicks(harness, 'olivia', 'Revoke now');
    await harness.advance(hour);
    const warnings = thread(harness, await harness.onlyGrant()).filter((message) =>
      readable(harness, message).startsWith('ledger-prod may be open to MongoDB support until today at 17:00 UTC'),
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.broadcast).toBe(true);
    expect(warnings.flatMap(mentionsIn)).toEqual([`<@${people.olivia}>`, `<@${people.oscar}>`]);
    const hits = fault.hits();
    await harness.advance(10 * minute);
    expect(fault.hits() - hits).toBeGreaterThanOrEqual(2);
    expect(fault.hits() - hits).toBeLessThanOrEqual(4);
    fault.clear();
    await harness.advance(10 * minute);
    await expectClosed(harness);
  });

  it('ends with the grant itself, which Atlas ends: seen, then said', async () => {
    const harness = await opened('30 min');
    harness.sandbox.atlas.addFault({ kind: 'status', status: 403, call: 'revoke' });
    await harness.advance(20 * minute);
    await clicks(harness, 'erin', 'Revoke now', { message: 'ledger-prod is open' });
    expect(await state(harness)).toBe('closing');
    await harness.advance(16 * minute);
    await expectClosed(harness);
    expect(notes(harness, await harness.onlyGrant()).at(-1)).toContain('It was open for 30 min.');
  });

  it('at its time is not called ended before Atlas was seen without it', async () => {
    const harness = await opened('30 min');
    await harness.advance(29 * minute);
    await harness.sandbox.atlas.down();
    await harness.advance(5 * minute);
    expect(await state(harness)).toBe('closing');
    expect(await root(harness)).toContain('Closing ledger-prod: not seen closed yet\nIts time is over.');
    expect(await root(harness)).toContain('MongoDB Atlas was told to end it today at 09:30 UTC.');
    expect(announcements(harness)).toEqual([]);
    await harness.sandbox.atlas.up();
    await harness.advance(6 * minute);
    expect(await state(harness)).toBe('expired');
    expect(await root(harness)).toContain('Support access to ledger-prod ended by itself\nSeen closed today at 09:3');
    expect(await root(harness)).toContain('It was open for 30 min.');
  });
});

describe('Retry-After of the closing call', () => {
  it.each([
    ['is honoured', 200, 200],
    ['keeps what has to be closed open for five minutes at most', 86_400, 300],
  ])('%s', async (_, retryAfterSeconds, waitsSeconds) => {
    const harness = await opened();
    const fault = harness.sandbox.atlas.addFault({
      kind: 'status',
      status: 429,
      retryAfterSeconds,
      call: 'revoke',
      times: 2,
    });
    await clicks(harness, 'olivia', 'Revoke now');
    await harness.advance(15 * minute);
    expect(fault.hits()).toBe(2);
    const times = harness.sandbox.atlas.calls.filter(({ call }) => call === 'revoke').map(({ at }) => at.getTime());
    expect(times).toHaveLength(3);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(waitsSeconds * 1_000);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(waitsSeconds * 1_000);
    await expectClosed(harness);
  });
});
