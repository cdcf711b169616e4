import { requiredScopes } from '../slack/scopes.ts';
import type { SlackSeed } from './slack/seed.ts';

/** Slack ids of the people of the simulated workspace; their e-mail addresses are those of the simulated Atlas. */
export const people = {
  olivia: 'U0OLIVIA1',
  oscar: 'U0OSCAR01',
  priya: 'U0PRIYA01',
  sam: 'U0SAMSUP1',
  erin: 'U0ERIN001',
  /** In the workspace, but not in the channel. */
  dana: 'U0DANA001',
  /** An owner of the Atlas organization who has not accepted the invitation. */
  pat: 'U0PAT0001',
  /** A guest of the workspace. */
  gus: 'U0GUS0001',
  /** Of a connected workspace. */
  sven: 'U0SVEN001',
} as const;

export const channelName = 'support-access';

export const demoWorkspace: SlackSeed = {
  teamId: 'T0MERIDIAN',
  users: [
    { id: people.olivia, name: 'olivia', realName: 'Olivia Owner', email: 'olivia.owner@meridian.example' },
    { id: people.oscar, name: 'oscar', realName: 'Oscar Second', email: 'oscar.second@meridian.example' },
    { id: people.priya, name: 'priya', realName: 'Priya Project', email: 'priya.project@meridian.example' },
    { id: people.sam, name: 'sam', realName: 'Sam Support', email: 'sam.support@meridian.example' },
    { id: people.erin, name: 'erin', realName: 'Erin Engineer', email: 'Erin.Engineer@meridian.example' },
    { id: people.dana, name: 'dana', realName: 'Dana Developer', email: 'dana.developer@meridian.example' },
    { id: people.pat, name: 'pat', realName: 'Pat Pending', email: 'pending.pat@meridian.example' },
    { id: people.gus, name: 'gus', realName: 'Gus Guest', email: 'gus.guest@elsewhere.example', isRestricted: true },
    {
      id: people.sven,
      name: 'sven',
      realName: 'Sven Stranger',
      email: 'sven@partner.example',
      isStranger: true,
      teamId: 'T0PARTNER1',
    },
  ],
  channels: [
    {
      name: channelName,
      members: [
        people.olivia,
        people.oscar,
        people.priya,
        people.sam,
        people.erin,
        people.pat,
        people.gus,
        people.sven,
      ],
      botIsMember: true,
    },
    { name: 'engineering', members: [people.erin, people.dana, people.olivia], botIsMember: false },
  ],
  userGroups: [{ id: 'S0DBOWNRS', handle: 'db-owners', name: 'Database owners', users: [people.olivia, people.oscar] }],
  bot: {
    userId: 'U0PORTCULL',
    token: 'xoxb-sandbox-000000000001-portcullis',
    scopes: Object.keys(requiredScopes),
    appId: 'A0PORTCULL',
  },
  signingSecret: 'sandbox-signing-secret-0123456789',
};
