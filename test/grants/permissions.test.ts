import { describe, expect, it } from 'vitest';
import {
  type KnownRoles,
  type PermissionAction,
  type PermissionQuestion,
  permit,
} from '../../src/grants/permissions.ts';

const owner: KnownRoles = {
  source: 'fresh',
  account: 'active',
  link: 'linked',
  organizationRoles: ['ORG_OWNER'],
  projectRoles: [],
};
const projectDecider: KnownRoles = { ...owner, organizationRoles: ['ORG_MEMBER'], projectRoles: ['GROUP_OWNER'] };
const nobody: KnownRoles = { ...owner, organizationRoles: ['ORG_MEMBER'], projectRoles: ['GROUP_READ_ONLY'] };
const projectRoles = { deciders: 'project-roles', owners: [], ownApprovalCounts: true } as const;

const everything = [
  'ask',
  'see',
  'approve',
  'unblock',
  'confirm-link',
  'deny',
  'revoke',
  'silence',
  'cancel',
  'block',
] as const satisfies readonly PermissionAction[];
/** What roles decide. */
const decisions = everything.filter((action) => action !== 'ask' && action !== 'see' && action !== 'cancel');

/** "yes" with what it rests on, or the reason why not. */
function answer(action: PermissionAction, change: Partial<Omit<PermissionQuestion, 'action'>> = {}): string {
  const permission = permit({
    action,
    slackId: 'UBEN',
    membership: 'member',
    roles: owner,
    policy: { deciders: 'org-owners', owners: [], ownApprovalCounts: true },
    deciderRoles: { owner: ['ORG_OWNER'], projectDecider: ['GROUP_OWNER', 'GROUP_SUPPORT_ACCESS_MANAGER'] },
    isRequester: false,
    ...change,
  });
  return permission.allowed ? `yes: ${permission.basis}` : permission.reason;
}

/** What each action is answered, for those actions that differ from the rest. */
const answers = (actions: readonly PermissionAction[], change: Parameters<typeof answer>[1]): Record<string, string> =>
  Object.fromEntries(actions.map((action) => [action, answer(action, change)]));
const all = <A extends string>(actions: readonly A[], said: string): Record<string, string> =>
  Object.fromEntries(actions.map((action) => [action, said]));

describe('membership', () => {
  it.each(['guest', 'outsider', 'bot', 'deactivated'] as const)(
    'a %s may do nothing, whatever roles they have',
    (membership) => {
      expect(answers(everything, { membership, isRequester: true })).toEqual(all(everything, membership));
    },
  );

  it.each<[string, KnownRoles]>([
    ['without roles', nobody],
    ['without an account', { ...nobody, account: 'unknown' }],
    ['while roles cannot be read', { ...nobody, source: 'unavailable' }],
  ])('a member may ask and see, %s', (_, roles) => {
    expect(answers(['ask', 'see'], { roles })).toEqual(all(['ask', 'see'], 'yes: not-needed'));
  });
});

describe('without a directory', () => {
  const named: KnownRoles = { ...nobody, source: 'named', account: 'unknown' };
  const policy = { deciders: 'org-owners', owners: ['UBEN'], ownApprovalCounts: false } as const;

  it('whoever the operator names decides everything', () => {
    expect(answers(decisions, { roles: named, policy })).toEqual(all(decisions, 'yes: named'));
    expect(answer('approve', { roles: named, policy, isRequester: true })).toBe('own-request');
  });

  it.each([
    ['somebody else', ['UADA']],
    ['anybody where nobody is named', []],
  ])('%s decides nothing', (_, owners) => {
    expect(answers(decisions, { roles: named, policy: { ...policy, owners } })).toEqual(all(decisions, 'not-chosen'));
  });
});

describe('roles', () => {
  const notOwner = { unblock: 'not-owner', 'confirm-link': 'not-owner', block: 'not-owner' };

  it.each<[string, KnownRoles, Partial<PermissionQuestion>, Record<string, string>]>([
    ['an owner', owner, {}, all(decisions, 'yes: fresh')],
    ['an owner, where project roles count', owner, { policy: projectRoles }, all(decisions, 'yes: fresh')],
    ['nobody', nobody, {}, { ...all(decisions, 'not-decider'), ...notOwner }],
    [
      'nobody, where project roles count',
      nobody,
      { policy: projectRoles },
      { ...all(decisions, 'not-decider'), ...notOwner },
    ],
    ['a project decider', projectDecider, {}, { ...all(decisions, 'not-decider'), ...notOwner }],
    [
      'a project decider, where project roles count',
      projectDecider,
      { policy: projectRoles },
      { ...all(decisions, 'yes: fresh'), ...notOwner },
    ],
    [
      'a support access manager, where project roles count',
      { ...projectDecider, projectRoles: ['GROUP_SUPPORT_ACCESS_MANAGER'] },
      { policy: projectRoles },
      { ...all(decisions, 'yes: fresh'), ...notOwner },
    ],
    [
      'somebody who has the name of an owner role on a project only',
      { ...nobody, projectRoles: ['ORG_OWNER'] },
      { policy: projectRoles },
      { ...all(decisions, 'not-decider'), ...notOwner },
    ],
  ])('%s', (_, roles, change, expected) => {
    expect(answers(decisions, { roles, ...change })).toEqual(expected);
  });
});

