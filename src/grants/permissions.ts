import type { RolesBasis } from './grant.ts';
import type { LinkStanding } from './links.ts';
import type { Policy } from './policy.ts';

/** What somebody may want to do. Seeing and asking need only membership. */
export type PermissionAction =
  | 'ask'
  | 'see'
  | 'approve'
  | 'unblock'
  | 'settings'
  | 'confirm-link'
  | 'deny'
  | 'revoke'
  | 'silence'
  | 'cancel'
  | 'block'
  | 'lockdown';

/** What kind of Slack account somebody has in this workspace. */
export type Membership = 'member' | 'guest' | 'outsider' | 'bot' | 'deactivated';

/** The provider's role names that carry a right here. */
export interface DeciderRoles {
  readonly owner: readonly string[];
  readonly projectDecider: readonly string[];
}

/** What is known of somebody's roles, and how fresh it is. */
export interface KnownRoles {
  /** `named`: there is no directory to read; those decide whom the policy names. */
  readonly source: 'fresh' | 'snapshot' | 'last-known' | 'unavailable' | 'named';
  readonly account: 'active' | 'inactive' | 'unknown' | 'no-email';
  readonly link: LinkStanding;
  readonly organizationRoles: readonly string[];
  /** The person's roles on the project of the target concerned. */
  readonly projectRoles: readonly string[];
}

export interface PermissionQuestion {
  readonly action: PermissionAction;
  readonly slackId: string;
  readonly membership: Membership;
  readonly roles: KnownRoles;
  readonly policy: Pick<Policy, 'deciders' | 'owners' | 'ownApprovalCounts'>;
  readonly deciderRoles: DeciderRoles;
  /** Whether the person asked for the grant concerned. */
  readonly isRequester: boolean;
}

export type PermissionRefusal =
  /** Not a full member of this workspace. */
  | 'guest'
  | 'outsider'
  | 'bot'
  | 'deactivated'
  /** The vendor has no block. */
  | 'no-block'
  /** Portcullis only observes: what changes anything is done in the provider itself. */
  | 'observe-mode'
  /** The clock of this process is wrong, or not known to be right, and this action sets a time. */
  | 'clock-wrong'
  /** Roles cannot be read, and this action needs them read. */
  | 'roles-unavailable'
  | 'no-email'
  | 'no-account'
  | 'inactive-account'
  | 'link-pending'
  | 'not-linked'
  /** A decider by role, but not among those whom the settings name. */
  | 'not-named'
  /** Without a directory: not among those whom the operator names. */
  | 'not-chosen'
  | 'not-owner'
  | 'not-decider'
  | 'own-request'
  /** For whoever asked, and nobody else: others have decisions of their own. */
  | 'not-requester';

export type Permission =
  | { readonly allowed: true; readonly basis: RolesBasis }
  | { readonly allowed: false; readonly reason: PermissionRefusal };

const ownerOnly: readonly PermissionAction[] = ['unblock', 'settings', 'block', 'lockdown', 'confirm-link'];
/** These make access smaller: they work on what was last known when roles cannot be read. */
const safeActions: readonly PermissionAction[] = ['deny', 'revoke', 'silence', 'block', 'lockdown'];

const refused = (reason: PermissionRefusal): Permission => ({ allowed: false, reason });

/** Who may do what. Pure: allow with the basis it rests on, or one stated reason. */
export function permit(question: PermissionQuestion): Permission {
  const { action, membership, roles, policy, isRequester } = question;
  if (membership !== 'member') return refused(membership);
  if (action === 'ask' || action === 'see') return { allowed: true, basis: 'not-needed' };
  // Whoever asked may always end or cancel what they asked for.
  if (isRequester && (action === 'revoke' || action === 'cancel' || action === 'silence')) {
    return { allowed: true, basis: 'own-request' };
  }
  if (action === 'cancel') return refused('not-requester');
  if (roles.source === 'unavailable') return refused('roles-unavailable');
  if (roles.source === 'last-known' && !safeActions.includes(action)) return refused('roles-unavailable');
  const standing = decider(question);
  if (standing !== undefined) return refused(standing);
  if (action === 'approve' && isRequester && !policy.ownApprovalCounts) return refused('own-request');
  return { allowed: true, basis: roles.source };
}

/** Why somebody is no decider for this action; undefined when they are one. */
function decider(question: PermissionQuestion): PermissionRefusal | undefined {
  const { action, slackId, roles, policy, deciderRoles } = question;
  if (roles.source === 'named') return policy.owners.includes(slackId) ? undefined : 'not-chosen';
  if (roles.account === 'no-email') return 'no-email';
  if (roles.account === 'unknown') return 'no-account';
  if (roles.account === 'inactive') return 'inactive-account';
  const isOwner = roles.organizationRoles.some((role) => deciderRoles.owner.includes(role));
  const isProjectDecider =
    policy.deciders === 'project-roles' &&
    roles.projectRoles.some((role) => deciderRoles.projectDecider.includes(role));
  if (ownerOnly.includes(action) ? !isOwner : !isOwner && !isProjectDecider) {
    return ownerOnly.includes(action) ? 'not-owner' : 'not-decider';
  }
  if (policy.owners.length > 0 && !policy.owners.includes(slackId)) return 'not-named';
  if (roles.link === 'pending') return 'link-pending';
  if (roles.link === 'none') return 'not-linked';
  return undefined;
}
