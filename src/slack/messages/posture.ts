import type { Button } from '@slack/types';
import { leastThatNeedsBlock } from '../../grants/access-types.ts';
import { lostChannel } from '../../grants/channel-lost.ts';
import type { Organization } from '../../grants/organization.ts';
import type { LockdownStanding } from '../../operations/lockdown.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { blockButton, blockThenOpenButton } from './buttons.ts';
import { channelWords, obstacleWords } from './channel-words.ts';
import { underWayLines } from './lockdown-report.ts';
import { actorName, allTargets } from './vocabulary.ts';
import { at, atAndAgo, bold, linked, say, shortened, type Words } from './words.ts';

export interface Posture {
  readonly organization: Organization;
  /** How many targets the organization has, when known. */
  readonly targetCount?: number;
  /** Whether to offer the person the block. */
  readonly mayBlock: boolean;
  /** One that is not over. */
  readonly lockdown?: LockdownStanding;
}

/** Whether the organization is blocked or open to support; `readAt` says when that was read. */
export function postureLines(
  posture: Posture,
  { readAt }: { readonly readAt: boolean },
  capabilities: ProviderCapabilities,
): (Words | undefined)[] {
  const { confirmed, wanted, trouble } = posture.organization;
  const { canSetBlock, blockUrl, vendor } = capabilities;
  const { lockdown, organization } = posture;
  return [
    ...(lockdown === undefined ? [] : underWayLines({ ...lockdown, organization })),
    ...blockLines(posture, capabilities),
    channelLost(organization),
    confirmed !== undefined && readAt ? say`As read ${atAndAgo(confirmed.at)}.` : undefined,
    wanted === undefined
      ? undefined
      : say`${actorName(wanted.by, capabilities)} decided ${at(wanted.at)} to ${wanted.blocked ? 'block' : 'unblock'} it; not seen in ${vendor} yet.`,
    trouble === undefined ? undefined : say`Still trying: ${shortened(trouble.message)}`,
    offersBlock(posture) && !canSetBlock
      ? say`To block it: ${linked(blockUrl, `the setting in ${vendor}`)}`
      : undefined,
  ];
}

function channelLost(organization: Organization): Words | undefined {
  const lost = lostChannel(organization);
  return lost === undefined
    ? undefined
    : say`Portcullis cannot write to its channel, ${channelWords(lost.channelId)}: nobody there is told of anything. ${obstacleWords(lost)}`;
}

/** Whether there is something to block, for somebody who may. */
const offersBlock = ({ mayBlock, organization: { confirmed, wanted } }: Posture): boolean =>
  mayBlock && confirmed?.blocked !== true && wanted?.blocked !== true;

/** The block and a grant of what needs it as one step, for whoever may decide both. */
export function blockButtons(posture: Posture, { accessTypes, canSetBlock }: ProviderCapabilities): Button[] {
  if (!offersBlock(posture)) return [];
  const grantable = posture.organization.confirmed?.blocked === false && posture.targetCount !== undefined;
  const type = grantable ? leastThatNeedsBlock(accessTypes) : undefined;
  return [...(canSetBlock ? [blockButton()] : []), ...(type === undefined ? [] : [blockThenOpenButton(type)])];
}

function blockLines(posture: Posture, { supportStaff, vendor }: ProviderCapabilities): Words[] {
  switch (posture.organization.confirmed?.blocked) {
    case undefined:
      return [
        bold(say`Not known yet: whether support access is blocked for the organization`),
        say`${vendor} has not been read yet. Until it has, count on ${supportStaff} being able to enter.`,
      ];
    case true:
      return [
        bold(say`Support access is blocked for the organization`),
        say`${supportStaff} can enter a cluster only while a grant is open.`,
      ];
    case false:
      return [
        bold(
          say`Support access is not blocked: ${supportStaff} can already enter the infrastructure of ${allTargets(posture.targetCount)}`,
        ),
        ...unblockedUntil(posture.organization),
      ];
  }
}

/** Who unblocked it and until when, where Portcullis knows. */
function unblockedUntil({ decided, owed }: Organization): Words[] {
  if (decided?.blocked !== false) return [];
  const by = decided.by.kind === 'person' ? decided.by.name : 'Portcullis';
  if (decided.until === undefined) return [say`${by} unblocked it ${at(decided.at)}, until somebody blocks it again.`];
  const overdue = owed.some((effect) => effect.kind === 'reblock' && effect.timeOver.tried > 0);
  return overdue
    ? [say`${by} had unblocked it until ${at(decided.until)}. That is over, and Portcullis could not block it again.`]
    : [say`${by} unblocked it ${at(decided.at)}. Portcullis blocks it again ${atAndAgo(decided.until)}.`];
}
