import { blockObserved, blockSyncFailed } from '../../../src/grants/block.ts';
import type { GrantRefusal } from '../../../src/grants/grant-refusals.ts';
import { accountsSeen, confirmLink } from '../../../src/grants/links.ts';
import { wantLockdown } from '../../../src/grants/lockdown.ts';
import {
  newOrganization,
  type Organization,
  type OrganizationNote,
  type OrganizationRefusal,
  type OrganizationResult,
} from '../../../src/grants/organization.ts';
import type { PermissionRefusal } from '../../../src/grants/permissions.ts';
import { defaultPolicy } from '../../../src/grants/policy.ts';
import { settingChanges, settingsOf } from '../../../src/grants/settings.ts';
import { statementOf } from '../../../src/ledger/checkpoint.ts';
import { failureAnswer } from '../../../src/slack/answers/failure-answer.ts';
import { paragraphMessage } from '../../../src/slack/messages/blocks.ts';
import { createViews } from '../../../src/slack/messages/create-views.ts';
import { helpMessage } from '../../../src/slack/messages/help-message.ts';
import {
  grantRefusalWords,
  organizationRefusalWords,
  permissionWords,
  targetOpenWords,
} from '../../../src/slack/messages/refusal-words.ts';
import { statusMessage } from '../../../src/slack/messages/status-message.ts';
import { whoamiMessage } from '../../../src/slack/messages/whoami-message.ts';
import { say } from '../../../src/slack/messages/words.ts';
import type { OutgoingMessage } from '../../../src/work/messenger.ts';
import type { Views } from '../../../src/work/views.ts';
import { everyGrantMessage, type Named } from './every-grant-message.ts';
import * as sample from './samples.ts';
import { askedWith, asker, owner, type Texts } from './texts.ts';

const { start, after } = sample;
const hour = 3_600_000;

function must(result: OrganizationResult): Organization {
  if (!result.ok) throw new Error(result.refusal.code);
  return result.doc;
}

const many = <T>({ count }: Texts, one: T): T[] => Array.from({ length: count }, () => one);

const named = <T>(records: Readonly<Record<string, T>>, label: string): Named<T> =>
  Object.fromEntries(Object.entries(records).map(([name, value]) => [`${label}: ${name}`, value]));

