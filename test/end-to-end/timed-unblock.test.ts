import { describe, expect, it } from 'vitest';
import { demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import { type Harness, hour, minute, startHarness } from '../support/harness.ts';
import { clicks, readable, submits, types } from './steps.ts';

const reason = 'Support looks at every cluster today';
const withoutBlockAccount = { ATLAS_BLOCK_CLIENT_ID: '', ATLAS_BLOCK_CLIENT_SECRET: '' };
const owner = { email: 'olivia.owner@meridian.example' };

const isBlocked = (harness: Harness): boolean => harness.sandbox.atlas.state.blocked;

/** The notes in the channel that begin like this, as they are now. */
const notesLike = (harness: Harness, beginning: string): string[] =>
  harness.sandbox.slack
    .messages(harness.channel)
    .map((message) => readable(harness, message))
    .filter((text) => text.startsWith(beginning));

/** Addresses change from run to run. */
const steady = (text: string): string => text.replace(/\(https?:[^)]*\)/g, '(…)');

async function unblocks(harness: Harness, words = `4h ${reason}`, who: 'olivia' | 'oscar' = 'olivia'): Promise<string> {
  expect(await types(harness, who, `unblock ${words}`)).toBe('');
  return submits(harness, who);
}

describe('an unblock ends', () => {
  it('when its time is over, having said so everywhere', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', `unblock 4h ${reason}`);
    expect(harness.olivia.modal().text).toMatchInlineSnapshot(`
      "=== Unblock support access ===
      MongoDB support can then enter the infrastructure of all 6 clusters, at any time and without a grant
      Portcullis blocks it again when the time is over. The channel is told until when, with your reason.
      As read in MongoDB Atlas today at 09:00 UTC: blocked.
      Blocked again after: [4 h ▾] (Counted from now.)
      Reason: Support looks at every cluster today (At least 10 characters.)
      [Unblock] [Cancel]"
    `);
    expect(await submits(harness, 'olivia')).toContain('Portcullis blocks it again today at 13:00 UTC (in 4 hours).');
    expect(isBlocked(harness)).toBe(false);
    expect(notesLike(harness, 'Support access is no longer blocked')).toMatchInlineSnapshot(`
      [
        "Support access is no longer blocked: MongoDB support can enter the infrastructure of all 6 clusters now
      Decided by Olivia Owner; seen in MongoDB Atlas today at 09:00 UTC.
      Until today at 13:00 UTC (in 4 hours): then Portcullis blocks it again.
      Reason:
      > Support looks at every cluster today
      [Block]",
      ]
    `);
    expect(await types(harness, 'erin', 'status')).toContain(
      'Olivia Owner unblocked it today at 09:00 UTC. Portcullis blocks it again today at 13:00 UTC (in 4 hours).',
    );
    await harness.advance(4 * hour - minute);
    expect(isBlocked(harness)).toBe(false);
    await harness.advance(minute);
    expect(isBlocked(harness)).toBe(true);
    expect(notesLike(harness, 'Support access is blocked')).toMatchInlineSnapshot(`
      [
        "Support access is blocked for the organization
      MongoDB support can enter a cluster only while a grant is open.
      Olivia Owner had unblocked it until today at 13:00 UTC. That is over; seen blocked in MongoDB Atlas today at 13:00 UTC.",
      ]
    `);
    expect(harness.audits()).toContainEqual(
      expect.objectContaining({ action: 'reblock', actor: { kind: 'portcullis' } }),
    );
  });

  it('after 24 h when nothing is said; only a deliberate choice leaves it to people', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', `unblock ${reason}`);
    const form = harness.olivia.modal();
    expect(form.fields[0]).toMatchObject({
      label: 'Blocked again after',
      options: ['1 h', '4 h', '8 h', '24 h', '3 days', '7 days', 'Until somebody blocks it again'],
    });
    expect(form.text).toContain('Blocked again after: [24 h');
    await form.choose('Blocked again after', 'Until somebody blocks it again');
    expect(await submits(harness, 'olivia')).toContain('It stays so until somebody blocks it again.');
    expect(notesLike(harness, 'Support access is no longer')[0]).toContain(
      'It stays so until somebody blocks it again.',
    );
    const organization = await harness.organizations.get(harness.sandbox.atlas.state.id);
    expect(organization.owed.map(({ kind }) => kind).toSorted()).toEqual(['digest-due', 'head-due', 'survey', 'sync']);
  });

  it('at the new time when somebody unblocks again', async () => {
    const harness = await startHarness();
    await unblocks(harness, `1h ${reason}`);
    await harness.advance(30 * minute);
    await types(harness, 'oscar', 'unblock 4h It takes longer than we thought');
    expect(harness.oscar.modal().text).toContain(
      'It is unblocked already, until today at 10:00 UTC (in 30 minutes): what you choose here takes the place of that.',
    );
    await submits(harness, 'oscar');
    expect(notesLike(harness, 'Support access stays unblocked')[0]).toContain('Until today at 13:30 UTC (in 4 hours)');
    const [first] = notesLike(harness, 'Support access was unblocked');
    expect(first).toContain('A newer message below says how it stands.');
    expect(first).not.toContain('[Block]');
    await harness.advance(3 * hour);
    expect(isBlocked(harness)).toBe(false);
    await harness.advance(hour);
    expect(isBlocked(harness)).toBe(true);
  });

  it('with the block of somebody: nothing is owed any more', async () => {
    const harness = await startHarness();
    await unblocks(harness, `1h ${reason}`);
    await types(harness, 'oscar', 'block');
    await submits(harness, 'oscar');
    await harness.advance(hour + minute);
    expect(notesLike(harness, 'Support access is blocked for the organization')).toHaveLength(1);
  });

  it('though the bot was down when its time came', async () => {
    const harness = await startHarness();
    await unblocks(harness);
    await harness.sandbox.stopBot();
    harness.sandbox.clock.tick(6 * hour);
    await harness.sandbox.startBot();
    expect(isBlocked(harness)).toBe(true);
    expect(notesLike(harness, 'Support access is blocked')).toHaveLength(1);
  });

  it('once Atlas takes calls again', async () => {
    const harness = await startHarness();
    await unblocks(harness, `1h ${reason}`);
    const fault = harness.sandbox.atlas.addFault({ kind: 'status', status: 429, call: 'patchSettings' });
    await harness.advance(2 * hour);
    expect(isBlocked(harness)).toBe(false);
    expect(await types(harness, 'erin', 'status')).toContain('Still trying: Atlas takes no more calls');
    fault.clear();
    await harness.advance(5 * minute);
    expect(isBlocked(harness)).toBe(true);
  });

  it.each(['10m', '8d', '0h', '-4h', '999d'])('%s is no time for it', async (duration) => {
    const harness = await startHarness();
    expect(await types(harness, 'olivia', `unblock ${duration} ${reason}`)).toBe(
      'Nothing was changed. An unblock lasts from 30 min to 7 days, or until somebody blocks again.',
    );
    expect(harness.olivia.hasModal()).toBe(false);
  });
});

