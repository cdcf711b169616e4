import { describe, expect, test } from 'vitest';
import { blockObserved, blockSyncFailed } from '../../../src/grants/block.ts';
import type { Grant } from '../../../src/grants/grant.ts';
import { type Lockdown, wantLockdown, withLockdown } from '../../../src/grants/lockdown.ts';
import type { Organization } from '../../../src/grants/organization.ts';
import { syncFailed } from '../../../src/grants/sync.ts';
import { lockdownReport } from '../../../src/slack/messages/lockdown-report.ts';
import * as sample from './samples.ts';

const refusal = { code: 'rate-limited', message: 'Atlas takes no more calls for the moment.' } as const;
const decided = sample.after(65);

function locked(blocked: boolean, canSetBlock = true): Organization {
  const result = wantLockdown(sample.organization(blocked), {
    by: sample.olivia,
    at: decided,
    operationId: 'L1',
    basis: 'fresh',
    block: canSetBlock ? 'switched' : 'left-to-people',
  });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

const failing = (grant: Grant): Grant => syncFailed(grant, refusal, sample.after(66), sample.after(65));
const named = (grant: Grant, name: string): Grant => ({ ...grant, target: { ...grant.target, name } });

const show = (
  organization: Organization,
  grants: readonly Grant[],
  change: Partial<Lockdown> = {},
  capabilities = sample.capabilities,
): string => {
  const known = withLockdown(organization, 'L1', { grantIds: grants.map(({ _id }) => _id), ...change });
  const lockdown = known.lockdowns?.[0];
  if (lockdown === undefined) throw new Error('There is no lockdown');
  const message = lockdownReport({ lockdown, grants, organization: known }, capabilities);
  expect(sample.problems(message)).toEqual([]);
  expect(sample.notified(message)).toEqual([]);
  return sample.read(message, 66);
};

describe('the report of a lockdown', () => {
  test('shows what is not seen closed first, failures before the rest', () => {
    const trying = blockSyncFailed(locked(false), refusal, sample.after(66), sample.after(65));
    const grants = [
      named(sample.revoked(), 'done-prod'),
      named(sample.cancelled(sample.olivia), 'asked-prod'),
      named(sample.revoking(), 'waiting-prod'),
      named(failing(sample.revoking()), 'failing-prod'),
    ];
    expect(show(trying, grants)).toMatchInlineSnapshot(`
      "Lockdown: 2 clusters are not seen closed yet
      Olivia Owner decided today at 11:05 UTC to close everything.
      The whole organization: not seen blocked
      Still trying: Atlas takes no more calls for the moment.
      As read in MongoDB Atlas today at 10:00 UTC: not blocked.
      Reference for the operators of Portcullis: 64f0a1b2c3d4e5f600000001
      Closing failing-prod: not seen closed yet
      Revoked by Olivia Owner, today at 11:05 UTC. Portcullis is making sure that MongoDB Atlas closes it.
      It may still be open until tomorrow at 10:05 UTC (in 23 hours), when MongoDB Atlas ends it by itself.
      Still trying: Atlas takes no more calls for the moment.
      g-wy9ze471xk
      Closing waiting-prod: not seen closed yet
      Revoked by Olivia Owner, today at 11:05 UTC. Portcullis is making sure that MongoDB Atlas closes it.
      It may still be open until tomorrow at 10:05 UTC (in 23 hours), when MongoDB Atlas ends it by itself.
      g-wy9ze471xk
      done-prod, project Shop: seen closed today at 11:06 UTC, g-wy9ze471xk
      asked-prod, project Shop: the request of Ada Asker is cancelled, g-wy9ze471xk"
    `);
  });

  test('says at the end that everything was seen', () => {
    const blocked = blockObserved(locked(false), { blocked: true }, sample.after(66));
    expect(show(blocked, [sample.revoked()], { blockedAt: sample.after(66) })).toMatchInlineSnapshot(`
      "Lockdown: everything is closed, and support access is blocked
      Olivia Owner decided today at 11:05 UTC to close everything.
      The whole organization: seen blocked today at 11:06 UTC.
      orders-prod, project Shop: seen closed today at 11:06 UTC, g-wy9ze471xk"
    `);
  });

  test('does not say of what an operator recorded that it was seen', () => {
    expect(show(locked(false), [sample.vouchedFor()])).toContain(
      'orders-prod, project Shop: not seen closed; an operator recorded that it had ended, tomorrow at 10:05 UTC at the latest, g-',
    );
  });

  test('gives the link where Portcullis has no account', () => {
    const capabilities = { ...sample.capabilities, canSetBlock: false };
    expect(show(locked(false, false), [], {}, capabilities)).toMatchInlineSnapshot(`
      "Lockdown: everything is closed, but support access was not seen blocked
      Olivia Owner decided today at 11:05 UTC to close everything.
      Nothing was open, and no requests waited.
      The whole organization: not seen blocked
      Portcullis has no account that may switch it. An organization owner can block it by hand: the setting in MongoDB Atlas (https://cloud.example/v2#/org/64f0a1b2c3d4e5f600000001/settings/general)
      As read in MongoDB Atlas today at 10:00 UTC: not blocked."
    `);
  });

  test('promises nothing before it has looked', () => {
    expect(show(locked(false), [], { grantIds: undefined })).toContain('Lockdown: closing everything');
  });

  test('fits into a message with more than it can show and the longest names', () => {
    const long = '&'.repeat(64);
    const of = (grant: Grant, count: number): Grant[] => Array.from({ length: count }, () => named(grant, long));
    const trouble = { code: 'x', message: '<'.repeat(3_000), since: decided, told: false };
    const grants = [
      ...of({ ...failing(sample.revoking()), trouble }, 60),
      ...of(sample.revoked(), 90),
      ...of(sample.cancelled(), 90),
    ];
    expect(show(locked(false), grants)).toMatch(/and \d\d more, not seen closed yet/);
  });
});