/** Every kind of note about the organization, with the record where that matters: a new kind does not compile without one. */
function everyOrganizationNote(texts: Texts): Named<OutgoingMessage> {
  const by = owner(texts);
  const at = start;
  const timeOver = { by, until: at, tried: 1 };
  const { email, trouble: reason, capabilities } = texts;
  const { organizationNote } = createViews(capabilities);
  const account = { accountId: 'a1', email };
  const linked = accountsSeen(sample.organization(true), [{ ...account, slackId: 'UOLIVIA' }], at);
  const pending = accountsSeen(linked, [{ ...account, slackId: 'USAM' }], after(5));
  const replaced = accountsSeen(pending, [{ ...account, slackId: 'UPRIYA' }], after(7));
  const decision = { by: { ...sample.oscar, name: texts.person }, operationId: 'confirm', basis: 'fresh' } as const;
  const confirmed = must(
    confirmLink(pending, { ...decision, accountId: 'a1', slackId: 'USAM', now: after(10) } as const),
  );
  const change = { type: 'link-change', ...account, slackId: 'USAM' } as const;
  const current = settingsOf(newOrganization('org1', 'C1', start), { base: defaultPolicy, capabilities });
  const changes = settingChanges(current, {
    ...current,
    defaultDurationMs: 3 * hour,
    maxDurationMs: 12.5 * hour,
    accessTypes: capabilities.accessTypes.slice(1).map(({ id }) => id),
    approvalsNeeded: 3,
    ownApprovalCounts: false,
    decidersGroup: { id: 'S0DBOWNRS', handle: texts.person.replaceAll(/[<>&|]/g, 'g') },
    grantsPerHour: 100,
    caseUrlRequired: true,
    requestLifeMs: 167.9 * hour,
    remindBeforeMs: [5.9, 4.9, 3.9, 2.9, 1.9].map((hours) => hours * hour),
    channelId: 'C0OTHER',
    weeklyDigest: false,
    timeZone: 'America/Argentina/ComodRivadavia',
  });
  const lost = { type: 'channel-lost', channelId: 'CACCESS', since: at, refusedAt: at } as const;
  const all: Readonly<Record<OrganizationNote['type'], Named<readonly [OrganizationNote, Organization?]>>> = {
    blocked: {
      blocked: [{ type: 'blocked', by, at }],
      'blocked in time': [{ type: 'blocked', by: { kind: 'portcullis' }, at, timeOver }],
    },
    unblocked: {
      unblocked: [{ type: 'unblocked', by, at, reason: texts.reason }],
      'unblocked for a time': [{ type: 'unblocked', by, at, reason: texts.reason, until: after(240) }],
      'unblocked once more': [{ type: 'unblocked', by, at, reason: texts.reason, until: after(240), again: true }],
      'blocked since': [{ type: 'unblocked', by, at, reason: texts.reason }, sample.organization(true)],
    },
    'block-changed-outside': {
      'unblocked outside': [{ type: 'block-changed-outside', blocked: false, at, who: email }],
      'blocked outside': [{ type: 'block-changed-outside', blocked: true, at }, sample.organization(true)],
    },
    'block-restored': {
      'blocked again': [{ type: 'block-restored', blocked: true, at }, sample.organization(true)],
      'unblocked again': [{ type: 'block-restored', blocked: false, at }],
    },
    'block-not-done': {
      'not unblocked': [{ type: 'block-not-done', blocked: false, by, at, reason }, sample.organization(true)],
      'not blocked': [{ type: 'block-not-done', blocked: true, by, at, reason }],
    },
    'block-overdue': { 'block overdue': [{ type: 'block-overdue', at, reason, timeOver }] },
    'settings-changed': { 'settings changed': [{ type: 'settings-changed', changes, by, at }] },
    'secret-expires': {
      'secret expires': [{ type: 'secret-expires', account: 'the service account', expiresAt: after(7 * 24 * 60) }],
    },
    'channel-lost': {
      'channel archived': [{ ...lost, why: 'archived' }],
      'channel left': [{ ...lost, why: 'not-member' }],
      'channel not found': [{ ...lost, why: 'not-found' }],
    },
    'links-new': {
      'new links': [{ type: 'links-new', links: many(texts, { email, slackId: 'UOLIVIA' }).slice(0, 30) }],
    },
    'link-change': {
      'link to confirm': [change, pending],
      'link confirmed': [change, confirmed],
      'link replaced': [change, replaced],
    },
  };
  const cases = Object.assign({}, ...Object.values(all)) as Named<readonly [OrganizationNote, Organization?]>;
  return Object.fromEntries(
    Object.entries(cases).map(([name, [note, organization = sample.organization(false)]]) => {
      const message = organizationNote(organization, note, { ...sample.context(false), organization });
      return [name, message];
    }),
  );
}

