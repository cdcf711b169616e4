import type { AuditLine, ToldGrant } from './happening.ts';
import { nameOf } from './words.ts';

const tried: Readonly<Record<string, string>> = {
  ask: 'asked for access',
  request: 'asked for access',
  grant: 'wanted to open access',
  see: 'wanted to see what is open',
  history: 'wanted to see what was open',
  whoami: 'asked what they may do',
  approve: 'wanted to approve',
  deny: 'wanted to deny',
  cancel: 'wanted to take a request back',
  revoke: 'wanted to end access',
  silence: 'wanted to silence the reminders',
  change: 'wanted to change what is open',
  block: 'wanted to block the organization',
  unblock: 'wanted to unblock the organization',
  lockdown: 'wanted to order a lockdown',
  settings: 'wanted to change the settings',
  'confirm-link': 'wanted to confirm an account',
  'record-ending': 'wanted to record an ending',
};

/** After "Portcullis refused". */
const because: Readonly<Record<string, string>> = {
  guest: 'guests of the workspace may neither ask nor see',
  outsider: 'people of another company may neither ask nor see',
  bot: 'a program may do nothing here',
  deactivated: 'this Slack account is deactivated',
  'roles-unavailable': 'it could not read from Atlas what they may do, and to open takes a fresh answer',
  'no-email': 'Slack does not tell their e-mail address, so it cannot tell who they are in Atlas',
  'no-account': 'they have no account in this Atlas organization',
  'inactive-account': 'their account in this Atlas organization is not active',
  'link-pending': 'another owner has to confirm first that this is their Atlas account',
  'not-linked': 'their Atlas account belongs to another Slack account',
  'not-named': 'the settings name others for this',
  'not-chosen': 'the settings name who decides here, and these are others',
  'not-owner': 'only owners of the Atlas organization may do this',
  'not-decider': 'only owners of the Atlas organization decide here',
  'own-request': 'nobody approves their own request here',
  'not-requester': 'only whoever asked may do this',
  'needs-block': 'this type of access can be opened only while the organization is blocked',
  'request-exists': 'the same request waits already',
  'target-open': 'access to this cluster is open already',
  'terms-changed': 'the request has changed since it was shown to them',
  'not-open-for-decision': 'it has been decided already',
  'not-on-offer': 'the settings have become stricter since it was asked for',
  'too-many-opened': 'they have opened as many within an hour as the settings allow',
  lapsed: 'the request has lapsed',
  'already-approved-by-you': 'they have approved it already',
};

/** Somebody was not allowed to do something, or too late for it. */
export function refusalSentence({ action, actor, reason }: AuditLine, grant: ToldGrant | undefined): string {
  const what = `${nameOf(actor)} ${tried[action] ?? 'tried something'}${grant === undefined ? '' : ` on ${grant.cluster}`}`;
  return `${what}. Portcullis refused: ${because[reason ?? ''] ?? 'things have changed meanwhile'}. Nothing was changed.`;
}
