import { formatDuration } from '../../grants/duration.ts';
import { isUnkept } from '../../grants/found.ts';
import { type AccessTerms, approvalsInForce, type Grant, termsInForce } from '../../grants/grant.ts';
import type { GrantNote } from '../../grants/grant-effects.ts';
import { concernedBy } from '../../grants/notes.ts';
import { capital } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import type { Views } from '../../work/views.ts';
import { lateActivityPieces, receiptPieces } from './activity-parts.ts';
import { buttonRow, copyable, message, type Piece, paragraph, quotation } from './blocks.ts';
import { endButton, extendButton, letEndButton, revokeButton } from './buttons.ts';
import { changeNotePieces, decideInHome, narrowedPieces } from './change-notes.ts';
import { foundStatement, keepButton } from './found-parts.ts';
import { accessFact, asTyped, fact, idLine, targetLink, timeLeft } from './grant-parts.ts';
import { standingOf } from './grant-standing.ts';
import { publishedHead } from './ledger-head.ts';
import { receipt } from './receipt.ts';
import { approvalsSoFar, blockStatement, durationFact, heldStatement, lapseFact } from './request-parts.ts';
import { accessLabel, askerName, closeVerb, slashCommand } from './vocabulary.ts';
import {
  at,
  atAndAgo,
  bold,
  code,
  join,
  mentioned,
  mentionedDeciders,
  say,
  shortened,
  unspoken,
  utc,
  type Words,
} from './words.ts';

type NoteContext = Parameters<Views['grantNote']>[2];

/** A note in the thread of a grant's message, or to one person: so each says by itself what it is about. */
export function grantNote(
  grant: Grant,
  note: GrantNote,
  context: NoteContext,
  capabilities: ProviderCapabilities,
): OutgoingMessage {
  const published = context.ledgerHead === undefined ? undefined : publishedHead(context.ledgerHead);
  return message(...notePieces(grant, note, context, capabilities), published, idLine(grant));
}

