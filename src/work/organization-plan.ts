import { fireOrganizationTimers } from '../grants/block.ts';
import { digestElapsed } from '../grants/digest-due.ts';
import { headElapsed } from '../grants/head-due.ts';
import { homesOwed, homesTold } from '../grants/homes.ts';
import type { Organization, OrganizationEffect } from '../grants/organization.ts';
import { replaceEffect } from '../grants/owed.ts';
import { type Policy, policyOf } from '../grants/policy.ts';
import type { Provider } from '../providers/provider.ts';
import type { GrantStore } from '../store/grants.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { OrganizationStore } from '../store/organizations.ts';
import { lastOperation } from './attempts.ts';
import { checkChannel, organizationEffectFailed, postDirect, tellOwners } from './channel-work.ts';
import { postDigest } from './digest-work.ts';
import type { HeadSigner } from './head-signer.ts';
import { postHead } from './head-work.ts';
import type { HomeRefresh } from './home-plan.ts';
import { writeEntries } from './ledger-work.ts';
import { lockDown, reportLockdown } from './lockdown-work.ts';
import {
  type OrganizationNoteDependencies,
  postNote,
  postWhereLeft,
  renderGuards,
  renderLink,
} from './organization-notes.ts';
import { postOwnEnds } from './own-ends-work.ts';
import { refreshRequests } from './refresh-requests.ts';
import { retryDelayMs } from './retry.ts';
import { inTurn } from './slack-effects.ts';
import { survey } from './survey-work.ts';
import { blockBackoff, syncBlock } from './sync-block.ts';
import type { Result, WorkPlan } from './worker.ts';

export interface OrganizationPlanDependencies extends OrganizationNoteDependencies {
  readonly provider: Provider;
  readonly grants: GrantStore;
  readonly ledger: Pick<LedgerStore, 'append' | 'head'>;
  readonly headSigner: Pick<HeadSigner, 'sign'>;
  readonly organizations: Pick<OrganizationStore, 'get'>;
  readonly homes: Pick<HomeRefresh, 'organizationChanged'>;
  /** The operator's. */
  readonly basePolicy: Policy;
  readonly now: () => Date;
  /** Has a grant's work looked at now. */
  readonly kick: (grantId: string) => void;
}

/** Beside the notes, which have an order. */
const slackKinds: readonly OrganizationEffect['kind'][] = [
  'report',
  'own-ends',
  'digest',
  'head',
  'refresh-requests',
  'render-guards',
  'refresh-homes',
  'render-link',
  'note-in-channel-left',
  'tell-owners',
  'direct',
  'check-channel',
];

/** How the organization's record is worked off: its block beside what its channel is told. */
export function createOrganizationPlan(dependencies: OrganizationPlanDependencies): WorkPlan<Organization> {
  const inSlack = (
    effect: OrganizationEffect,
    organization: Organization,
    attempt: () => Promise<Result<Organization>>,
  ): Promise<Result<Organization>> =>
    attempt().catch((error: unknown) => organizationEffectFailed(error, effect, organization, dependencies));
  return {
    name: 'organizations',
    leaseMs: 30_000,
    lanes: ['provider', 'survey', 'slack', 'ledger'],
    elapse(organization, now) {
      const policy = policyOf(organization, dependencies.basePolicy);
      const told = headElapsed(digestElapsed(fireOrganizationTimers(organization, now), policy, now), policy, now);
      const fired = homesOwed(told, now);
      return inTurn(
        fired,
        fired.owed.filter((effect) => effect.kind === 'note'),
      );
    },
    next(organization, lane, due) {
      // A lockdown blocks first; when that has to wait for the provider, the rest does not.
      if (lane === 'provider') {
        return due.find((effect) => effect.kind === 'sync') ?? due.find((effect) => effect.kind === 'lockdown');
      }
      if (lane === 'survey') return due.find((effect) => effect.kind === 'survey');
      if (lane === 'ledger') return due.find((effect) => effect.kind === 'ledger');
      const first = organization.owed.find((effect) => effect.kind === 'note');
      return due.find(
        (effect) => slackKinds.includes(effect.kind) || (effect.kind === 'note' && effect.id === first?.id),
      );
    },
    async run(effect, organization, attempt) {
      switch (effect.kind) {
        case 'ledger':
          return writeEntries(dependencies, effect);
        case 'sync':
          return syncBlock(dependencies, organization, attempt);
        case 'survey':
          return survey(dependencies, organization, attempt);
        case 'refresh-requests':
          return refreshRequests(dependencies, effect, organization);
        case 'refresh-homes':
          await dependencies.homes.organizationChanged(organization);
          return (doc) => homesTold(doc, organization.version);
        case 'lockdown':
          return lockDown(dependencies, effect, organization, attempt);
        case 'note':
          return inSlack(effect, organization, () => postNote(dependencies, effect, organization, attempt));
        case 'note-in-channel-left':
          return inSlack(effect, organization, () => postWhereLeft(dependencies, effect, organization, attempt));
        case 'render-link':
          return inSlack(effect, organization, () =>
            renderLink(dependencies, effect.accountId, effect.id, organization),
          );
        case 'render-guards':
          return inSlack(effect, organization, () => renderGuards(dependencies, effect, organization));
        case 'report':
          return inSlack(effect, organization, () => reportLockdown(dependencies, effect, organization, attempt));
        case 'tell-owners':
          return tellOwners(dependencies, effect, organization);
        case 'direct':
          return inSlack(effect, organization, () => postDirect(dependencies, effect, organization, attempt));
        case 'check-channel':
          return checkChannel(dependencies, effect, organization);
        case 'own-ends':
          return inSlack(effect, organization, () => postOwnEnds(dependencies, effect, organization, attempt));
        case 'digest':
          return inSlack(effect, organization, () => postDigest(dependencies, effect, organization, attempt));
        case 'head':
          return inSlack(effect, organization, () => postHead(dependencies, effect, organization, attempt));
        case 'unblock-deadline':
        case 'digest-due':
        case 'head-due':
        case 'reblock':
          throw new Error('A timer is not run');
      }
    },
    failed(organization, effect, now) {
      const dueAt = new Date(now.getTime() + retryDelayMs(effect.attempts + 1, blockBackoff, dependencies.random));
      return replaceEffect(organization, effect.id, { dueAt, attempts: effect.attempts + 1 });
    },
    lastOperation,
  };
}
