import { type Grant, isLive } from '../../grants/grant.ts';
import { type Lockdown, notBlockedBecause } from '../../grants/lockdown.ts';
import type { Organization } from '../../grants/organization.ts';
import { isVouchedFor } from '../../grants/record-ending.ts';
import { countedTargets, inGroup } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { referenceWords } from '../reference.ts';
import { message, type Piece, paragraph, whatFits } from './blocks.ts';
import { fact, grantIdWords } from './grant-parts.ts';
import { standingOf } from './grant-standing.ts';
import { askerName } from './vocabulary.ts';
import { at, atAndAgo, bold, linked, listed, say, shortened, type Words } from './words.ts';

export interface LockdownView {
  readonly lockdown: Lockdown;
  /** What it concerns, as it is now. */
  readonly grants: readonly Grant[];
  readonly organization: Organization;
}

/**
 * What there is room for of each kind, in characters. Slack refuses a message whose blocks are longer than about 13,000
 * characters in all with `msg_blocks_too_long`, which no page of its documentation gives (slackapi/bolt-js#2509).
 */
const roomForOpen = 6_000;
const roomForList = 2_000;
const mostNamed = 10;

/** Target by target how a lockdown stands, what is not seen closed first: in the channel, and for who caused it. */
export function lockdownReport(view: LockdownView, capabilities: ProviderCapabilities): OutgoingMessage {
  const { lockdown } = view;
  const grants = byTarget(view.grants);
  const open = grants.filter(isOpen);
  const failing = open.filter((grant) => grant.trouble !== undefined);
  const waiting = open.filter((grant) => grant.trouble === undefined);
  const closed = grants.filter((grant) => !isOpen(grant) && grant.approvedAt !== undefined);
  const undecided = grants.filter((grant) => !isOpen(grant) && grant.approvedAt === undefined);
  const pieces = [...failing, ...waiting].map((grant) => openPiece(grant, capabilities));
  const shown = whatFits(pieces, roomForOpen, ({ blocks }) => JSON.stringify(blocks).length);
  return message(
    paragraph(
      bold(headline(view, open.length, capabilities)),
      say`${lockdown.by.name} decided ${at(lockdown.at)} to close everything.`,
      lockdown.grantIds === undefined
        ? say`What is open and what waits is being looked up.`
        : grants.length === 0
          ? say`Nothing was open, and no requests waited.`
          : undefined,
    ),
    ...(blockComesFirst(view) ? [blockPiece(view, capabilities)] : []),
    ...shown,
    more(open.length - shown.length, 'not seen closed yet'),
    ...(blockComesFirst(view) ? [] : [blockPiece(view, capabilities)]),
    list(closed, (grant) => closedLine(grant, capabilities)),
    list(undecided, (grant) => undecidedLine(grant, capabilities)),
  );
}

const byTarget = (grants: readonly Grant[]): Grant[] =>
  grants.toSorted((a, b) => a.target.name.localeCompare(b.target.name) || a._id.localeCompare(b._id));

const isOpen = (grant: Grant): boolean => isLive(grant) || grant.state === 'requested';

function headline({ lockdown, organization }: LockdownView, open: number, { targetNoun }: ProviderCapabilities): Words {
  if (lockdown.grantIds === undefined || open > 0) {
    const count = `${countedTargets(open, targetNoun)} ${open === 1 ? 'is' : 'are'}`;
    return open === 0 ? say`Lockdown: closing everything` : say`Lockdown: ${count} not seen closed yet`;
  }
  if (lockdown.withoutBlock === true) return say`Lockdown: everything on record is closed`;
  if (lockdown.blockedAt !== undefined) return say`Lockdown: everything is closed, and support access is blocked`;
  return organization.wanted?.blocked === true
    ? say`Lockdown: everything is closed; support access is not seen blocked yet`
    : say`Lockdown: everything is closed, but support access was not seen blocked`;
}

/** What did not work stands before what did. */
const blockComesFirst = ({ lockdown }: LockdownView): boolean => lockdown.blockedAt === undefined;

