import type { Button, KnownBlock } from '@slack/types';
import { formatDuration } from '../../grants/duration.ts';
import type { Grant } from '../../grants/grant.ts';
import type { PermissionRefusal } from '../../grants/permissions.ts';
import type { HomeChange, HomeGrant, HomeRequest, HomeView } from '../../operations/show-home.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { buttonRow, message, type Piece, paragraph, smallPrint } from '../messages/blocks.ts';
import {
  approveButton,
  askButton,
  cancelButton,
  denyButton,
  endButton,
  extendButton,
  grantAccessButton,
  lockdownButton,
  revokeButton,
  settingsButton,
} from '../messages/buttons.ts';
import { approveChangeButton, cancelChangeButton, denyChangeButton } from '../messages/change-buttons.ts';
import { proposalPiece, proposalWarnings } from '../messages/change-parts.ts';
import { keepButton, keepStatements } from '../messages/found-parts.ts';
import {
  accessFact,
  approvedByFact,
  askedByFact,
  asTyped,
  fact,
  grantIdWords,
  targetFact,
  warningLines,
} from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { blockButtons, postureLines } from '../messages/posture.ts';
import { whyAndWho } from '../messages/refusal-words.ts';
import { approvalsSoFar, blockStatement, durationFact, heldStatement, lapseFact } from '../messages/request-parts.ts';
import { livePiece } from '../messages/status-message.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { at, bold, code, join, say } from '../messages/words.ts';
import { plain } from '../text.ts';
import { fitted, type PageSection } from './fit.ts';

/** How things stand, for one reader, with what that reader may do, in at most `most` blocks. */
export function homeBlocks(home: HomeView, capabilities: ProviderCapabilities, most: number): KnownBlock[] {
  const open = home.live.filter(({ grant }) => isOpen(grant));
  const maybe = home.live.filter(({ grant }) => !isOpen(grant));
  const sections: PageSection[] = [
    {
      heading: heading('Open now'),
      entries: open.map((one) => liveEntry(one, capabilities)),
      empty: paragraph(say`No grant is open.`),
    },
    { heading: heading('May still be open'), entries: maybe.map((one) => liveEntry(one, capabilities)) },
    {
      heading: heading('Waiting for your decision'),
      entries: [
        ...home.toDecide.map((request) => decisionEntry(request, home, capabilities)),
        ...home.changesToDecide.map((change) => changeEntry(change, capabilities)),
      ],
      empty: home.decides ? paragraph(say`No request waits for you.`) : undefined,
    },
    {
      heading: heading('Your requests'),
      entries: [
        ...home.asked.map((request) => askedEntry(request, home, capabilities)),
        ...home.changesAsked.map((change) => changeAskedEntry(change, capabilities)),
      ],
      empty: home.decides ? undefined : paragraph(say`None of your requests waits for a decision.`),
    },
    {
      heading: heading('Ended last'),
      entries: home.ended.map((grant) => [endedPiece(grant, capabilities)]),
      empty: paragraph(
        say`Nothing has ended yet. What is asked for, opened, denied and closed is listed here, and in the channel of Portcullis.`,
      ),
    },
  ];
  return fitted(
    [posture(home, capabilities), firstRun(home, capabilities), actions(home, capabilities)],
    sections,
    most,
  );
}

/** For whoever may not even see how things stand. */
export function refusedBlocks(reason: PermissionRefusal, capabilities: ProviderCapabilities): readonly object[] {
  const { vendor, hasDirectory } = capabilities;
  const why = whyAndWho(reason, { doing: 'see this', others: [], vendor, hasDirectory });
  return message(paragraph(bold(say`Portcullis shows you nothing here`), why)).blocks;
}

const isOpen = (grant: Grant): boolean => grant.state === 'active' && grant.reopened === undefined;

const heading = (text: string): Piece => ({ blocks: [{ type: 'header', text: plain(text, 150) }], text });

const posture = (home: HomeView, capabilities: ProviderCapabilities): Piece =>
  // A page stays on the screen for long: it always says when this was read.
  paragraph(...postureLines(home, { readAt: true }, capabilities));

function firstRun({ targetCount }: HomeView, { vendor }: ProviderCapabilities): Piece | undefined {
  return targetCount === undefined
    ? paragraph(
        say`Portcullis is still reading your organization in ${vendor}. Until it has, nobody can ask for access, and what you may decide is not known. This page follows by itself.`,
      )
    : undefined;
}

