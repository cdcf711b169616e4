import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../../src/grants/policy.ts';
import { type WhoamiContext, type WhoamiView, whoamiMessage } from '../../../src/slack/messages/whoami-message.ts';
import { say } from '../../../src/slack/messages/words.ts';
import * as sample from './samples.ts';

const email = 'olivia.owner@meridian.example';
const person = { slackId: 'UOLIVIA', name: 'Olivia Owner', email, membership: 'member' } as const;
const account = { id: 'a1', email, name: 'Olivia Owner', active: true, organizationRoles: [], projectRoles: {} };
const roles = {
  source: 'fresh',
  account: 'active',
  link: 'linked',
  organizationRoles: ['ORG_OWNER'],
  projectRoles: ['GROUP_OWNER', 'GROUP_READ_ONLY'],
} as const;
const allowed = { allowed: true, basis: 'fresh' } as const;
const refused = (reason: 'no-email' | 'not-owner' | 'not-decider') => ({ allowed: false, reason }) as const;

const owner: WhoamiView = {
  caller: { person, account, roles, readAt: sample.start },
  may: { approve: allowed, block: allowed },
  others: [],
  projects: [{ name: 'Shop', roles: ['GROUP_OWNER', 'GROUP_READ_ONLY'] }],
};

function show(view: WhoamiView, policy: WhoamiContext['policy'] = defaultPolicy): string {
  const message = whoamiMessage(view, { capabilities: sample.capabilities, policy });
  expect(sample.problems(message)).toEqual([]);
  expect(sample.notified(message)).toEqual([]);
  return sample.read(message, 1);
}

describe('whoami', () => {
  test('of somebody who may decide everything', () => {
    expect(show(owner)).toMatchInlineSnapshot(`
      "You, Olivia Owner, may decide about support access to every cluster
      You may also block support access for the organization.
      Slack: Olivia Owner, olivia.owner@meridian.example
      MongoDB Atlas: Olivia Owner, olivia.owner@meridian.example
      Link between the two: confirmed
      Roles in the organization: ORG_OWNER
      Roles in project Shop: GROUP_OWNER, GROUP_READ_ONLY
      Read today at 10:00 UTC (1 minute ago).
      Rules here: Organization owners in MongoDB Atlas decide. One approval is enough; your own counts."
    `);
  });

  test('of somebody who may decide in some projects', () => {
    const view: WhoamiView = {
      caller: { person, account, roles: { ...roles, organizationRoles: ['ORG_MEMBER'] } },
      may: { approve: allowed, block: refused('not-owner') },
      others: [],
      projects: [...owner.projects, { name: 'Ledger', roles: ['GROUP_READ_ONLY'] }],
    };
    const policy = {
      deciders: 'project-roles',
      owners: ['UOLIVIA'],
      ownApprovalCounts: false,
      approvalsNeeded: 2,
    } as const;
    expect(show(view, policy)).toMatchInlineSnapshot(`
      "You, Olivia Owner, may decide about support access to the clusters of Shop
      Slack: Olivia Owner, olivia.owner@meridian.example
      MongoDB Atlas: Olivia Owner, olivia.owner@meridian.example
      Link between the two: confirmed
      Roles in the organization: ORG_MEMBER
      Roles in project Shop: GROUP_OWNER, GROUP_READ_ONLY
      Roles in project Ledger: GROUP_READ_ONLY
      Rules here: Organization owners in MongoDB Atlas decide, and for a project its owners and support access managers, if the settings of Portcullis name them. 2 approvals are needed; your own does not count."
    `);
  });

  test('of somebody who may not decide says why', () => {
    const nobody = { account: 'no-email', link: 'none', organizationRoles: [], projectRoles: [] } as const;
    expect(
      show({
        caller: {
          person: { slackId: 'UADA', name: 'Ada Asker', membership: 'member' },
          roles: { source: 'snapshot', ...nobody },
        },
        may: { approve: refused('no-email'), block: refused('no-email') },
        others: [say`Olivia Owner`, say`Oscar Second`],
        projects: [],
      }),
    ).toMatchInlineSnapshot(`
      "You, Ada Asker, may not decide about support access
      Your Slack account shows no e-mail address, so Portcullis cannot find you in MongoDB Atlas. A Slack administrator can mend that. Ask Olivia Owner and Oscar Second.
      Slack: Ada Asker, no e-mail address
      MongoDB Atlas: not found without an e-mail address
      Rules here: Organization owners in MongoDB Atlas decide. One approval is enough; your own counts."
    `);
  });

  test('says that roles are only last known, or cannot be read at all', () => {
    const { caller } = owner;
    const lastKnown = { ...owner, caller: { ...caller, roles: { ...roles, source: 'last-known' } as const } };
    expect(show(lastKnown)).toContain('Last read today at 10:00 UTC (1 minute ago).');
    const unread = show({
      ...owner,
      caller: { ...caller, account: undefined, roles: { ...roles, source: 'unavailable' } as const },
    });
    expect(unread).toContain('MongoDB Atlas: cannot be read right now');
    expect(unread).not.toContain('Read today');
  });

  test('says that an account is not active, or that there is none', () => {
    const { caller } = owner;
    expect(show({ ...owner, caller: { ...caller, account: { ...account, active: false } } })).toContain(', not active');
    expect(show({ ...owner, caller: { ...caller, account: undefined } })).toContain(
      'no account with this e-mail address',
    );
  });

  test('counts projects beyond the first ten', () => {
    const projects = Array.from({ length: 200 }, (_, index) => ({ name: `p${index}`, roles: ['GROUP_OWNER'] }));
    expect(show({ ...owner, projects })).toContain('and in 190 more projects');
  });
});