function notePieces(
  grant: Grant,
  note: GrantNote,
  context: NoteContext,
  capabilities: ProviderCapabilities,
): (Piece | undefined)[] {
  const { target, requestedBy } = grant;
  const direct = context.direct === true;
  const { vendor, supportStaff, observes } = capabilities;
  const revokeByHand = say`To revoke it by hand: ${targetLink(grant, capabilities)}`;
  const standing = standingOf(grant, capabilities);
  const concerned = concernedBy(grant, note) ?? requestedBy;
  const toRequester =
    context.mentionRequester && concerned !== undefined
      ? unspoken(mentioned(concerned.slackId, concerned.name))
      : undefined;
  const { deciders, decidersGroup } = context;
  const nobody = deciders.length === 0 && decidersGroup === undefined;
  // Whom a direct message reaches is the one who is called.
  const toDeciders = nobody || direct ? undefined : unspoken(mentionedDeciders(deciders, decidersGroup));
  const inForce = termsInForce(grant);
  switch (note.type) {
    case 'waiting': {
      const waited = formatDuration(context.now.getTime() - note.since.getTime());
      const asks = say`Not decided yet: ${askerName(grant)} asked for support access to ${target.name}`;
      return [
        paragraph(
          bold(direct ? asks : say`${asks} ${waited} ago`),
          direct ? say`Asked ${atAndAgo(note.since)}. ${decideInHome}` : undefined,
          accessFact(grant, capabilities),
          durationFact(grant),
          lapseFact(grant),
          toDeciders,
        ),
        ...asTyped(grant),
        heldStatement(grant, context.holder),
        blockStatement(grant, context.organization, capabilities),
        approvalsSoFar(grant),
      ];
    }
    case 'denied':
      return [
        paragraph(bold(standing.headline), ...standing.details, toRequester),
        grant.denial === undefined ? undefined : quotation('Why', grant.denial.reason),
      ];
    case 'lapsed':
      return [
        paragraph(
          bold(standing.headline),
          ...standing.details,
          observes === true ? undefined : say`To ask again: ${code(`${slashCommand} request ${target.name}`)}`,
          toRequester,
        ),
      ];
    case 'cancelled':
      return [paragraph(bold(standing.headline), ...standing.details, toRequester)];
    case 'ended':
    case 'failed':
      return [
        paragraph(
          bold(standing.headline),
          ...standing.details,
          receipt(grant, capabilities),
          toRequester,
          direct ? undefined : toBlocker(grant),
        ),
        ...(grant.openedAt === undefined ? narrowedPieces(grant, capabilities) : []),
        ...receiptPieces(grant, capabilities, { direct }),
      ];
    case 'opened':
      return [
        paragraph(
          bold(say`${target.name} is open to ${supportStaff}`),
          inForce === undefined ? undefined : say`It is open until ${atAndAgo(inForce.until)}.`,
          receipt(grant, capabilities),
        ),
        ...narrowedPieces(grant, capabilities),
        paragraph(join(' ', [toRequester, say`Copy this into the support case:`])),
        copyable(caseText(grant, capabilities)),
        // The message with the button stands in the channel, where they are not.
        direct ? buttonRow(endButton(grant, capabilities)) : undefined,
      ];
    case 'reminder':
      if (isUnkept(grant)) {
        return [
          paragraph(
            bold(
              say`${target.name} is open to ${supportStaff} for ${timeLeft(note.until, context.now)} more, and nobody has kept it`,
            ),
            foundStatement(grant, capabilities),
            accessFact(grant, capabilities),
            observes === true
              ? say`It ends by itself ${atAndAgo(note.until)}. ${revokeByHand}`
              : say`It ends by itself ${atAndAgo(note.until)}. Keep it until then, or revoke it now.`,
            toDeciders,
          ),
          buttonRow(keepButton(grant, capabilities), revokeButton(grant, capabilities)),
        ];
      }
      return [
        paragraph(
          bold(say`${target.name} is open to ${supportStaff} for ${timeLeft(note.until, context.now)} more`),
          observes === true
            ? say`It ends by itself ${atAndAgo(note.until)}. ${revokeByHand}`
            : say`It ends by itself ${atAndAgo(note.until)}. ${direct ? 'End' : closeVerb(capabilities)} it now if support has what it needs, or let it end without another reminder.`,
          context.gone === true ? toWhoDecides(grant, context) : toRequester,
        ),
        buttonRow((direct ? endButton : revokeButton)(grant, capabilities), extendButton(grant), letEndButton(grant)),
      ];
    case 'closing-trouble':
      return [
        paragraph(
          bold(say`${target.name} may be open to ${supportStaff} until ${at(note.until)}`),
          observes === true
            ? say`Portcullis does not close it, since it only observes. At that time ${vendor} ends it by itself.`
            : say`Portcullis cannot close it yet and keeps trying. At that time ${vendor} ends it by itself.`,
          grant.trouble === undefined || observes === true
            ? undefined
            : fact('Why', say`${shortened(grant.trouble.message)}`),
          receipt(grant, capabilities),
          revokeByHand,
          toDeciders,
        ),
      ];
    case 'changed-outside':
      return [
        paragraph(
          bold(say`${note.who ?? 'Somebody'} changed support access to ${target.name} in ${vendor} itself`),
          fact('Before', terms(note.before, capabilities)),
          fact('Now', terms(note.after, capabilities)),
          observes === true
            ? say`Seen ${at(note.at)}. Portcullis goes by what holds now.`
            : say`Seen ${at(note.at)}. Portcullis goes by what holds now; it can be revoked here as before.`,
          toRequester,
        ),
      ];
    case 'restored':
      return [
        paragraph(
          bold(say`Support access to ${target.name} is again as it was approved`),
          note.found === 'closed'
            ? say`An earlier closing, meant for another grant, took effect late and closed it. Portcullis opened it again with the same end; seen ${at(note.at)}.`
            : say`An earlier change took effect late. Portcullis put it back with the same end; seen ${at(note.at)}.`,
          receipt(grant, capabilities),
          toRequester,
        ),
      ];
    case 'landed-late':
      return [
        paragraph(
          ...(grant.openAfterEnd === undefined
            ? cameLate(grant, note, capabilities)
            : stillOpen(grant, note, capabilities)),
          fact('Access', terms(note.terms, capabilities)),
          receipt(grant, capabilities),
          toRequester,
        ),
      ];
    case 'late-activity':
      return lateActivityPieces(grant, note, toRequester, capabilities);
    case 'request-narrowed':
    case 'change-proposed':
    case 'change-withdrawn':
    case 'terms-changed':
    case 'change-not-made':
      return changeNotePieces(grant, note, { whom: toRequester, toDeciders, direct }, capabilities);
  }
}

