import type { SlackSeed } from '../../../src/sandbox/slack/seed.ts';
import { startSlack } from '../../../src/sandbox/slack/server.ts';

export const BOT_TOKEN = 'xoxb-acme-bot';
export const SIGNING_SECRET = 'acme-signing-secret';

export const SCOPES = [
  'commands',
  'chat:write',
  'channels:read',
  'channels:history',
  'groups:read',
  'groups:history',
  'im:write',
  'im:history',
  'users:read',
  'users:read.email',
  'usergroups:read',
];

const acme: SlackSeed = {
  teamId: 'T0ACME',
  users: [
    { id: 'U0ERIN', name: 'erin', realName: 'Erin', email: 'Erin@acme.example' },
    { id: 'U0OMAR', name: 'omar', realName: 'Omar', email: 'omar@acme.example' },
    { id: 'U0GUEST', name: 'guest', realName: 'Gus', isRestricted: true },
    { id: 'U0SINGLE', name: 'single', realName: 'Sid', isUltraRestricted: true },
    { id: 'U0ELSE', name: 'else', realName: 'Elsa', email: 'elsa@else.example', isStranger: true, teamId: 'T0ELSE' },
    { id: 'U0GONE', name: 'gone', realName: 'Gwen', email: 'gwen@acme.example', deleted: true },
  ],
  channels: [
    { id: 'C0ACCESS', name: 'atlas-access', isPrivate: true, members: ['U0ERIN', 'U0OMAR'], botIsMember: true },
    { id: 'C0GENERAL', name: 'general', members: ['U0ERIN', 'U0OMAR', 'U0GUEST'], botIsMember: false },
    { id: 'C0SECRET', name: 'secret', isPrivate: true, members: ['U0OMAR'], botIsMember: false },
    { name: 'ops', members: ['U0ERIN'], botIsMember: true },
  ],
  userGroups: [{ id: 'S0DBA', handle: 'dba', name: 'Database people', users: ['U0OMAR'] }],
  bot: { userId: 'U0BOT', token: BOT_TOKEN, scopes: SCOPES, appId: 'A0PORTCULLIS' },
  signingSecret: SIGNING_SECRET,
};

export function startAcme(nowMs?: () => number) {
  return startSlack(nowMs === undefined ? { seed: acme } : { seed: acme, nowMs });
}
