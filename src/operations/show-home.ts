import { isChangeable } from '../grants/change.ts';
import { isUnkept, keptBy } from '../grants/found.ts';
import type { Approval, Grant, Proposal } from '../grants/grant.ts';
import type { Organization } from '../grants/organization.ts';
import type { PermissionRefusal } from '../grants/permissions.ts';
import { fireTimers } from '../grants/timers.ts';
import { type ClockTrouble, clockTrouble } from './clock-trouble.ts';
import type { OperationContext, OperationInput } from './context.ts';
import { type Caller, identify, permission } from './identify.ts';
import { openerOf } from './keep-access.ts';
import { type LockdownStanding, lockdownUnderWay } from './lockdown.ts';

/** Something that is open or may be, and what the reader may do about it. */
export interface HomeGrant {
  readonly grant: Grant;
  /** `revoke`: the reader decides about it. `end`: it is what they asked for. */
  readonly close?: 'revoke' | 'end';
  /** Whether a change of it can be asked for now: one at a time. */
  readonly extendable: boolean;
  /** It was found open, and waits for the reader to keep it. */
  readonly keepable: boolean;
}

/** A change of something open that waits for its approvals. */
export interface HomeChange {
  readonly grant: Grant;
  readonly proposal: Proposal;
  /** The reader asked for it. */
  readonly own: boolean;
}

export interface HomeRequest {
  readonly grant: Grant;
  /** The reader asked for it. */
  readonly own: boolean;
  /** What holds its target, until whose end it cannot be approved. */
  readonly holder?: Grant;
}

export interface HomeView {
  readonly kind: 'home';
  readonly organization: Organization;
  /** Undefined until the provider's targets and people have been read once. */
  readonly targetCount: number | undefined;
  readonly clock?: ClockTrouble;
  /** One that is not over. */
  readonly lockdown?: LockdownStanding;
  readonly live: readonly HomeGrant[];
  /** Requests that wait for the reader's decision. */
  readonly toDecide: readonly HomeRequest[];
  readonly changesToDecide: readonly HomeChange[];
  /** The reader's own requests that wait for somebody else. */
  readonly asked: readonly HomeRequest[];
  readonly changesAsked: readonly HomeChange[];
  /** Newest first. */
  readonly ended: readonly Grant[];
  readonly decides: boolean;
  readonly mayGrant: boolean;
  readonly mayBlock: boolean;
  readonly mayLockDown: boolean;
  readonly mayChangeSettings: boolean;
}

export type HomeOutcome = HomeView | { readonly kind: 'not-permitted'; readonly reason: PermissionRefusal };

const mostEnded = 10;

/** Somebody opened their home tab: from now on it is kept up to date, beginning at once. */
export async function openHome(context: OperationContext, { slackId }: Pick<OperationInput, 'slackId'>): Promise<void> {
  const { homes, clock, work } = context;
  void work.home(await homes.opened(slackId, clock.now()));
}

/** How things stand for one person, and what they may do. Reads only what is stored; takes no note of who reads. */
export async function showHome(
  context: OperationContext,
  { slackId }: Pick<OperationInput, 'slackId'>,
): Promise<HomeOutcome> {
  const { organizationId, organizations, directories, grants, clock } = context;
  const caller = await identify(context, slackId, { fresh: false });
  const seeing = permission(context, caller, 'see');
  if (!seeing.allowed) return { kind: 'not-permitted', reason: seeing.reason };
  const [organization, directory, storedLive, storedRequests, ended] = await Promise.all([
    organizations.get(organizationId),
    directories.get(organizationId),
    grants.live(organizationId),
    grants.requested(organizationId),
    grants.ended(organizationId, mostEnded),
  ]);
  // A record whose time has come is shown as that, although nobody may have written it down yet.
  const asOfNow = (grant: Grant): Grant => fireTimers(grant, clock.now());
  const live = storedLive.map(asOfNow);
  const requests = storedRequests
    .map(asOfNow)
    .filter((grant) => grant.state === 'requested')
    .map((grant) => ({
      grant,
      own: grant.requestedBy?.slackId === slackId,
      holder: live.find((holder) => holder.target.id === grant.target.id),
    }));
  const toDecide = requests.filter(({ grant }) => waitsFor(context, caller, grant, approvalsOf(grant)));
  const changes = live.flatMap((grant): HomeChange[] => {
    const { proposal } = grant;
    return proposal === undefined ? [] : [{ grant, proposal, own: proposal.by.slackId === slackId }];
  });
  const changesToDecide = changes.filter(({ grant, proposal }) =>
    waitsFor(context, caller, grant, { by: proposal.by.slackId, approvals: proposal.approvals }),
  );
  const mayAsk = permission(context, caller, 'ask').allowed;
  return {
    kind: 'home',
    organization,
    targetCount: directory.refreshedAt === undefined ? undefined : directory.targets.length,
    clock: clockTrouble(context, caller),
    lockdown: await lockdownUnderWay(context, organization),
    live: live.map((grant) => ({
      grant,
      close: closeFor(context, caller, grant),
      extendable: mayAsk && isChangeable(grant) && !isUnkept(grant),
      keepable:
        isUnkept(grant) &&
        waitsFor(context, caller, grant, { by: openerOf(grant, organization), approvals: keptBy(grant) }),
    })),
    toDecide,
    changesToDecide,
    asked: requests.filter((request) => request.own && !toDecide.includes(request)),
    changesAsked: changes.filter((change) => change.own && !changesToDecide.includes(change)),
    ended,
    decides: permission(context, caller, 'deny').allowed,
    mayGrant: permission(context, caller, 'approve').allowed,
    mayBlock: permission(context, caller, 'block').allowed,
    mayLockDown: permission(context, caller, 'lockdown').allowed,
    mayChangeSettings: permission(context, caller, 'settings').allowed,
  };
}

interface Asked {
  /** Slack id; absent where nobody here asked. */
  readonly by?: string;
  /** Those that count. */
  readonly approvals: readonly Approval[];
}

const approvalsOf = ({ requestedBy, approvals, termsVersion }: Grant): Asked => ({
  by: requestedBy?.slackId,
  approvals: approvals.filter((approval) => approval.termsVersion === termsVersion),
});

/** Whether it is this person's decision that a request, or a change, waits for. */
function waitsFor(context: OperationContext, caller: Caller, grant: Grant, asked: Asked): boolean {
  const { slackId } = caller.person;
  const own = asked.by === slackId;
  const concerned = inProject(caller, grant.target.projectId);
  if (!permission(context, concerned, 'deny', own).allowed) return false;
  const approving = permission(context, concerned, 'approve', own);
  if (!approving.allowed && approving.reason === 'own-request') return false;
  return !asked.approvals.some(({ by }) => by.slackId === slackId);
}

function closeFor(context: OperationContext, caller: Caller, grant: Grant): HomeGrant['close'] {
  if (grant.state !== 'opening' && grant.state !== 'active') return undefined;
  const own = grant.requestedBy?.slackId === caller.person.slackId;
  if (!permission(context, inProject(caller, grant.target.projectId), 'revoke', own).allowed) return undefined;
  return own ? 'end' : 'revoke';
}

/** The caller with the roles that count for one project's targets. */
const inProject = (caller: Caller, projectId: string): Caller => ({
  ...caller,
  roles: { ...caller.roles, projectRoles: caller.account?.projectRoles[projectId] ?? [] },
});