/** Whoever decided the block that never came, where somebody else had asked. */
const toBlocker = ({ awaitsBlock, requestedBy }: Grant): Words | undefined =>
  awaitsBlock === undefined || awaitsBlock.by.slackId === requestedBy?.slackId
    ? undefined
    : unspoken(mentioned(awaitsBlock.by.slackId, awaitsBlock.by.name));

/** The one who approved it, or else somebody who may decide: whoever asked has left. */
function toWhoDecides(grant: Grant, { deciders, decidersGroup }: NoteContext): Words | undefined {
  const approver = approvalsInForce(grant).findLast(({ by }) => deciders.includes(by.slackId))?.by.slackId;
  const one = approver ?? deciders[0];
  return one === undefined && decidersGroup === undefined
    ? undefined
    : unspoken(mentionedDeciders(one === undefined ? [] : [one], decidersGroup));
}

const terms = ({ type, until }: AccessTerms, capabilities: ProviderCapabilities): Words =>
  say`${accessLabel(capabilities, type)}, until ${at(until)}`;

type LateNote = Extract<GrantNote, { type: 'landed-late' }>;

const cameLate = (grant: Grant, note: LateNote, { supportStaff }: ProviderCapabilities): Words[] => [
  bold(say`${grant.target.name} was open to ${supportStaff} again after its grant had ended, and has been closed`),
  say`An earlier opening took effect late. Seen open ${at(note.at)}, ${closedAgain(grant)}`,
];

function stillOpen(grant: Grant, note: LateNote, { supportStaff, vendor }: ProviderCapabilities): Words[] {
  const closedAt = grant.history.findLast(({ action }) => action === 'late-landing-closed')?.at ?? note.at;
  const late = formatDuration(Math.ceil((closedAt.getTime() - note.terms.until.getTime()) / 60_000) * 60_000);
  return [
    bold(say`${grant.target.name} was still open to ${supportStaff} after its end: closed ${late} after it`),
    say`${vendor} was told to end it ${at(note.terms.until)} and still showed it open ${at(note.at)}. Portcullis closed it, ${closedAgain(grant)}`,
  ];
}

function closedAgain(grant: Grant): Words {
  const entry = grant.history.findLast(({ action }) => action === 'late-landing-closed');
  return entry === undefined ? say`and closed again since.` : say`and seen closed again ${at(entry.at)}.`;
}

/** For the vendor's staff, who read no Slack dates: what is open and what for, in UTC, and no names of people. */
function caseText(grant: Grant, capabilities: ProviderCapabilities): string {
  const { target, terms: asked, reason, caseUrl } = grant;
  const { one, group } = capabilities.targetNoun;
  const inForce = termsInForce(grant);
  return [
    `Support access to our ${one} is open.`,
    `${capital(one)}: ${target.name}`,
    ...(group === undefined ? [] : [`${capital(group)}: ${target.projectName} (${target.projectId})`]),
    `Access: ${accessLabel(capabilities, inForce?.type ?? asked.type)}`,
    ...(inForce === undefined ? [] : [`Open until: ${utc(inForce.until)}`]),
    ...(reason.trim() === '' ? [] : [`Issue: ${reason}`]),
    ...(caseUrl === undefined ? [] : [`Support case: ${caseUrl}`]),
  ].join('\n');
}