function blockPiece({ lockdown, organization }: LockdownView, capabilities: ProviderCapabilities): Piece | undefined {
  const { blockUrl, canSetBlock, vendor } = capabilities;
  if (lockdown.withoutBlock === true) {
    return paragraph(
      say`Not part of this: what somebody opened by hand in ${vendor}, where Portcullis has not found it yet.`,
    );
  }
  const { confirmed, wanted, trouble } = organization;
  if (lockdown.blockedAt !== undefined) {
    return paragraph(say`${bold(say`The whole organization`)}: seen blocked ${at(lockdown.blockedAt)}.`);
  }
  const title = bold(say`The whole organization: not seen blocked`);
  const reference = referenceWords(organization._id);
  const lastRead =
    confirmed === undefined
      ? say`${vendor} could not be read yet.`
      : say`As read in ${vendor} ${at(confirmed.at)}: ${confirmed.blocked ? 'blocked' : 'not blocked'}.`;
  if (wanted?.blocked === true) {
    if (trouble === undefined) return paragraph(title, lastRead);
    return paragraph(title, say`Still trying: ${shortened(trouble.message)}`, lastRead, reference);
  }
  const byHand = say`An organization owner can block it by hand: ${linked(blockUrl, `the setting in ${vendor}`)}`;
  if (!canSetBlock) return paragraph(title, say`Portcullis has no account that may switch it. ${byHand}`, lastRead);
  const because = notBlockedBecause(organization, lockdown);
  return because === undefined
    ? paragraph(title, say`Somebody has decided otherwise since.`, lastRead)
    : paragraph(title, say`${shortened(because)} ${byHand}`, lastRead, reference);
}

/** For posture: a lockdown that is not over, what of it is closed and what not yet. */
export function underWayLines(view: LockdownView): (Words | undefined)[] {
  const { lockdown } = view;
  const grants = byTarget(view.grants);
  const names = (some: readonly Grant[]): Words =>
    listed(
      some.map(({ target }) => say`${target.name}`),
      mostNamed,
    );
  const open = grants.filter(isOpen);
  const closed = grants.filter((grant) => !isOpen(grant));
  return [
    bold(say`A lockdown is under way: ${lockdown.by.name} decided ${atAndAgo(lockdown.at)} to close everything`),
    lockdown.grantIds === undefined ? say`What is open and what waits is being looked up.` : undefined,
    open.length === 0 ? undefined : fact('Not seen closed yet', names(open)),
    blockFact(lockdown),
    closed.length === 0 ? undefined : fact('Closed or cancelled', names(closed)),
  ];
}

function blockFact({ withoutBlock, blockedAt }: Lockdown): Words | undefined {
  if (withoutBlock === true) return undefined;
  return blockedAt === undefined
    ? fact('Not seen blocked yet', say`the whole organization`)
    : fact('Seen blocked', say`the whole organization, ${at(blockedAt)}`);
}

function openPiece(grant: Grant, capabilities: ProviderCapabilities): Piece {
  const { headline, details } = standingOf(grant, capabilities);
  return paragraph(bold(headline), ...details, grantIdWords(grant));
}

function closedLine(grant: Grant, capabilities: ProviderCapabilities): Words {
  const { endedAt, maybeOpenFrom } = grant;
  const what = targetWords(grant, capabilities);
  if (endedAt === undefined) return say`${what}: over, ${grantIdWords(grant)}`;
  if (isVouchedFor(grant)) {
    return say`${what}: not seen closed; an operator recorded that it had ended, ${at(endedAt)} at the latest, ${grantIdWords(grant)}`;
  }
  return maybeOpenFrom === undefined
    ? say`${what}: was never opened; seen closed ${at(endedAt)}, ${grantIdWords(grant)}`
    : say`${what}: seen closed ${at(endedAt)}, ${grantIdWords(grant)}`;
}

const undecidedLine = (grant: Grant, capabilities: ProviderCapabilities): Words =>
  say`${targetWords(grant, capabilities)}: the request of ${askerName(grant)} is ${grant.state}, ${grantIdWords(grant)}`;

const targetWords = ({ target }: Grant, { targetNoun }: ProviderCapabilities): Words =>
  say`${bold(say`${target.name}`)}${inGroup(target.projectName, targetNoun)}`;

function list(grants: readonly Grant[], line: (grant: Grant) => Words): Piece | undefined {
  if (grants.length === 0) return undefined;
  const shown = whatFits(grants.map(line), roomForList, ({ mrkdwn }) => mrkdwn.length);
  const rest = grants.length - shown.length;
  return paragraph(...shown, rest > 0 ? say`and ${rest} more` : undefined);
}

const more = (count: number, what: string): Piece | undefined =>
  count <= 0 ? undefined : paragraph(say`and ${count} more, ${what}`);