/** Every way in which records look as messages: a new one does not compile without a row. */
function everyView(texts: Texts): Readonly<Record<keyof Views, Named<OutgoingMessage>>> {
  const { capabilities } = texts;
  const views = createViews(capabilities);
  const by = owner(texts);
  const decision = { by, at: after(65), operationId: 'L1', basis: 'fresh', block: 'switched' } as const;
  const wanted = must(wantLockdown(sample.organization(false), decision));
  const refused = blockSyncFailed(wanted, { code: 'x', message: texts.trouble }, after(66), after(66));
  const over = blockObserved(wanted, { blocked: true }, after(66));
  const lockdown = { id: 'L1', by, at: after(65), basis: 'fresh', grantIds: [] } as const;
  const asked = askedWith(texts);
  const trying = sample.failing(sample.revoking(sample.active(asked), by), 66, texts.trouble);
  const closed = [sample.revoked(sample.revoking(sample.active(asked), by)), sample.cancelled(asker(texts), asked)];
  const ends = many(texts, { grantId: 'g-0', targetName: texts.cluster, at: start });
  const numbers = {
    ...{ asked: 6, opened: 4, found: 1, denied: 1, lapsed: 2, failed: 1, endedEarly: 2, openMs: 29.5 * hour },
    targets: many(texts, { id: 'p/c', name: texts.cluster, projectName: texts.project, openMs: hour }),
    types: capabilities.accessTypes.map(({ id }) => ({ type: id, openMs: hour })),
    blockChanges: many(texts, { at: after(2), blocked: true, by }),
    unblockedMs: 5 * hour,
  };
  const head = { sequence: 123_456, hash: 'f'.repeat(64) };
  const checkpoint = { ...statementOf('64f0a1b2c3d4e5f600000001', head, start), signature: 's'.repeat(88) };
  const week = { from: after(-7 * 24 * 60), to: start, before: after(-14 * 24 * 60) };
  return {
    grantMessage: {},
    grantNote: {},
    organizationNote: everyOrganizationNote(texts),
    ledgerHead: {
      'ledger head': views.ledgerHead({ head, signed: { kind: 'no-signer' } }),
      'ledger head, signed': views.ledgerHead({ head, signed: { kind: 'signed', checkpoint } }),
      'ledger head, not signed': views.ledgerHead({ head, signed: { kind: 'failed' } }),
      'ledger head, changed': views.ledgerHead({ head, signed: { kind: 'contradicted' } }),
    },
    ownEnds: { 'several ended': views.ownEnds(ends) },
    digest: { digest: views.digest({ week, numbers, before: numbers, incomplete: true }) },
    lockdownReport: {
      'lockdown under way': views.lockdownReport(lockdown, [...many(texts, trying), ...many(texts, closed).flat()], {
        ...sample.context(false),
        organization: refused,
      }),
      'lockdown over': views.lockdownReport({ ...lockdown, blockedAt: after(66) }, closed, {
        ...sample.context(true),
        organization: over,
      }),
    },
  };
}

/** Why somebody may not: a new reason does not compile without a row. */
const notPermitted: Readonly<Record<PermissionRefusal, true>> = {
  'no-block': true,
  guest: true,
  outsider: true,
  bot: true,
  deactivated: true,
  'observe-mode': true,
  'clock-wrong': true,
  'roles-unavailable': true,
  'no-email': true,
  'no-account': true,
  'inactive-account': true,
  'link-pending': true,
  'not-linked': true,
  'not-named': true,
  'not-chosen': true,
  'not-owner': true,
  'not-decider': true,
  'own-request': true,
  'not-requester': true,
};

/** Why nothing came of a decision: a new reason does not compile without a row. */
function everyRefusal(texts: Texts): Named<OutgoingMessage> {
  const { capabilities } = texts;
  const asked = askedWith(texts);
  const requested = sample.requested(asked);
  const active = sample.posted(sample.active(asked));
  const change = sample.waitingChange(sample.proposed(undefined, active, asker(texts)));
  const grant: { readonly [Code in GrantRefusal['code']]: Extract<GrantRefusal, { code: Code }> } = {
    'not-open-for-decision': { code: 'not-open-for-decision', grant: sample.denied(texts.word, asked) },
    lapsed: { code: 'lapsed', grant: sample.lapsed(asked) },
    'terms-changed': { code: 'terms-changed', grant: requested },
    'already-approved-by-you': { code: 'already-approved-by-you', grant: change.grant },
    'needs-block': { code: 'needs-block', grant: requested, blocked: false },
    'nothing-to-revoke': { code: 'nothing-to-revoke', grant: sample.expired(asked) },
    'already-closing': {
      code: 'already-closing',
      grant: sample.failing(sample.revoking(active, owner(texts)), 66, texts.trouble),
    },
    'nothing-to-silence': { code: 'nothing-to-silence', grant: sample.endedOutside(asked) },
    'not-on-offer': { code: 'not-on-offer', grant: requested },
    'too-many-opened': { code: 'too-many-opened', grant: requested, limit: 2, nextAt: after(60) },
    'not-narrower': { code: 'not-narrower', grant: requested },
    'nothing-to-change': { code: 'nothing-to-change', grant: sample.refused(asked, texts.trouble) },
    'change-waits': { code: 'change-waits', ...change },
    'change-under-way': { code: 'change-under-way', grant: sample.changing(change.grant) },
    'same-terms': { code: 'same-terms', grant: active },
    'ends-earlier': { code: 'ends-earlier', grant: active, until: after(240) },
    'no-such-change': { code: 'no-such-change', grant: sample.changeDenied(change.grant, texts.word) },
  };
  const wish = { blocked: true, by: owner(texts), at: after(60), reason: texts.reason };
  const organization: {
    readonly [Code in OrganizationRefusal['code']]: Extract<OrganizationRefusal, { code: Code }>;
  } = {
    'already-so': { code: 'already-so', organization: sample.organization(true) },
    'already-wanted': { code: 'already-wanted', organization: sample.organization(false), wish },
    'no-such-link': { code: 'no-such-link', organization: sample.organization(true) },
    'own-link': { code: 'own-link', organization: sample.organization(true) },
  };
  const others = Array.from({ length: 12 }, () => say`${texts.person}`);
  const context = {
    action: 'approve',
    others,
    vendor: capabilities.vendor,
    hasDirectory: capabilities.hasDirectory,
  } as const;
  const words = {
    ...Object.fromEntries(Object.entries(grant).map(([code, it]) => [code, grantRefusalWords(it, capabilities)])),
    ...Object.fromEntries(Object.entries(organization).map(([code, it]) => [code, organizationRefusalWords(it)])),
    ...Object.fromEntries(
      Object.keys(notPermitted).map((reason) => [reason, permissionWords(reason as PermissionRefusal, context)]),
    ),
    'target open': targetOpenWords(requested, active, capabilities),
  };
  return Object.fromEntries(Object.entries(words).map(([name, it]) => [name, paragraphMessage(it)]));
}