describe('how the roles are known', () => {
  const opening = ['approve', 'unblock', 'confirm-link'] as const;
  const safe = ['deny', 'revoke', 'silence', 'block'] as const;

  it.each<[KnownRoles['source'], string, string]>([
    ['fresh', 'yes: fresh', 'yes: fresh'],
    ['snapshot', 'yes: snapshot', 'yes: snapshot'],
    ['last-known', 'roles-unavailable', 'yes: last-known'],
    ['unavailable', 'roles-unavailable', 'roles-unavailable'],
  ])('%s: what opens %s, what closes %s', (source, forOpening, forSafe) => {
    const roles = { ...owner, source };
    expect(answers(decisions, { roles })).toEqual({ ...all(opening, forOpening), ...all(safe, forSafe) });
  });

  it('last known roles give nobody a right they did not have', () => {
    expect(answer('revoke', { roles: { ...nobody, source: 'last-known' } })).toBe('not-decider');
    expect(answer('block', { roles: { ...projectDecider, source: 'last-known' }, policy: projectRoles })).toBe(
      'not-owner',
    );
  });
});

describe('standing of the account', () => {
  it.each<[string, Partial<KnownRoles>, string]>([
    ['no e-mail address in Slack', { account: 'no-email' }, 'no-email'],
    ['no account of that address', { account: 'unknown' }, 'no-account'],
    ['invited or suspended', { account: 'inactive' }, 'inactive-account'],
    ['linked to another Slack account', { link: 'none' }, 'not-linked'],
    ['a link that waits', { link: 'pending' }, 'link-pending'],
  ])('%s', (_, change, reason) => {
    expect(answers(decisions, { roles: { ...owner, ...change } })).toEqual(all(decisions, reason));
  });

  it('a missing role comes before a missing link: the link would not help', () => {
    expect(answer('approve', { roles: { ...nobody, link: 'none' } })).toBe('not-decider');
  });
});

describe('the named owners', () => {
  it.each<[string, string[], KnownRoles, string]>([
    ['named', ['UADA', 'UBEN'], owner, 'yes: fresh'],
    ['not named', ['UADA'], owner, 'not-named'],
    ['named, without the role: names narrow, they give nothing', ['UBEN'], nobody, 'not-decider'],
  ])('%s', (_, owners, roles, expected) => {
    expect(answer('approve', { roles, policy: { deciders: 'org-owners', owners, ownApprovalCounts: true } })).toBe(
      expected,
    );
  });
});

describe('whoever asked', () => {
  const own = ['revoke', 'silence', 'cancel'] as const;

  it.each<[string, Partial<KnownRoles>]>([
    ['without roles', {}],
    ['without an account', { account: 'unknown' }],
    ['without a link', { link: 'none' }],
    ['while roles cannot be read', { source: 'unavailable' }],
  ])('may always end or cancel it, %s', (_, change) => {
    expect(answers(own, { roles: { ...nobody, ...change }, isRequester: true })).toEqual(all(own, 'yes: own-request'));
  });

  it.each([owner, projectDecider, nobody])('is the only one who may cancel it, whatever roles others have', (roles) => {
    expect(answer('cancel', { roles, policy: projectRoles })).toBe('not-requester');
  });

  it('may not decide about it for that', () => {
    const expected = { approve: 'not-decider', deny: 'not-decider', block: 'not-owner', unblock: 'not-owner' };
    expect(answers(['approve', 'deny', 'block', 'unblock'], { roles: nobody, isRequester: true })).toEqual(expected);
  });

  it.each([
    ['counts', true, true, 'yes: fresh'],
    ['does not count', false, true, 'own-request'],
    ['of somebody else counts either way', false, false, 'yes: fresh'],
  ])('an own approval %s', (_, ownApprovalCounts, isRequester, expected) => {
    const policy = { deciders: 'org-owners', owners: [], ownApprovalCounts } as const;
    expect(answer('approve', { policy, isRequester })).toBe(expected);
    expect(answer('deny', { policy, isRequester })).toBe('yes: fresh');
  });
});
