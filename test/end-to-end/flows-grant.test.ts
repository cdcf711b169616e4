import { describe, expect, it } from 'vitest';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, inAtlas, leaps, notes, readable, rootOf, submits, types } from './steps.ts';

const reason = 'Primary steps down every few minutes';
const end = (hours: number): Date => new Date(Date.parse('2026-03-02T09:00:00Z') + hours * hour);

async function opened(duration: string, shown: string, who: 'erin' | 'dana' = 'erin'): Promise<Harness> {
  const harness = await startHarness();
  await types(harness, who, `request payments-prod ${duration} logs ${reason}`, 'engineering');
  await clicks(harness, 'olivia', `Approve for ${shown}`);
  return harness;
}

const reminders = async (harness: Harness): Promise<string[]> =>
  notes(harness, await harness.onlyGrant()).filter((note) => note.includes('[Let it end]'));

describe('an approval', () => {
  it('repeats terms and warnings, opens in Atlas, and turns the message into the open grant', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', `request payments-prod 8h logs ${reason}`);
    await harness.advance(5 * minute);
    const { confirm } = await harness.olivia.clicks('Approve for 8 h', { channel: harness.channel });
    await harness.idle();
    expect(confirm).toContain('Opens payments-prod to MongoDB support for 8 h: database logs only.');
    expect(confirm).toContain('A download of logs that has begun goes on to its end');

    const grant = await harness.onlyGrant();
    const until = new Date(end(8).getTime() + 5 * minute);
    expect(inAtlas(harness, 'payments-prod')).toEqual({ grantType: 'CLUSTER_DATABASE_LOGS', expirationTime: until });
    expect(grant).toMatchObject({ state: 'active', wanted: { until }, confirmed: { until } });
    const root = rootOf(harness, grant);
    expect(root).toContain('payments-prod is open to MongoDB support');
    expect(root).toContain('It is open until today at 17:05 UTC (in 8 hours).');
    expect(root).toContain('Approved by: Olivia Owner, today at 09:05 UTC');
    expect(root).toContain(`See payments-prod in MongoDB Atlas (${grant.target.url})`);
    expect(root).toContain('[Revoke now]');
    expect(root).not.toContain('[Approve');
    expect(notes(harness, grant)).toHaveLength(1);
    expect(notes(harness, grant)[0]).toContain(
      [
        'Support access to our cluster is open.',
        'Cluster: payments-prod',
        `Project: payments (${grant.target.projectId})`,
        'Access: database logs only',
        'Open until: 2026-03-02 17:05 UTC',
        `Issue: ${reason}`,
      ].join('\n'),
    );
  });

  it('that is cancelled in its confirm step changes nothing', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', `request payments-prod 8h logs ${reason}`);
    await harness.olivia.clicks('Approve for 8 h', { channel: harness.channel, confirm: 'cancel' });
    await harness.idle();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
  });

  it('is refused to whoever may not, alone, with who may', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', `request payments-prod 8h logs ${reason}`);
    const told = await clicks(harness, 'sam', 'Approve for 8 h');
    expect(told).toMatch(/^Not approved\. .*Ask Olivia Owner and Oscar Second\.$/);
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested' });
    expect(harness.audits().at(-1)).toMatchObject({ action: 'approve', outcome: 'refused', reason: 'not-decider' });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});

describe('an owner’s own grant', () => {
  it('opens at once, with one message in the channel', async () => {
    const harness = await startHarness();
    const answer = await types(harness, 'olivia', 'grant ledger-prod 2h infrastructure Disk latency on the primary');
    const grant = await harness.onlyGrant();
    expect(grant.state).toBe('active');
    expect(answer).toContain('ledger-prod is open to MongoDB support');
    expect(answer).toContain('It is open until today at 11:00 UTC (in 2 hours).');
    expect(inAtlas(harness, 'ledger-prod')?.expirationTime).toEqual(end(2));
    expect(rootOf(harness, grant)).toContain('Approved by: Olivia Owner, today at 09:00 UTC');
  });

  it('waits for somebody else where own approvals do not count', async () => {
    const harness = await startHarness({ settings: { OWN_APPROVAL_COUNTS: 'false' } });
    const answer = await types(harness, 'olivia', 'grant ledger-prod 2h infrastructure Disk latency on the primary');
    expect(answer).toContain('your own approval does not count here. Ask Oscar Second.');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'requested', approvals: [] });
    await clicks(harness, 'oscar', 'Approve for 2 h');
    expect(await harness.onlyGrant()).toMatchObject({ state: 'active' });
  });
});