/** What a command answers that is no outcome. */
function everyAnswer(texts: Texts): Named<OutgoingMessage> {
  const asked = askedWith(texts);
  const { project, person: name, email, capabilities } = texts;
  const roles = { source: 'last-known', account: 'active', link: 'pending', projectRoles: [] } as const;
  const account = { id: 'a1', email, name, active: true, organizationRoles: [], projectRoles: {} };
  const caller = {
    person: { slackId: 'UOLIVIA', name, email, membership: 'member' },
    account,
    roles: { ...roles, organizationRoles: ['ORG_OWNER'] },
    readAt: start,
  } as const;
  const no = { allowed: false, reason: 'link-pending' } as const;
  return {
    status: statusMessage(
      {
        organization: {
          ...sample.organization(false),
          trouble: { code: 'x', message: texts.trouble, since: start, told: true },
        },
        targetCount: 12,
        live: many(texts, sample.failing(sample.posted(sample.active(asked)), 66, texts.trouble)),
        requested: many(texts, sample.requested(asked)),
        filter: [{ name: texts.cluster, projectName: project }],
        mayBlock: true,
        now: after(70),
      },
      capabilities,
    ),
    'status where not everything was read': statusMessage(
      {
        organization: {
          ...sample.organization(true),
          surveyed: {
            at: start,
            unread: [
              { name: project, reason: texts.trouble },
              { name: `${project.slice(0, 60)}-2`, reason: `${texts.trouble.slice(0, 100)} Again.` },
            ],
          },
        },
        live: [],
        requested: [],
        mayBlock: false,
        now: after(1),
      },
      capabilities,
    ),
    whoami: whoamiMessage(
      {
        caller,
        may: { approve: no, block: no },
        others: many(texts, say`${name}`),
        projects: many(texts, { name: project, roles: ['GROUP_OWNER', 'GROUP_READ_ONLY'] }),
      },
      { capabilities, policy: { ...defaultPolicy, approvalsNeeded: 3 } },
    ),
    help: helpMessage(capabilities),
    failure: failureAnswer(new Error(texts.trouble), '0a1b2c3d'),
  };
}

/** Every message there is, by name, with these texts wherever somebody else's words stand. */
export const everyMessage = (texts: Texts): Named<OutgoingMessage> => ({
  ...everyGrantMessage(texts),
  ...Object.assign({}, ...Object.values(everyView(texts))),
  ...named(everyRefusal(texts), 'refused'),
  ...named(everyAnswer(texts), 'answer'),
});
