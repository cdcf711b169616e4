import type { Button } from '@slack/types';
import { leastThatNeedsBlock } from '../../grants/access-types.ts';
import { lostChannel } from '../../grants/channel-lost.ts';
import { formatDuration } from '../../grants/duration.ts';
import { isLeftAlone } from '../../grants/left-alone.ts';
import type { Organization } from '../../grants/organization.ts';
import { aTarget, listedNoun } from '../../grants/target-noun.ts';
import type { ClockTrouble } from '../../operations/clock-trouble.ts';
import type { LockdownStanding } from '../../operations/lockdown.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { referenceWords } from '../reference.ts';
import { blockButton, blockThenOpenButton } from './buttons.ts';
import { channelWords, obstacleWords } from './channel-words.ts';
import { underWayLines } from './lockdown-report.ts';
import { observeStatement } from './observe-mode.ts';
import { actorName, everythingEntered } from './vocabulary.ts';
import { at, atAndAgo, bold, linked, listed, say, shortened, type Words } from './words.ts';

export interface Posture {
  readonly organization: Organization;
  /** How many targets the organization has, when known. */
  readonly targetCount?: number;
  /** Whether to offer the person the block. */
  readonly mayBlock: boolean;
  /** What is wrong with the clock, for a reader who can have it mended. */
  readonly clock?: ClockTrouble;
  /** One that is not over. */
  readonly lockdown?: LockdownStanding;
}

/** Whether the organization is blocked or open to support, where it can be; `readAt` says when that was read. */
export function postureLines(
  posture: Posture,
  { readAt }: { readonly readAt: boolean },
  capabilities: ProviderCapabilities,
): (Words | undefined)[] {
  const { confirmed, wanted, trouble } = posture.organization;
  const { hasBlock, canSetBlock, blockUrl, vendor, observes } = capabilities;
  const { lockdown, organization, clock } = posture;
  return [
    observeStatement(capabilities),
    clock === undefined ? undefined : clockWords(clock),
    ...(lockdown === undefined ? [] : underWayLines({ ...lockdown, organization })),
    ...blockLines(posture, capabilities),
    channelLost(organization),
    ...withReference(unreadLines(organization, capabilities), organization),
    confirmed !== undefined && readAt ? say`As read ${atAndAgo(confirmed.at)}.` : undefined,
    wanted === undefined
      ? undefined
      : say`${actorName(wanted.by, capabilities)} decided ${at(wanted.at)} to ${wanted.blocked ? 'block' : 'unblock'} it; not seen in ${vendor} yet.`,
    trouble === undefined
      ? undefined
      : isLeftAlone(trouble)
        ? say`${trouble.message}`
        : say`Still trying: ${shortened(trouble.message)} This has gone on since ${at(trouble.since)}.`,
    (offersBlock(posture) || (hasBlock && observes === true && confirmed?.blocked !== true)) && !canSetBlock
      ? say`To block it: ${linked(blockUrl, `the setting in ${vendor}`)}`
      : undefined,
  ];
}

function clockWords(clock: ClockTrouble): Words {
  const consequence = say`Until it is right, Portcullis opens nothing, and neither reminds nor ends anything by time. Closing works.`;
  switch (clock.kind) {
    case 'off':
      return say`The clock of the machine that Portcullis runs on is wrong: ${aheadWords(clock.aheadMs)} the database. ${consequence}`;
    case 'unknown':
      return say`Portcullis cannot tell whether its clock is right: the database's cannot be read. ${consequence}`;
  }
}

function aheadWords(aheadMs: number): string {
  const ms = Math.abs(aheadMs);
  const much = ms < 60_000 ? `${Math.round(ms / 1_000)} s` : formatDuration(Math.round(ms / 60_000) * 60_000);
  return `${much} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
}

function channelLost(organization: Organization): Words | undefined {
  const lost = lostChannel(organization);
  return lost === undefined
    ? undefined
    : say`Portcullis cannot write to its channel, ${channelWords(lost.channelId)}: nobody there is told of anything. ${obstacleWords(lost)}`;
}

/** The lines of the log about what could not be read carry the organization's id. */
const withReference = (lines: readonly Words[], { _id }: Organization): readonly Words[] =>
  lines.length === 0 ? lines : [...lines, referenceWords(_id)];

/** What nobody could look at: what is open there may not be on record. */
function unreadLines({ surveyed }: Organization, { vendor, targetNoun }: ProviderCapabilities): Words[] {
  if (surveyed === undefined) return [];
  const { at: readAt, unread, notListed } = surveyed;
  if (notListed !== undefined) {
    return [
      say`Not read ${at(readAt)}: which ${listedNoun(targetNoun)} there are. Access that was opened in ${vendor} itself may not be listed here. ${shortened(notListed)}`,
    ];
  }
  return [...new Set(unread.map(({ reason }) => reason))].map((reason) => {
    const concerned = unread.filter((project) => project.reason === reason);
    const names = listed(concerned.map(({ name }) => say`${name}`));
    const what =
      targetNoun.group === undefined
        ? `the ${targetNoun.many} of`
        : concerned.length === 1
          ? targetNoun.group
          : listedNoun(targetNoun);
    return say`Not read ${at(readAt)}: ${what} ${names}. Access that was opened there in ${vendor} itself may not be listed here. ${shortened(reason)}`;
  });
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

function blockLines(posture: Posture, capabilities: ProviderCapabilities): Words[] {
  const { hasBlock, supportStaff, vendor, targetNoun } = capabilities;
  if (!hasBlock) return [bold(say`${supportStaff} can enter ${aTarget(targetNoun)} only while a grant is open`)];
  switch (posture.organization.confirmed?.blocked) {
    case undefined:
      return [
        bold(say`Not known yet: whether support access is blocked for the organization`),
        say`${vendor} has not been read yet. Until it has, count on ${supportStaff} being able to enter.`,
      ];
    case true:
      return [
        bold(say`Support access is blocked for the organization`),
        say`${supportStaff} can enter ${aTarget(targetNoun)} only while a grant is open.`,
      ];
    case false:
      return [
        bold(
          say`Support access is not blocked: ${supportStaff} can already enter ${everythingEntered(posture.targetCount, targetNoun)}`,
        ),
        ...unblockedUntil(posture.organization, capabilities),
      ];
  }
}

/** Who unblocked it and until when, where Portcullis knows. */
function unblockedUntil({ decided, owed }: Organization, { observes, vendor }: ProviderCapabilities): Words[] {
  if (decided?.blocked !== false) return [];
  const by = decided.by.kind === 'person' ? decided.by.name : 'Portcullis';
  if (decided.until === undefined) return [say`${by} unblocked it ${at(decided.at)}, until somebody blocks it again.`];
  if (observes === true) {
    return [
      say`${by} unblocked it ${at(decided.at)}, until ${at(decided.until)}: an organization owner has to block it again then, in ${vendor}.`,
    ];
  }
  const overdue = owed.some((effect) => effect.kind === 'reblock' && effect.timeOver.tried > 0);
  return overdue
    ? [say`${by} had unblocked it until ${at(decided.until)}. That is over, and Portcullis could not block it again.`]
    : [say`${by} unblocked it ${at(decided.at)}. Portcullis blocks it again ${atAndAgo(decided.until)}.`];
}
