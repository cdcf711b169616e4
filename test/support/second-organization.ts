import type { OrganizationConfig } from '../../src/config.ts';
import { demoBlockAccount, demoEverydayAccount, demoSeed } from '../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasSeed } from '../../src/sandbox/atlas/seed.ts';
import { type AtlasEmulator, startAtlas } from '../../src/sandbox/atlas/server.ts';
import { demoWorkspace, people } from '../../src/sandbox/demo-workspace.ts';
import type { ManualClock } from '../../src/sandbox/manual-clock.ts';
import type { SlackSeed } from '../../src/sandbox/slack/seed.ts';

export const second = {
  key: 'globex',
  name: 'Globex',
  organizationId: '64f0a1b2c3d4e5f600000002',
  channelName: 'globex-access',
  channel: 'C0GLOBEX01',
} as const;

/** In the second organization Erin, who owns nothing in the first, is the owner, and Olivia, an owner there, is not. */
const secondSeed: AtlasSeed = {
  ...demoSeed,
  organizationId: second.organizationId,
  organizationName: second.name,
  users: demoSeed.users.map((user) => {
    if (user.firstName === 'Erin') return { ...user, orgRoles: ['ORG_OWNER'] };
    return user.firstName === 'Olivia' ? { ...user, orgRoles: ['ORG_MEMBER'] } : user;
  }),
};

/** The same workspace with the channel of the second organization. */
export const withSecondChannel = (workspace: SlackSeed = demoWorkspace): SlackSeed => ({
  ...workspace,
  channels: [
    ...workspace.channels,
    {
      id: second.channel,
      name: second.channelName,
      members: [people.olivia, people.oscar, people.erin, people.priya],
      botIsMember: true,
    },
  ],
});

export interface SecondOrganization {
  readonly atlas: AtlasEmulator;
  /** `records`: the database of the first. */
  config(records: string): OrganizationConfig;
}

/** Another organization with projects and clusters of the same names, an Atlas of its own, and a person in common. */
export async function startSecondOrganization(clock: ManualClock): Promise<SecondOrganization> {
  const atlas = await startAtlas({ clock, seed: secondSeed });
  return {
    atlas,
    config: (records) => ({
      key: second.key,
      name: second.name,
      database: `${records}_${second.key}`,
      channelId: second.channel,
      mode: 'manage',
      policy: { deciders: 'org-owners', owners: [], ownApprovalCounts: true },
      provider: {
        kind: 'atlas',
        baseUrl: atlas.url,
        organizationId: second.organizationId,
        clientId: demoEverydayAccount.clientId,
        clientSecret: { kind: 'value', value: demoEverydayAccount.clientSecret },
        block: {
          clientId: demoBlockAccount.clientId,
          clientSecret: { kind: 'value', value: demoBlockAccount.clientSecret },
        },
      },
      ledger: { inLog: false },
    }),
  };
}
