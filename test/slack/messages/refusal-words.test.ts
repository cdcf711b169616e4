import { describe, expect, test } from 'vitest';
import type { GrantRefusal } from '../../../src/grants/grant-refusals.ts';
import type { PermissionRefusal } from '../../../src/grants/permissions.ts';
import { paragraphMessage } from '../../../src/slack/messages/blocks.ts';
import {
  grantRefusalWords,
  organizationRefusalWords,
  permissionWords,
  targetOpenWords,
} from '../../../src/slack/messages/refusal-words.ts';
import { mentioned, say, type Words } from '../../../src/slack/messages/words.ts';
import * as sample from './samples.ts';

const read = (words: Words): string => {
  const message = paragraphMessage(words);
  expect(sample.problems(message)).toEqual([]);
  expect(sample.notified(message)).toEqual([]);
  return sample.read(message, 70);
};

describe('somebody without the right is told why', () => {
  const reasons: readonly PermissionRefusal[] = [
    'no-block',
    'guest',
    'outsider',
    'bot',
    'deactivated',
    'roles-unavailable',
    'no-email',
    'no-account',
    'inactive-account',
    'link-pending',
    'not-linked',
    'not-named',
    'not-chosen',
    'not-owner',
    'not-decider',
    'own-request',
    'not-requester',
  ];

  test.each(reasons)('%s', (reason) => {
    const context = {
      action: 'approve',
      others: [say`Olivia Owner`, say`Oscar Second`],
      vendor: 'MongoDB Atlas',
      hasDirectory: true,
    } as const;
    expect(read(permissionWords(reason, context))).toMatchSnapshot();
  });

  test('a sole decider whose own approval does not count is told what to change', () => {
    expect(
      read(
        permissionWords('own-request', { action: 'approve', others: [], vendor: 'MongoDB Atlas', hasDirectory: true }),
      ),
    ).toMatchInlineSnapshot(
      `"Not approved. You asked for this yourself, and your own approval does not count here. You are the only one who may decide: add a second organization owner in MongoDB Atlas, or let own approvals count: \`/support-access settings\`"`,
    );
  });

  test('where nobody else has the right, that is said', () => {
    expect(
      read(permissionWords('not-owner', { action: 'block', others: [], vendor: 'MongoDB Atlas', hasDirectory: true })),
    ).toBe(
      'Not blocked. Only an organization owner may block support access. Nobody in this workspace is known to have that right at the moment.',
    );
  });

  test('those who have the right can be mentioned instead, where that notifies nobody', () => {
    const others = [mentioned('UOLIVIA', 'Olivia Owner')];
    const words = permissionWords('not-decider', {
      action: 'deny',
      others,
      vendor: 'MongoDB Atlas',
      hasDirectory: true,
    });
    expect(words.mrkdwn).toContain('Ask <@UOLIVIA>.');
    expect(words.text).toContain('Ask Olivia Owner.');
  });

  test('long lists of names are cut', () => {
    const others = Array.from({ length: 8 }, (_, index) => say`Owner ${index}`);
    expect(
      read(permissionWords('not-decider', { action: 'deny', others, vendor: 'MongoDB Atlas', hasDirectory: true })),
    ).toContain('Ask Owner 0, Owner 1, Owner 2, Owner 3, Owner 4 and 3 more.');
  });
});

describe('a decision that comes too late is told what happened', () => {
  const partly = sample.approved(sample.requested({ approvalsNeeded: 2 }));
  const refusals: readonly [string, GrantRefusal][] = [
    ['opened since', { code: 'not-open-for-decision', grant: sample.active() }],
    ['denied since', { code: 'not-open-for-decision', grant: sample.denied() }],
    ['cancelled since', { code: 'not-open-for-decision', grant: sample.cancelled() }],
    ['revoked since', { code: 'not-open-for-decision', grant: sample.revoked() }],
    ['not opened', { code: 'not-open-for-decision', grant: sample.refused() }],
    ['lapsed', { code: 'lapsed', grant: sample.requested() }],
    ['terms changed', { code: 'terms-changed', grant: sample.requested() }],
    ['approved before', { code: 'already-approved-by-you', grant: partly }],
    ['not blocked', { code: 'needs-block', grant: sample.requested({ type: sample.logs }), blocked: false }],
    ['block not read', { code: 'needs-block', grant: sample.requested({ type: sample.logs }), blocked: undefined }],
    ['nothing open yet', { code: 'nothing-to-revoke', grant: sample.requested() }],
    ['nothing open any more', { code: 'nothing-to-revoke', grant: sample.expired() }],
    ['closing', { code: 'already-closing', grant: sample.revoking() }],
    ['no reminders', { code: 'nothing-to-silence', grant: sample.revoked() }],
  ];

  test.each(refusals)('%s', (_, refusal) => {
    expect(read(grantRefusalWords(refusal, sample.capabilities))).toMatchSnapshot();
  });
});

describe('an approval for a cluster that is open', () => {
  test('is told what is open and that it waits', () => {
    expect(
      read(targetOpenWords(sample.requested(), sample.posted(sample.active()), sample.capabilities)),
    ).toMatchInlineSnapshot(
      `"Not approved: a cluster has one grant at a time, and orders-prod still has another. orders-prod is open to MongoDB support. It is open until tomorrow at 10:05 UTC (in 23 hours). See g-wy9ze471xk (https://slack.example/archives/CACCESS/p11). This request can be approved once that has ended."`,
    );
    expect(read(targetOpenWords(sample.requested(), undefined, sample.capabilities))).toBe(
      'Not approved: a cluster has one grant at a time, and orders-prod still has another. This request can be approved once that has ended.',
    );
  });
});

describe('a decision about the organization that changes nothing says why', () => {
  const wish = { blocked: true, by: sample.olivia, at: sample.after(60), reason: '' };
  test.each([
    ['blocked already', { code: 'already-so', organization: sample.organization(true) }],
    ['unblocked already', { code: 'already-so', organization: sample.organization(false) }],
    ['under way', { code: 'already-wanted', organization: sample.organization(false), wish }],
    ['link gone', { code: 'no-such-link', organization: sample.organization(true) }],
    ['own link', { code: 'own-link', organization: sample.organization(true) }],
  ] as const)('%s', (_, refusal) => {
    expect(read(organizationRefusalWords(refusal))).toMatchSnapshot();
  });
});
