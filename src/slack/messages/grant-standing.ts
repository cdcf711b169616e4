import { openUntil } from '../../grants/after-end.ts';
import { formatDuration } from '../../grants/duration.ts';
import { isUnkept } from '../../grants/found.ts';
import { type Grant, maybeOpenUntil, termsInForce } from '../../grants/grant.ts';
import { isLeftAlone } from '../../grants/left-alone.ts';
import { openWithinMs } from '../../grants/policy.ts';
import { isVouchedFor } from '../../grants/record-ending.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { applyingWords } from './change-parts.ts';
import { foundStatement } from './found-parts.ts';
import { actorName, approvers, askerName, canceller } from './vocabulary.ts';
import { at, atAndAgo, inWords, join, say, shortened, type Words } from './words.ts';

/** How a grant stands: a headline without a full stop, and what there is to add. */
export interface Standing {
  readonly headline: Words;
  readonly details: readonly Words[];
}

type Vendor = Pick<ProviderCapabilities, 'vendor' | 'supportStaff'>;

export function standingOf(grant: Grant, vendor: Vendor): Standing {
  const { target, denial } = grant;
  const inForce = termsInForce(grant);
  if (grant.reopened !== undefined) return reopened(grant, grant.reopened.at, vendor);
  switch (grant.state) {
    case 'requested':
      return stands(say`${askerName(grant)} asks for support access to ${target.name}`);
    case 'opening':
      return opening(grant, vendor);
    case 'active':
      return stands(
        say`${target.name} is open to ${vendor.supportStaff}${isUnkept(grant) ? ', and nobody here has decided that' : ''}`,
        inForce === undefined ? undefined : say`It is open until ${atAndAgo(inForce.until)}.`,
        foundStatement(grant, vendor),
        applyingWords(grant, vendor),
        stillTrying(grant),
      );
    case 'closing':
      return closing(grant, vendor);
    case 'denied':
      return stands(
        say`${denial?.by.name ?? 'Somebody'} denied support access to ${target.name}`,
        notOpened('Denied', grant),
      );
    case 'cancelled':
      return stands(
        say`${actorName(canceller(grant), vendor)} cancelled the request for support access to ${target.name}`,
        cancelReason(grant),
        notOpened('Cancelled', grant),
      );
    case 'lapsed': {
      const life = formatDuration(grant.lapsesAt.getTime() - grant.requestedAt.getTime());
      return stands(
        say`Not decided within ${life}: the request for support access to ${target.name} lapsed`,
        notOpened('Lapsed', grant),
      );
    }
    case 'failed':
      return stands(
        grant.maybeOpenFrom === undefined
          ? say`Support access to ${target.name} was not opened, because:`
          : say`Opening ${target.name} was given up, because:`,
        reasonOf(grant) ?? say`It was not seen open.`,
        grant.maybeOpenFrom === undefined ? undefined : neverSeenOpen(grant),
        landedLate(grant),
      );
    case 'expired':
      return stands(
        ended(grant),
        foundStatement(grant, vendor),
        closedAndFor(grant),
        applyingWords(grant, vendor),
        landedLate(grant),
      );
    case 'revoked':
      return stands(
        revoker(grant, vendor),
        reasonOf(grant),
        foundStatement(grant, vendor),
        closedAndFor(grant),
        applyingWords(grant, vendor),
        landedLate(grant),
      );
  }
}

/** The standing as sentences. */
export function inSentences({ headline, details }: Standing): Words {
  const stop = headline.text.endsWith(':') ? '' : '.';
  return join(' ', [say`${headline}${stop}`, ...details]);
}

/** Until when access may be open although it was not seen so, or is being closed; undefined when that is impossible. */
function mayBeOpen(grant: Grant, vendor: Vendor): Words | undefined {
  const until = maybeOpenUntil(grant);
  if (until === undefined) return undefined;
  const since = grant.reopened?.at ?? grant.closing?.at;
  return since !== undefined && since >= until
    ? say`${vendor.vendor} was told to end it ${at(until)}.`
    : say`It may still be open until ${atAndAgo(until)}, when ${vendor.vendor} ends it by itself.`;
}

