import { randomUUID } from 'node:crypto';
import type { CheckedClock } from '../checked-clock.ts';
import type { Actor, Grant, PersonActor } from '../grants/grant.ts';
import { oweOnce } from '../grants/owed.ts';
import type { KnownRoles, PermissionRefusal } from '../grants/permissions.ts';
import type { Policy } from '../grants/policy.ts';
import { refusalEntry } from '../ledger/from-history.ts';
import type { Logger } from '../log.ts';
import type { Provider } from '../providers/provider.ts';
import type { Studio } from '../reports/studio.ts';
import type { CheckpointStore } from '../store/checkpoints.ts';
import type { DeliveryStore } from '../store/deliveries.ts';
import type { DirectoryStore } from '../store/directories.ts';
import type { GrantStore } from '../store/grants.ts';
import type { HomeStore } from '../store/homes.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import type { Deciders } from '../work/deciders.ts';
import type { PostFiles } from '../work/files.ts';
import type { HeadSigner } from '../work/head-signer.ts';
import type { People, SlackPerson } from '../work/people.ts';
import type { Workplace } from '../work/workplace.ts';

/** Which organization it is, where a process has several. */
export interface OrganizationLabel {
  /** As people type it. */
  readonly key: string;
  readonly name: string;
}

/** What every operation is given. */
export interface OperationContext {
  /** By which the process tells its organizations apart. */
  readonly key: string;
  readonly label?: OrganizationLabel;
  readonly organizationId: string;
  /** The operator's choice, where the organization's begins. */
  readonly channelId: string;
  readonly clock: CheckedClock;
  readonly log: Logger;
  /** The operator's; an organization's owners set over it, see `policyOf`. */
  readonly basePolicy: Policy;
  readonly provider: Provider;
  readonly people: People;
  readonly workplace: Workplace;
  readonly deciders: Deciders;
  readonly grants: GrantStore;
  readonly organizations: OrganizationStore;
  readonly directories: DirectoryStore;
  readonly homes: HomeStore;
  readonly ledger: LedgerStore;
  readonly studio: Studio;
  readonly postFiles: PostFiles;
  readonly checkpoints: CheckpointStore;
  readonly headSigner: HeadSigner;
  /** Where a webhook is set. */
  readonly deliveries?: DeliveryStore;
  /** Has a document worked off now; resolves when nothing more is due. */
  readonly work: {
    grant(id: string): Promise<void>;
    organization(id: string): Promise<void>;
    home(id: string): Promise<void>;
  };
}

/** Who does it, and the id that makes a replayed payload recognisable: the payload's `trigger_id` or `view.id`. */
export interface OperationInput {
  readonly slackId: string;
  readonly operationId: string;
}

export interface NotPermitted {
  readonly kind: 'not-permitted';
  readonly reason: PermissionRefusal;
  /** Slack ids of those who may. */
  readonly deciders: readonly string[];
}

/** How long somebody who clicked is kept waiting for the outcome before they are told that it is pending. */
const settleMs = 8_000;

/** Waits for work that was just caused, but not for ever: a person wants an answer. */
export async function settled(context: OperationContext, work: Promise<void>): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = context.clock.after(settleMs, resolve);
  });
  await Promise.race([work, enough]);
  timer?.cancel();
}

/**
 * Waits a moment for the work on a grant that was just decided on, and reads what has come of it. What was decided stands,
 * whatever keeps its record from being read again.
 */
export async function workedOff(
  context: OperationContext,
  grant: Grant,
  work: Promise<void> = context.work.grant(grant._id),
): Promise<Grant> {
  await settled(context, work);
  try {
    return (await context.grants.find(grant._id)) ?? grant;
  } catch (error) {
    context.log.warn({ err: error, grantId: grant._id }, 'What came of a decision could not be read');
    return grant;
  }
}

/** Who did it, with the roles that were known at that moment. */
export function actorFor(caller: {
  readonly person: SlackPerson;
  readonly account?: { readonly id: string };
  readonly roles: KnownRoles;
}): PersonActor {
  const { person, account, roles } = caller;
  const held = [...roles.organizationRoles, ...roles.projectRoles];
  return {
    kind: 'person',
    slackId: person.slackId,
    name: person.name,
    accountId: account?.id,
    roles: held.length === 0 ? undefined : [...new Set(held)],
  };
}

/** A refusal is on the record as much as a transition. */
export async function auditRefusal(
  context: OperationContext,
  refusal: { action: string; actor: Actor; reason: string; grant?: Grant },
): Promise<void> {
  const at = context.clock.now();
  context.log.audit({
    at,
    organizationId: context.organizationId,
    action: refusal.action,
    outcome: 'refused',
    actor: refusal.actor,
    grantId: refusal.grant?._id,
    from: refusal.grant?.state,
    reason: refusal.reason,
  });
  const { ledger, organizationId, log } = context;
  // No record changes that could owe it, and many attempts must not make one grow: it is written before it is answered.
  const entry = refusalEntry({ ...refusal, organizationId, at, source: `attempt-${randomUUID()}` });
  try {
    // After a lost reply the second time finds what the first has written.
    await ledger.append(entry).catch(() => ledger.append(entry));
  } catch (error) {
    // Whoever was refused is told so all the same; the audit line stands.
    log.error({ err: error, action: refusal.action }, 'A refused attempt could not be recorded in the ledger');
  }
}

/** Somebody clicked on a message that shows an older state: it is brought up to date. */
export async function refreshMessage(context: OperationContext, grantId: string): Promise<void> {
  const now = context.clock.now();
  await context.grants.update<never>(grantId, (doc) => ({
    ok: true,
    doc: oweOnce(doc, { kind: 'render', dueAt: now }),
  }));
  void context.work.grant(grantId);
}