function actions(home: HomeView, capabilities: ProviderCapabilities): Piece {
  const buttons: (Button | undefined)[] = [
    home.targetCount === undefined ? undefined : askButton(),
    home.mayGrant ? grantAccessButton() : undefined,
    ...blockButtons(home, capabilities),
    home.mayLockDown && home.targetCount !== undefined ? lockdownButton() : undefined,
    home.mayChangeSettings ? settingsButton() : undefined,
  ];
  const offered = buttons.filter((button) => button !== undefined);
  return offered.length === 0
    ? smallPrint(say`Everything that can be typed: ${code(`${slashCommand} help`)}`)
    : buttonRow(...offered);
}

function liveEntry(
  { grant, close, extendable, keepable }: HomeGrant,
  capabilities: ProviderCapabilities,
): (Piece | undefined)[] {
  const closing = close === 'revoke' ? revokeButton : endButton;
  const buttons = [
    ...(keepable ? [keepButton(grant, capabilities)] : []),
    ...(extendable ? [extendButton(grant)] : []),
    ...(close === undefined ? [] : [closing(grant, capabilities)]),
  ];
  return [
    livePiece(
      grant,
      capabilities,
      targetFact(grant, capabilities),
      askedByFact(grant),
      approvedByFact(grant),
      ...keepStatements(grant, capabilities),
    ),
    buttons.length === 0 ? undefined : buttonRow(...buttons.map((button) => spoken(button, grant))),
  ];
}

/** All that the decision has to be taken with in mind: there is no other message beside it. */
function decisionEntry(
  { grant, own, holder }: HomeRequest,
  { organization }: HomeView,
  capabilities: ProviderCapabilities,
): (Piece | undefined)[] {
  return [
    paragraph(
      bold(standingOf(grant, capabilities).headline),
      targetFact(grant, capabilities),
      accessFact(grant, capabilities),
      durationFact(grant),
      lapseFact(grant),
    ),
    ...asTyped(grant),
    heldStatement(grant, holder),
    blockStatement(grant, organization, capabilities),
    warningLines(grant, capabilities),
    approvalsSoFar(grant),
    buttonRow(
      spoken(approveButton(grant, capabilities), grant),
      spoken(denyButton(grant), grant),
      ...(own ? [spoken(cancelButton(grant), grant)] : []),
    ),
    smallPrint(say`${grantIdWords(grant)}, asked ${at(grant.requestedAt)}`),
  ];
}

/** A change of something open, beside what holds now. */
function changeEntry({ grant, proposal, own }: HomeChange, capabilities: ProviderCapabilities): (Piece | undefined)[] {
  return [
    proposalPiece(grant, capabilities),
    ...asTyped(grant),
    proposalWarnings(grant, capabilities),
    buttonRow(
      spoken(approveChangeButton(grant, proposal, capabilities), grant),
      spoken(denyChangeButton(grant, proposal), grant),
      ...(own ? [spoken(cancelChangeButton(grant, proposal), grant)] : []),
    ),
    smallPrint(grantIdWords(grant)),
  ];
}

const changeAskedEntry = (
  { grant, proposal }: HomeChange,
  capabilities: ProviderCapabilities,
): (Piece | undefined)[] => [
  proposalPiece(grant, capabilities),
  buttonRow(spoken(cancelChangeButton(grant, proposal), grant)),
  smallPrint(grantIdWords(grant)),
];

function askedEntry(
  { grant, holder }: HomeRequest,
  { organization }: HomeView,
  capabilities: ProviderCapabilities,
): (Piece | undefined)[] {
  return [
    paragraph(
      bold(say`Support access to ${grant.target.name}`),
      targetFact(grant, capabilities),
      accessFact(grant, capabilities),
      fact('Duration', say`${formatDuration(grant.terms.durationMs)}`),
      lapseFact(grant),
    ),
    heldStatement(grant, holder),
    blockStatement(grant, organization, capabilities),
    approvalsSoFar(grant),
    buttonRow(spoken(cancelButton(grant), grant)),
    smallPrint(say`${grantIdWords(grant)}, asked ${at(grant.requestedAt)}`),
  ];
}

function endedPiece(grant: Grant, capabilities: ProviderCapabilities): Piece {
  const { headline, details } = standingOf(grant, capabilities);
  return paragraph(headline, join(' ', details), grantIdWords(grant));
}

/** A page has many buttons of one name: a screen reader says which is whose. */
const spoken = (button: Button, { target }: Grant): Button => ({
  ...button,
  accessibility_label: plain(`${button.text.text}: ${target.name}`, 75).text,
});