const stands = (headline: Words, ...details: readonly (Words | undefined)[]): Standing => ({
  headline,
  details: details.filter((detail) => detail !== undefined),
});

const reasonOf = (grant: Grant): Words | undefined =>
  grant.closing?.reason === undefined ? undefined : say`${shortened(grant.closing.reason)}`;

const stillTrying = ({ trouble }: Grant): Words | undefined => {
  if (trouble === undefined) return undefined;
  return isLeftAlone(trouble) ? say`${trouble.message}` : say`Still trying: ${shortened(trouble.message)}`;
};

function opening(grant: Grant, vendor: Vendor): Standing {
  const { trouble, maybeOpenFrom, wanted, approvedAt, target, awaitsBlock } = grant;
  const givesUp =
    approvedAt === undefined
      ? undefined
      : say`Portcullis gives up ${at(new Date(approvedAt.getTime() + openWithinMs))}.`;
  if (awaitsBlock !== undefined) {
    return stands(
      say`Approved by ${inWords(approvers(grant))}: support access is blocked first, then ${target.name} opens to ${vendor.supportStaff}`,
      say`${awaitsBlock.by.name} decided that the organization be blocked. Portcullis opens ${target.name} once it has seen that, and not before.`,
      stillTrying(grant),
      givesUp,
    );
  }
  const headline = say`Approved by ${inWords(approvers(grant))}: opening ${target.name} to ${vendor.supportStaff}`;
  const asking = say`Portcullis is asking ${vendor.vendor} to open it.`;
  if (trouble === undefined) {
    // From the first call on it may be open unseen.
    return maybeOpenFrom === undefined
      ? stands(headline, say`${asking} Nothing is open yet: Portcullis says so once it has seen it open.`)
      : stands(headline, say`${asking} Count on it only once Portcullis has seen it open.`);
  }
  const maybe =
    maybeOpenFrom === undefined || wanted === undefined
      ? say`Portcullis has not opened anything yet.`
      : say`It may already be open, since ${at(maybeOpenFrom)}. If it is, it ends ${atAndAgo(wanted.until)} at the latest.`;
  return stands(headline, stillTrying(grant), maybe, givesUp);
}

function closing(grant: Grant, vendor: Vendor): Standing {
  const { seenClosedAt, target } = grant;
  const cause = closingCause(grant, vendor);
  if (seenClosedAt !== undefined) {
    const watched = say`Seen closed ${at(seenClosedAt)}. It is being watched for two minutes, because one call to ${vendor.vendor} was never answered and may still take effect.`;
    return stands(say`${target.name} was seen closed and is being watched`, cause, watched, stillTrying(grant));
  }
  const making =
    grant.trouble !== undefined && isLeftAlone(grant.trouble)
      ? undefined
      : say`Portcullis is making sure that ${vendor.vendor} closes it.`;
  const doing = join(' ', [cause, making]);
  const open = mayBeOpen(grant, vendor);
  return open === undefined
    ? stands(say`Making sure that ${target.name} is closed`, cause, stillTrying(grant))
    : stands(say`Closing ${target.name}: not seen closed yet`, doing, open, stillTrying(grant));
}

function closingCause(grant: Grant, vendor: Vendor): Words | undefined {
  switch (grant.closing?.outcome) {
    case undefined:
      return undefined;
    case 'expired':
      return say`Its time is over.`;
    case 'failed':
      return join(' ', [say`Opening it was given up.`, reasonOf(grant)]);
    case 'revoked':
      return grant.closing.by.kind === 'outside'
        ? join(' ', [
            say`It was ended by ${actorName(grant.closing.by, vendor)}, not through Portcullis.`,
            reasonOf(grant),
          ])
        : say`Revoked by ${actorName(grant.closing.by, vendor)}, ${at(grant.closing.at)}.`;
  }
}

