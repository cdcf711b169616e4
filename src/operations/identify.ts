import type { CheckedClock } from '../checked-clock.ts';
import { accountsSeen, linkStanding } from '../grants/links.ts';
import type { Organization } from '../grants/organization.ts';
import { type KnownRoles, type Permission, type PermissionAction, permit } from '../grants/permissions.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import { type DirectoryPerson, type Provider, ProviderError } from '../providers/provider.ts';
import type { DirectoryStore } from '../store/directories.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import { mayDecide } from '../work/deciders.ts';
import type { SlackPerson } from '../work/people.ts';
import type { OperationContext } from './context.ts';

/** A snapshot older than this is only what was last known. */
const snapshotFreshMs = 30 * 60_000;
/** What was last known is not relied on for longer than this. */
const lastKnownMs = 7 * 24 * 60 * 60_000;

export interface Caller {
  readonly person: SlackPerson;
  /** The account of the provider's directory that has the caller's e-mail address. */
  readonly account?: DirectoryPerson;
  readonly roles: KnownRoles;
  readonly policy: Policy;
  /** When the roles were read. */
  readonly readAt?: Date;
}

/** What it takes to know who somebody is and what they may do. */
export interface IdentifyContext extends Pick<OperationContext, 'organizationId' | 'basePolicy'> {
  readonly clock: Pick<CheckedClock, 'now' | 'check' | 'standing'>;
  readonly log: Pick<OperationContext['log'], 'warn'>;
  readonly people: Pick<OperationContext['people'], 'read'>;
  readonly provider: Pick<Provider, 'capabilities' | 'readPerson'>;
  readonly organizations: Pick<OrganizationStore, 'get' | 'update'>;
  readonly directories: Pick<DirectoryStore, 'get'>;
  readonly work: Pick<OperationContext['work'], 'organization'>;
}

interface Scope {
  /** The project of the target concerned; without one, any project's roles count. */
  readonly projectId?: string;
  /** Opening needs a fresh reading of this one person; everything else uses the snapshot. */
  readonly fresh: boolean;
}

/**
 * Slack account → e-mail address → account of the directory → roles; without a directory the Slack account, which is read
 * each time, is all there is. Throws `PeopleError` when Slack cannot be asked.
 */
export async function identify(context: IdentifyContext, slackId: string, scope: Scope): Promise<Caller> {
  const { organizations, organizationId, basePolicy } = context;
  const [person, known] = await Promise.all([
    context.people.read(slackId),
    organizations.get(organizationId),
    // What is opened has an end, for which the clock has to be right.
    scope.fresh ? context.clock.check() : undefined,
  ]);
  const policy = policyOf(known, basePolicy);
  const nobody = { link: 'none', organizationRoles: [], projectRoles: [] } as const;
  if (!context.provider.capabilities.hasDirectory) {
    return { person, policy, roles: { source: 'named', account: 'unknown', ...nobody } };
  }
  if (person.email === undefined) {
    return { person, policy, roles: { source: 'snapshot', account: 'no-email', ...nobody } };
  }
  const reading = scope.fresh
    ? await readFresh(context, person, person.email, scope.projectId)
    : await readSnapshot(context, person.email);
  const { account, source, readAt } = reading;
  if (account === undefined) return { person, policy, readAt, roles: { source, account: 'unknown', ...nobody } };
  const organization = await seen(context, known, person, account);
  return {
    person,
    policy,
    account,
    readAt,
    roles: {
      source,
      account: account.active ? 'active' : 'inactive',
      link: linkStanding(organization, account.id, slackId),
      organizationRoles: account.organizationRoles,
      projectRoles:
        scope.projectId === undefined
          ? Object.values(account.projectRoles).flat()
          : (account.projectRoles[scope.projectId] ?? []),
    },
  };
}

/** Whether the caller may do it. */
export function permission(
  context: IdentifyContext,
  caller: Caller,
  action: PermissionAction,
  isRequester = false,
): Permission {
  const { capabilities } = context.provider;
  const member = caller.person.membership === 'member';
  if (!capabilities.hasBlock && member && ofBlock.includes(action)) return { allowed: false, reason: 'no-block' };
  if (capabilities.observes === true && member && !observed.includes(action)) {
    return { allowed: false, reason: 'observe-mode' };
  }
  const permitted = permit({
    action,
    slackId: caller.person.slackId,
    membership: caller.person.membership,
    roles: caller.roles,
    policy: caller.policy,
    deciderRoles: capabilities.deciderRoles,
    isRequester,
  });
  const inTime = !timed.includes(action) || context.clock.standing().kind === 'agrees';
  return !permitted.allowed || inTime ? permitted : { allowed: false, reason: 'clock-wrong' };
}

const ofBlock: readonly PermissionAction[] = ['block', 'unblock'];

/** What a Portcullis that only observes has too: its own settings, and who is who. */
const observed: readonly PermissionAction[] = ['see', 'settings', 'confirm-link'];

/** What opens something for a time: by a wrong clock, for a wrong one. */
const timed: readonly PermissionAction[] = ['approve', 'unblock'];

interface Reading {
  readonly account?: DirectoryPerson;
  readonly source: KnownRoles['source'];
  readonly readAt?: Date;
}

async function readFresh(
  context: IdentifyContext,
  { slackId }: SlackPerson,
  email: string,
  projectId: string | undefined,
): Promise<Reading> {
  try {
    const account = await context.provider.readPerson(email, projectId);
    return { account, source: 'fresh', readAt: context.clock.now() };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    context.log.warn({ err: error, slackId }, 'Roles could not be read');
    return { source: 'unavailable' };
  }
}

async function readSnapshot(context: IdentifyContext, email: string): Promise<Reading> {
  const { people, refreshedAt } = await context.directories.get(context.organizationId);
  if (refreshedAt === undefined) return { source: 'unavailable' };
  const ageMs = context.clock.now().getTime() - refreshedAt.getTime();
  if (ageMs > lastKnownMs) return { source: 'unavailable', readAt: refreshedAt };
  const account = people.find((person) => person.email === email);
  return { account, source: ageMs > snapshotFreshMs ? 'last-known' : 'snapshot', readAt: refreshedAt };
}

/** Links an account that may decide to the Slack account in front of us, or has the difference confirmed by somebody. */
async function seen(
  context: IdentifyContext,
  organization: Organization,
  person: SlackPerson,
  account: DirectoryPerson,
): Promise<Organization> {
  const { organizations, organizationId, basePolicy, provider, clock, work } = context;
  const relevant =
    person.membership === 'member' && mayDecide(account, undefined, basePolicy, provider.capabilities.deciderRoles);
  if (!relevant || linkStanding(organization, account.id, person.slackId) !== 'none') return organization;
  const { slackId } = person;
  const updated = await organizations.update<never>(organizationId, (doc) => ({
    ok: true,
    doc: accountsSeen(doc, [{ accountId: account.id, email: account.email, slackId }], clock.now()),
  }));
  void work.organization(organizationId);
  return updated.kind === 'done' ? updated.doc : organization;
}
