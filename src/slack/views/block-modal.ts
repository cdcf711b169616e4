import type { ViewOutput } from '@slack/bolt';
import type { InputBlock, ModalView } from '@slack/types';
import { formatDuration } from '../../grants/duration.ts';
import { type Grant, maybeOpenUntil } from '../../grants/grant.ts';
import type { Organization } from '../../grants/organization.ts';
import { aTarget } from '../../grants/target-noun.ts';
import { unblockDuration } from '../../grants/timed-unblock.ts';
import { unblockReasonLength } from '../../operations/switch-block.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { seenWords } from '../answers/block-answer.ts';
import { message, type Piece, paragraph } from '../messages/blocks.ts';
import { grantIdWords } from '../messages/grant-parts.ts';
import { accessLabel, blockAdvice, everythingEntered } from '../messages/vocabulary.ts';
import { atAndAgo, bold, say, type Words } from '../messages/words.ts';
import { plain } from '../text.ts';
import { entered, type ModalOrigin, modal, textInput } from './modal.ts';

export const blockModalIds = {
  block: 'block-organization',
  unblock: 'unblock-organization',
  reason: 'reason',
  duration: 'duration',
} as const;

const mostListed = 15;

interface Situation {
  readonly organization: Organization;
  readonly live: readonly Grant[];
  /** How many targets the organization has, when known. */
  readonly targetCount: number | undefined;
}

/** The confirm step of a block: what it means, and what is open. */
export function blockModal(situation: Situation, capabilities: ProviderCapabilities, origin: ModalOrigin): ModalView {
  const { supportStaff, targetNoun } = capabilities;
  return modal({
    title: 'Block support access',
    content: message(
      paragraph(
        bold(say`Block support access for the whole organization?`),
        say`${supportStaff} can then enter ${aTarget(targetNoun)} only while a grant is open.`,
        say`${blockAdvice(targetNoun)}`,
        seenWords(situation.organization, capabilities),
      ),
      ...openNow(situation.live, capabilities),
    ),
    submit: { callbackId: blockModalIds.block, label: 'Block' },
    metadata: origin,
  });
}

export interface UnblockDraft {
  readonly reason: string;
  /** As far as it was given. */
  readonly durationMs?: number;
}

/** The confirm step of an unblock: whom it lets in, for how long, and why. */
export function unblockModal(
  situation: Situation,
  draft: UnblockDraft,
  capabilities: ProviderCapabilities,
  origin: ModalOrigin,
): ModalView {
  const { canSetBlock, vendor, supportStaff, targetNoun } = capabilities;
  return modal({
    title: 'Unblock support access',
    content: message(
      paragraph(
        bold(
          say`${supportStaff} can then enter ${everythingEntered(situation.targetCount, targetNoun)}, at any time and without a grant`,
        ),
        canSetBlock
          ? say`Portcullis blocks it again when the time is over. The channel is told until when, with your reason.`
          : say`Portcullis has no account that may switch this: you get the link to do it in ${vendor}. Portcullis then tells the channel until when, with your reason, and reminds the owners to block it again.`,
        seenWords(situation.organization, capabilities),
        standingUnblockWords(situation.organization),
      ),
    ),
    inputs: [
      durationInput(draft.durationMs),
      textInput(blockModalIds.reason, 'Reason', {
        initial: draft.reason,
        hint: `At least ${unblockReasonLength.min} characters.`,
      }),
    ],
    submit: { callbackId: blockModalIds.unblock, label: canSetBlock ? 'Unblock' : 'Go on' },
    metadata: origin,
  });
}

/** What was chosen: undefined for an unblock that somebody else has to end. */
export function unblockChoice(view: Pick<ViewOutput, 'state'>): { reason: string; durationMs: number | undefined } {
  const duration = entered(view, blockModalIds.duration);
  return {
    reason: entered(view, blockModalIds.reason),
    durationMs: duration === untilBlocked ? undefined : Number(duration),
  };
}

/** A new decision takes the place of the one that holds. */
function standingUnblockWords({ confirmed, decided }: Organization): Words | undefined {
  if (confirmed?.blocked !== false) return undefined;
  return decided?.blocked === false && decided.until !== undefined
    ? say`It is unblocked already, until ${atAndAgo(decided.until)}: what you choose here takes the place of that.`
    : say`It is unblocked already, with no end: what you choose here sets one.`;
}

const untilBlocked = 'until-blocked';
const offeredHours = [1, 4, 8, 24, 72, 168];

function durationInput(chosenMs: number = unblockDuration.defaultDurationMs): InputBlock {
  const durations = [...new Set([...offeredHours.map((hours) => hours * 3_600_000), chosenMs])].sort((a, b) => a - b);
  const timed = durations.map((ms) => ({ text: plain(formatDuration(ms), 75), value: String(ms) }));
  const untimed = { text: plain('Until somebody blocks it again', 75), value: untilBlocked };
  const initial = timed.find(({ value }) => value === String(chosenMs));
  return {
    type: 'input',
    block_id: blockModalIds.duration,
    label: plain('Blocked again after', 2_000),
    hint: plain('Counted from now.', 2_000),
    element: {
      type: 'static_select',
      action_id: blockModalIds.duration,
      options: [...timed, untimed],
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

/** A section each: together they could be longer than a section may be. */
function openNow(live: readonly Grant[], capabilities: ProviderCapabilities): Piece[] {
  if (live.length === 0) return [paragraph(say`No grant is open.`)];
  const more = live.length - mostListed;
  return [
    paragraph(bold(say`Open, or possibly open, through a grant; a block does not end it:`)),
    ...live.slice(0, mostListed).map((grant) => paragraph(openLine(grant, capabilities))),
    ...(more > 0 ? [paragraph(say`and ${more} more`)] : []),
  ];
}

/** Something that is open or may be, and until when. */
export function openLine(grant: Grant, capabilities: ProviderCapabilities): Words {
  const what = say`${grant.target.name}: ${accessLabel(capabilities, grant.wanted?.type ?? grant.terms.type)}`;
  const until = maybeOpenUntil(grant) ?? grant.wanted?.until;
  return until === undefined
    ? say`${what}, ${grantIdWords(grant)}`
    : say`${what}, until ${atAndAgo(until)}, ${grantIdWords(grant)}`;
}