describe('where Portcullis may not block', () => {
  it('owners are reminded with the link until it is read blocked', async () => {
    const harness = await startHarness({ settings: withoutBlockAccount });
    await types(harness, 'oscar', `unblock 1h ${reason}`);
    expect(harness.oscar.modal().text).toContain('reminds the owners to block it again');
    expect(await submits(harness, 'oscar')).toContain('Do it within an hour');
    harness.sandbox.atlas.state.setBlocked(false, owner);
    await harness.advance(6 * minute);
    const [told = ''] = notesLike(harness, 'Support access is no longer blocked');
    expect(told).toContain('Decided by Oscar Second; seen');
    expect(told).toContain(
      'Until today at 10:00 UTC (in 54 minutes): then an organization owner has to block it again',
    );
    expect(told).toContain('To block it: the setting in MongoDB Atlas (');
    expect(told).not.toContain('[Block]');
    const overdue = (): string[] => notesLike(harness, 'Support access should');
    await harness.advance(53 * minute);
    expect(overdue()).toEqual([]);
    await harness.advance(minute);
    expect(overdue().map(steady)).toMatchInlineSnapshot(`
      [
        "Support access should be blocked again, and is not: MongoDB support can enter the infrastructure of all 6 clusters now
      Oscar Second had unblocked it until today at 10:00 UTC. That is over, and Portcullis could not block it:
      Portcullis has no account that may switch the block. Nothing was changed. An organization owner can switch it in Atlas.
      An organization owner has to block it by hand: the setting in MongoDB Atlas (…)
      @Olivia Owner and @Oscar Second
      Reference for the operators of Portcullis: 64f0a1b2c3d4e5f600000001",
      ]
    `);
    await harness.advance(15 * minute);
    expect(overdue()).toHaveLength(2);
    await harness.advance(29 * minute);
    expect(overdue()).toHaveLength(2);
    await harness.advance(minute);
    expect(overdue()).toHaveLength(3);
    expect(await types(harness, 'erin', 'status')).toContain(
      'Oscar Second had unblocked it until today at 10:00 UTC. That is over, and Portcullis could not block it again.',
    );
    harness.sandbox.atlas.state.setBlocked(true, owner);
    await harness.advance(10 * minute);
    expect(overdue()).toHaveLength(3);
    for (const note of overdue()) {
      expect(note).toContain('Support access should have been blocked again');
      expect(note).toContain('Since then it was blocked in MongoDB Atlas itself; seen today at 10:5');
    }
  });

  it('a refused block account is tried again, and works once it is mended', async () => {
    const harness = await startHarness();
    await unblocks(harness, `1h ${reason}`);
    const fault = harness.sandbox.atlas.addFault({ kind: 'status', status: 403, call: 'patchSettings' });
    await harness.advance(hour);
    const [overdue = ''] = notesLike(harness, 'Support access should be blocked again');
    expect(overdue).toContain('@Olivia Owner and @Oscar Second');
    expect(overdue).toContain('[Block]');
    fault.clear();
    await harness.advance(15 * minute);
    expect(isBlocked(harness)).toBe(true);
    expect(notesLike(harness, 'Support access should')[0]).toContain('Since then its time was over, and Portcullis');
  });
});

