import { formatDuration } from '../../grants/duration.ts';
import type { Grant, GrantTarget } from '../../grants/grant.ts';
import type { Organization } from '../../grants/organization.ts';
import { inGroup } from '../../grants/target-noun.ts';
import { fireTimers } from '../../grants/timers.ts';
import type { ClockTrouble } from '../../operations/clock-trouble.ts';
import type { LockdownStanding } from '../../operations/lockdown.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { buttonRow, message, type Piece, paragraph } from './blocks.ts';
import { changeAsked } from './change-parts.ts';
import { accessFact, grantIdWords } from './grant-parts.ts';
import { standingOf } from './grant-standing.ts';
import { blockButtons, postureLines } from './posture.ts';
import { accessLabel } from './vocabulary.ts';
import { at, atAndAgo, bold, inWords, say, type Words } from './words.ts';

export interface StatusView {
  readonly organization: Organization;
  /** How many targets the organization has, when known. */
  readonly targetCount?: number;
  /** Grants that are open or may be. */
  readonly live: readonly Grant[];
  readonly requested: readonly Grant[];
  /** When only this was asked about: the lists hold nothing else. One name may stand in several projects. */
  readonly filter?: readonly Pick<GrantTarget, 'name' | 'projectName'>[];
  /** Whether to offer the person the block. */
  readonly mayBlock: boolean;
  readonly clock?: ClockTrouble;
  /** One that is not over. */
  readonly lockdown?: LockdownStanding;
  readonly now: Date;
}

const staleAfterMs = 10 * 60_000;
const mostLive = 15;
const mostRequested = 10;

/** What is blocked, open and waiting, for the person who asked. */
export function statusMessage(view: StatusView, capabilities: ProviderCapabilities): OutgoingMessage {
  // A record whose time has come is shown as that, although nobody may have written it down yet.
  const asOfNow = (grant: Grant): Grant => fireTimers(grant, view.now);
  const live = view.live.map(asOfNow);
  const requested = view.requested.map(asOfNow).filter((grant) => grant.state === 'requested');
  const on = where(view.filter, capabilities);
  return message(
    ...blockPieces(view, capabilities),
    ...(live.length === 0 ? [] : live.slice(0, mostLive).map((grant) => livePiece(grant, capabilities))),
    more(live.length - mostLive, 'grant', 'grants'),
    live.length === 0 && requested.length > 0 ? paragraph(say`No grant is open${on}.`) : undefined,
    ...requested.slice(0, mostRequested).map((grant) => requestPiece(grant, capabilities)),
    more(requested.length - mostRequested, 'request', 'requests'),
    requested.length > 0 ? undefined : nothingWaits(live.length, on),
  );
}

function blockPieces(view: StatusView, capabilities: ProviderCapabilities): (Piece | undefined)[] {
  const { confirmed, wanted, trouble } = view.organization;
  const stale = confirmed !== undefined && view.now.getTime() - confirmed.at.getTime() > staleAfterMs;
  // What is under way may have taken effect since.
  const readAt = stale || wanted !== undefined || trouble !== undefined;
  const blocking = blockButtons(view, capabilities);
  return [
    paragraph(...postureLines(view, { readAt }, capabilities)),
    blocking.length === 0 ? undefined : buttonRow(...blocking),
  ];
}

/** Something that is open or may be; `facts` are told besides. */
export function livePiece(
  grant: Grant,
  capabilities: ProviderCapabilities,
  ...facts: readonly (Words | undefined)[]
): Piece {
  const { headline, details } = standingOf(grant, capabilities);
  const missing =
    grant.state === 'active' && grant.missingSince !== undefined
      ? say`${capabilities.vendor} did not show it at the last reading, ${at(grant.missingSince)}. It is being read again.`
      : undefined;
  return paragraph(
    bold(headline),
    ...details,
    missing,
    accessFact(grant, capabilities),
    ...facts,
    proposalLine(grant, capabilities),
    grantIdWords(grant),
  );
}

/** A change of it that waits. */
const proposalLine = (grant: Grant, capabilities: ProviderCapabilities): Words | undefined =>
  grant.proposal === undefined
    ? undefined
    : say`${grant.proposal.by.name} asks ${changeAsked(grant, grant.proposal, capabilities)}; waits since ${atAndAgo(grant.proposal.at)}.`;

function requestPiece(grant: Grant, capabilities: ProviderCapabilities): Piece {
  const { terms, requestedAt } = grant;
  return paragraph(
    bold(standingOf(grant, capabilities).headline),
    say`Waits since ${atAndAgo(requestedAt)}: ${accessLabel(capabilities, terms.type)} for ${formatDuration(terms.durationMs)}.`,
    grantIdWords(grant),
  );
}

function where(filter: StatusView['filter'], { targetNoun }: ProviderCapabilities): string {
  const [first] = filter ?? [];
  if (filter === undefined || first === undefined) return '';
  return ` on ${first.name}${inGroup(inWords(filter.map((target) => target.projectName)), targetNoun)}`;
}

const more = (count: number, one: string, several: string): Piece | undefined =>
  count <= 0 ? undefined : paragraph(say`and ${count} more ${count === 1 ? one : several}`);

function nothingWaits(live: number, where: string): Piece {
  return live > 0
    ? paragraph(say`No requests wait${where}.`)
    : paragraph(say`No grant is open${where}. No requests wait.`);
}
