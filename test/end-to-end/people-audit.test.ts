import { describe, expect, it } from 'vitest';
import { meridian } from '../../src/sandbox/demo-organizations.ts';
import { type Harness, hour, minute, people, startHarness } from '../support/harness.ts';
import { clicks, submits, types } from './steps.ts';

const olivia = {
  kind: 'person',
  slackId: people.olivia,
  name: 'Olivia Owner',
  accountId: expect.any(String),
  roles: expect.any(Array),
};
const erin = {
  kind: 'person',
  slackId: people.erin,
  name: 'Erin Engineer',
  accountId: expect.any(String),
  roles: expect.any(Array),
};
const portcullis = { kind: 'portcullis' };

/** Audit lines without what every line has, checked on the way; those of the links at the start left out. */
function lines(harness: Harness) {
  return harness.audits().flatMap((line) => {
    const { level, time, pid, hostname, msg, audit, at, organizationId, organization, ...rest } = line;
    expect(audit).toBe(true);
    expect(level).toBe('info');
    expect(organizationId).toBe(harness.sandbox.atlas.state.id);
    expect(organization).toBe(harness.bystander === undefined ? undefined : meridian.key);
    expect(Number.isNaN(Date.parse(String(at)))).toBe(false);
    return rest.action === 'link' ? [] : [rest];
  });
}

describe('every transition and every refusal is exactly one audit line', () => {
  it('of a grant from the request to its end', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request ledger-prod 30m logs Disk latency on the primary');
    await clicks(harness, 'erin', 'Approve for 30 min');
    await clicks(harness, 'olivia', 'Approve for 30 min');
    await harness.advance(40 * minute);
    const grantId = (await harness.onlyGrant())._id;
    const done = { outcome: 'done', grantId };
    expect(lines(harness)).toEqual([
      { ...done, action: 'request', actor: erin, to: 'requested' },
      { outcome: 'refused', grantId, action: 'approve', actor: erin, from: 'requested', reason: 'not-decider' },
      { ...done, action: 'approve', actor: olivia, from: 'requested', to: 'opening', basis: 'fresh' },
      { ...done, action: 'seen-open', actor: portcullis, from: 'opening', to: 'active' },
      { ...done, action: 'end', actor: portcullis, from: 'active', to: 'closing' },
      { ...done, action: 'seen-closed', actor: portcullis, from: 'closing', to: 'expired' },
      { ...done, action: 'activity-recorded', actor: portcullis, from: 'expired', to: 'expired', reason: 'nothing' },
    ]);
  });

  it('of denied, cancelled, revoked, silenced, not opened and lapsed', async () => {
    const harness = await startHarness();
    await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    await clicks(harness, 'olivia', 'Deny');
    await harness.olivia.modal().fill('Reason', 'The load test explains it.');
    await submits(harness, 'olivia');
    await harness.olivia.modal().close();

    await types(harness, 'erin', 'request payments-prod 8h logs Disk latency on the primary');
    await types(harness, 'erin', 'revoke payments-prod');
    await submits(harness, 'erin');
    await harness.erin.modal().close();

    await types(harness, 'olivia', 'grant warehouse 1h logs Disk latency on the primary');
    await harness.advance(31 * minute);
    await clicks(harness, 'olivia', 'Let it end');
    await clicks(harness, 'olivia', 'Revoke now', { message: 'warehouse is open' });

    harness.sandbox.atlas.addFault({ kind: 'status', status: 403, call: 'grant', times: 1 });
    await types(harness, 'olivia', 'grant events-prod 8h logs Disk latency on the primary');

    await types(harness, 'erin', 'request events-prod 8h logs Disk latency on the primary');
    // Nobody decides, and no process runs when its time is over.
    await harness.sandbox.stopBot();
    harness.sandbox.clock.tick(24 * hour);
    await harness.sandbox.startBot();

    // What is read after an end comes beside what happens to other grants.
    const told = lines(harness).filter(({ action }) => action !== 'activity-recorded');
    expect(
      told.map(({ action, outcome, from, to, basis, reason }) => [action, outcome, from, to, basis, reason]),
    ).toEqual([
      ['request', 'done', undefined, 'requested', undefined, undefined],
      ['deny', 'done', 'requested', 'denied', 'snapshot', 'The load test explains it.'],
      ['request', 'done', undefined, 'requested', undefined, undefined],
      ['cancel', 'done', 'requested', 'cancelled', 'own-request', undefined],
      ['request', 'done', undefined, 'requested', undefined, undefined],
      ['approve', 'done', 'requested', 'opening', 'fresh', undefined],
      ['seen-open', 'done', 'opening', 'active', undefined, undefined],
      ['let-end', 'done', 'active', 'active', 'own-request', undefined],
      ['revoke', 'done', 'active', 'closing', 'own-request', undefined],
      ['seen-closed', 'done', 'closing', 'revoked', undefined, undefined],
      ['request', 'done', undefined, 'requested', undefined, undefined],
      ['approve', 'done', 'requested', 'opening', 'fresh', undefined],
      ['opening-refused', 'done', 'opening', 'closing', undefined, expect.stringContaining('Atlas refused')],
      ['seen-closed', 'done', 'closing', 'failed', undefined, undefined],
      ['request', 'done', undefined, 'requested', undefined, undefined],
      ['lapse', 'done', 'requested', 'lapsed', undefined, undefined],
    ]);
  });

  it('of the block, and of what a late decision is told', async () => {
    const harness = await startHarness();
    await types(harness, 'olivia', 'unblock because the case needs it');
    await submits(harness, 'olivia');
    await types(harness, 'erin', 'block');
    await types(harness, 'erin', 'request ledger-prod 8h logs Disk latency on the primary');
    await clicks(harness, 'olivia', 'Approve for 8 h');
    expect(lines(harness)).toEqual([
      { outcome: 'done', action: 'unblock', actor: olivia, reason: 'because the case needs it', basis: 'fresh' },
      { outcome: 'done', action: 'seen-unblocked', actor: portcullis },
      { outcome: 'refused', action: 'block', actor: erin, reason: 'not-owner' },
      { outcome: 'done', action: 'request', actor: erin, to: 'requested', grantId: expect.any(String) },
      {
        outcome: 'refused',
        action: 'approve',
        actor: olivia,
        from: 'requested',
        reason: 'needs-block',
        grantId: expect.any(String),
      },
    ]);
  });
});