const reopened = (grant: Grant, seenAt: Date, vendor: Vendor): Standing =>
  stands(
    say`${grant.target.name} may be open again to ${vendor.supportStaff}`,
    say`An earlier opening took effect only after this grant had ended; seen ${at(seenAt)}. Portcullis is closing it.`,
    mayBeOpen(grant, vendor),
    stillTrying(grant),
  );

/** Why it was cancelled, where it was not by whoever asked. */
const cancelReason = (grant: Grant): Words | undefined => {
  const detail = grant.history.findLast((entry) => entry.to === 'cancelled')?.detail;
  return detail === undefined ? undefined : say`${shortened(detail)}`;
};

const notOpened = (what: string, grant: Grant): Words | undefined =>
  grant.endedAt === undefined ? undefined : say`${what} ${at(grant.endedAt)}. Nothing was opened.`;

function revoker(grant: Grant, vendor: Vendor): Words {
  const by = grant.closing?.by ?? { kind: 'outside' };
  return by.kind === 'outside'
    ? say`Support access to ${grant.target.name} was ended${by.name === undefined ? '' : ` by ${by.name}`} in ${vendor.vendor} itself, not through Portcullis`
    : say`${actorName(by, vendor)} revoked support access to ${grant.target.name}`;
}

function ended(grant: Grant): Words {
  const access = say`Support access to ${grant.target.name}`;
  if (isVouchedFor(grant)) return say`${access} is over`;
  return grant.openAfterEnd === undefined
    ? say`${access} ended by itself`
    : say`${access} was still open after its end, and has been closed`;
}

/** When it was seen closed and how long it was open, in whole minutes. */
function closedAndFor(grant: Grant): Words {
  const { openedAt, endedAt, maybeOpenFrom } = grant;
  if (openedAt === undefined || endedAt === undefined) return neverSeenOpen(grant);
  const vouched = isVouchedFor(grant);
  const closedAtMs = (vouched ? endedAt : openUntil(grant, endedAt)).getTime();
  const time = formatDuration(Math.round((closedAtMs - openedAt.getTime()) / 60_000) * 60_000);
  const most = vouched || grant.closing?.by.kind === 'outside' ? 'at most ' : '';
  const end = vouched
    ? say`Not seen closed: an operator recorded that it had ended, ${at(endedAt)} at the latest.`
    : say`Seen closed ${at(endedAt)}${afterItsEnd(grant, endedAt)}.`;
  if (grant.found !== undefined) return say`${end} From when it was found it was open for ${most}${time}.`;
  // An opening call whose answer was lost may have taken effect long before anybody saw it.
  const early =
    maybeOpenFrom !== undefined && openedAt.getTime() - maybeOpenFrom.getTime() >= 60_000
      ? say` after it was seen open, and may have been open since ${at(maybeOpenFrom)}`
      : say``;
  return say`${end} It was open for ${most}${time}${early}.`;
}

/** How late it was closed, where the provider was seen to hold it beyond its end. */
function afterItsEnd({ openAfterEnd, wanted }: Grant, closedAt: Date): Words {
  if (openAfterEnd === undefined || wanted === undefined) return say``;
  return say`, ${formatDuration(Math.ceil((closedAt.getTime() - wanted.until.getTime()) / 60_000) * 60_000)} after its end`;
}

function neverSeenOpen(grant: Grant): Words {
  const { maybeOpenFrom, endedAt } = grant;
  if (maybeOpenFrom === undefined || endedAt === undefined) return say`Nothing was opened.`;
  return endedAt.getTime() - maybeOpenFrom.getTime() < 60_000
    ? say`It was never seen open, but may have been open for less than a minute, ${at(maybeOpenFrom)}.`
    : say`It was never seen open, but may have been open from ${at(maybeOpenFrom)} to ${at(endedAt)}.`;
}

/** A call that lands after the end opens the target once more: the record of that stays in sight. */
function landedLate(grant: Grant): Words | undefined {
  const closedAgain = grant.history.findLast((entry) => entry.action === 'late-landing-closed');
  return closedAgain === undefined
    ? undefined
    : say`Later an earlier opening took effect and opened it once more; seen closed again ${at(closedAgain.at)}.`;
}