describe('reminders', () => {
  it('come 4 h and 30 min before the end', async () => {
    const harness = await opened('8h', '8 h');
    await leaps(harness, 4 * hour - minute);
    expect(await reminders(harness)).toEqual([]);
    await harness.advance(minute);
    expect(await reminders(harness)).toHaveLength(1);
    expect((await reminders(harness))[0]).toContain('payments-prod is open to MongoDB support for 4 h more');
    expect((await reminders(harness))[0]).toContain('It ends by itself today at 17:00 UTC (in 4 hours).');
    expect((await reminders(harness))[0]).toContain('@Erin Engineer');
    await leaps(harness, 3.5 * hour);
    expect(await reminders(harness)).toHaveLength(2);
    expect((await reminders(harness))[1]).toContain('payments-prod is open to MongoDB support for 30 min more');
  });

  it('do not come earlier than half the duration', async () => {
    const harness = await opened('1h', '1 h');
    await harness.advance(30 * minute);
    expect(await reminders(harness)).toHaveLength(1);

    const short = await opened('45m', '45 min');
    await short.advance(46 * minute);
    expect(await reminders(short)).toEqual([]);
    expect(await short.onlyGrant()).toMatchObject({ state: 'expired' });
  });

  it('stop when somebody lets it end, which the message says', async () => {
    const harness = await opened('8h', '8 h');
    await leaps(harness, 4 * hour);
    const told = await clicks(harness, 'erin', 'Let it end');
    expect(told).toContain('No more reminders for payments-prod');
    expect(told).toContain('It ends by itself today at 17:00 UTC (in 4 hours).');
    await leaps(harness, 3.5 * hour);
    expect(await reminders(harness)).toHaveLength(1);
    await harness.advance(30 * minute);
    expect(await reminders(harness)).toHaveLength(1);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'expired', remindersSilencedBy: { slackId: people.erin } });
    expect(harness.audits()).toContainEqual(expect.objectContaining({ action: 'let-end', outcome: 'done' }));
    expect(await clicks(harness, 'erin', 'Let it end')).toContain('Support access to payments-prod ended by itself');
  });

  it('reach who is not in the channel with their buttons, which work there', async () => {
    const harness = await opened('1h', '1 h', 'dana');
    await harness.advance(30 * minute);
    const direct = harness.dana.directMessages().map((message) => readable(harness, message));
    expect(direct.at(-1)).toContain('payments-prod is open to MongoDB support for 30 min more');
    const [, button = ''] = /\[(Revoke now|End access now)\]/.exec(direct.at(-1) ?? '') ?? [];
    const told = await clicks(harness, 'dana', button, { channel: people.dana, message: '30 min more' });
    expect(told).toContain('payments-prod is closed: MongoDB Atlas was seen without the grant');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(await harness.onlyGrant()).toMatchObject({ state: 'revoked' });
  });
});

describe('the end', () => {
  it('by itself is seen, and told with how long it was open', async () => {
    const harness = await opened('30m', '30 min');
    await harness.advance(30 * minute);
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'expired' });
    expect(grant.endedAt).toBeDefined();
    const root = rootOf(harness, grant);
    expect(root).toContain('Support access to payments-prod ended by itself');
    expect(root).toContain('Seen closed today at 09:30 UTC. It was open for 30 min.');
    expect(root).not.toContain('[');
    expect(notes(harness, grant).at(-1)).toContain('@Erin Engineer');
  });

  it('by a click on the message takes a confirm step and the right, and is seen in Atlas', async () => {
    const harness = await opened('1h', '1 h');
    expect(await clicks(harness, 'sam', 'Revoke now')).toMatch(/^Not revoked\. .*Ask Olivia Owner and Oscar Second\.$/);
    await harness.advance(20 * minute);
    const { confirm } = await harness.oscar.clicks('Revoke now', { channel: harness.channel });
    await harness.idle();
    expect(confirm).toContain('Make sure first that all issues which need support have been dealt with.');
    expect(confirm).toContain('Downloads in progress are not interrupted');
    const grant = await harness.onlyGrant();
    expect(grant).toMatchObject({ state: 'revoked', closing: { by: { slackId: people.oscar } } });
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
    expect(rootOf(harness, grant)).toContain('Oscar Second revoked support access to payments-prod');
    expect(notes(harness, grant).at(-1)).toContain('Seen closed today at 09:20 UTC. It was open for 20 min.');
    await harness.advance(2 * hour);
    expect(await reminders(harness)).toEqual([]);
  });

  it('by a click on a reminder tells who clicked, and leaves no double', async () => {
    const harness = await opened('1h', '1 h');
    await harness.advance(30 * minute);
    const grant = await harness.onlyGrant();
    const told = await clicks(harness, 'erin', 'Revoke now', { message: '30 min more' });
    expect(told).toContain('payments-prod is closed: MongoDB Atlas was seen without the grant');
    expect(told).toContain('Erin Engineer revoked support access to payments-prod.');
    const again = await clicks(harness, 'olivia', 'Revoke now', { message: '30 min more' });
    expect(again).toContain('Nothing was revoked: nothing is open here. Erin Engineer revoked support access');
    expect(notes(harness, grant).filter((note) => note.includes('revoked'))).toHaveLength(1);
  });

  it('by command takes the same confirm step in a modal, where the outcome is shown', async () => {
    const harness = await opened('1h', '1 h');
    await types(harness, 'olivia', 'revoke payments-prod', 'engineering');
    const { text } = harness.olivia.modal();
    expect(text).toContain('payments-prod is open to MongoDB support');
    expect(text).toContain('Make sure first that all issues which need support have been dealt with.');
    expect(text).toContain('Downloads in progress are not interrupted');
    expect(inAtlas(harness, 'payments-prod')).toBeDefined();
    expect(await submits(harness, 'olivia')).toContain('payments-prod is closed');
    expect(inAtlas(harness, 'payments-prod')).toBeUndefined();
  });
});