describe('whenever the organization becomes open to support', () => {
  it('an owner blocks again with one click, and the note shows it', async () => {
    const harness = await startHarness();
    await unblocks(harness);
    const { confirm } = await harness.oscar.clicks('Block', { channel: harness.channel, confirm: 'cancel' });
    expect(confirm).toMatchInlineSnapshot(`
      "Block support access?
      MongoDB support can then enter a cluster only while a grant is open. This may increase the time that support needs to respond and to resolve issues, and may have an effect on the availability of your clusters. Only organization owners can do this.
      [Block] [Not now]"
    `);
    expect(isBlocked(harness)).toBe(false);
    expect(await clicks(harness, 'oscar', 'Block')).toBe('');
    expect(harness.oscar.hasModal()).toBe(false);
    expect(isBlocked(harness)).toBe(true);
    const [note = ''] = notesLike(harness, 'Support access was unblocked');
    expect(note).toContain('Since then Oscar Second blocked it again; seen today at 09:00 UTC.');
    expect(note).not.toContain('[Block]');
  });

  it('in Atlas itself, the channel is told, and a block there shows in the note', async () => {
    const harness = await startHarness();
    harness.sandbox.atlas.state.setBlocked(false, owner);
    await harness.advance(6 * minute);
    const told = (): string[] => notesLike(harness, 'Somebody unblocked support access in MongoDB Atlas itself');
    expect(told()).toMatchInlineSnapshot(`
      [
        "Somebody unblocked support access in MongoDB Atlas itself
      MongoDB support can enter the infrastructure of all 6 clusters now.
      Seen today at 09:05 UTC. It was not done through Portcullis: MongoDB Atlas names olivia.owner@meridian.example.
      It stays so until somebody blocks it again.
      [Block]",
      ]
    `);
    harness.sandbox.atlas.state.setBlocked(true, owner);
    await harness.advance(6 * minute);
    expect(told()[0]).toContain('Since then it was blocked in MongoDB Atlas itself; seen today');
    expect(told()[0]).not.toContain('[Block]');
  });

  it('in Atlas itself, the channel is told all the same when Atlas does not say who', async () => {
    const harness = await startHarness();
    harness.sandbox.atlas.addFault({ kind: 'status', status: 403, call: 'orgEvents' });
    harness.sandbox.atlas.state.setBlocked(false, owner);
    await harness.advance(6 * minute);
    expect(notesLike(harness, 'Somebody unblocked')[0]).toContain('It was not done through Portcullis.\n');
  });

  it('a click that cannot be carried out at once is answered', async () => {
    const harness = await startHarness({ atlasSeed: demoSeed });
    await unblocks(harness);
    const fault = harness.sandbox.atlas.addFault({ kind: 'status', status: 429 });
    expect(await clicks(harness, 'oscar', 'Block')).toContain('Accepted, but not seen blocked yet');
    expect(await clicks(harness, 'olivia', 'Block')).toContain('Oscar Second decided today at 09:00 UTC to block it');
    fault.clear();
    await harness.advance(6 * minute);
    expect(isBlocked(harness)).toBe(true);
  });

  it.each([
    ['priya', 'Only an organization owner may block support access. Ask Olivia Owner and Oscar Second.'],
    ['erin', 'Only an organization owner may block support access. Ask Olivia Owner and Oscar Second.'],
    ['gus', 'Guests of this workspace cannot use Portcullis. Ask a full member.'],
    ['sven', 'People of another workspace cannot use Portcullis. Ask a member of this one.'],
  ] as const)('%s cannot block by the button, and is told why, alone', async (who, why) => {
    const harness = await startHarness({ settings: { DECIDERS: 'project-roles' } });
    await unblocks(harness);
    expect(await clicks(harness, who, 'Block')).toBe(`Not blocked. ${why}`);
    expect(isBlocked(harness)).toBe(false);
    expect(harness.audits().at(-1)).toMatchObject({ action: 'block', outcome: 'refused' });
  });
});
