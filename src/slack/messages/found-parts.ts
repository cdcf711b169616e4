import type { Button } from '@slack/types';
import { formatDuration } from '../../grants/duration.ts';
import { isUnkept, keptBy } from '../../grants/found.ts';
import { type Grant, termsInForce } from '../../grants/grant.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { plain } from '../text.ts';
import { confirmText, grantButton } from './buttons.ts';
import { approvalCount } from './grant-parts.ts';
import { accessLabel, accessTypeOf } from './vocabulary.ts';
import { at, say, utc, type Words } from './words.ts';

type Vendor = Pick<ProviderCapabilities, 'vendor'>;

/** When it was found and who made it, of access that nobody asked for here. */
export function foundStatement({ found }: Grant, { vendor }: Vendor): Words | undefined {
  if (found === undefined) return undefined;
  const who = found.who === undefined ? say`Somebody` : say`${found.who}`;
  return say`${who} opened it in ${vendor} itself, not through Portcullis; found ${at(found.at)}.`;
}

/** What is still to be decided about it. */
export function keepStatements(grant: Grant, capabilities: ProviderCapabilities): (Words | undefined)[] {
  if (!isUnkept(grant)) return [];
  const names = keptBy(grant).map(({ by }) => by.name);
  return [
    approvalCount(names, grant.approvalsNeeded),
    tooLong(grant, capabilities),
    capabilities.observes === true
      ? say`Portcullis leaves it as it is until its end.`
      : say`Portcullis leaves it as it is until its end. Somebody who may decide should keep it until then, or revoke it.`,
  ];
}

/** An end that nobody could have asked for here (Atlas takes one beyond 24 h by its API). */
function tooLong(grant: Grant, { maxDurationMs }: ProviderCapabilities): Words | undefined {
  const { found, wanted } = grant;
  if (found === undefined || wanted === undefined) return undefined;
  return wanted.until.getTime() - found.at.getTime() <= maxDurationMs
    ? undefined
    : say`Look at the end: it is further off than the ${formatDuration(maxDurationMs)} that can be asked for here.`;
}

/** Leaves it open until its end, after a confirm step that says what stays open. */
export function keepButton(grant: Grant, capabilities: ProviderCapabilities): Button {
  const terms = termsInForce(grant) ?? { type: grant.terms.type, until: grant.lapsesAt };
  const what = `${grant.target.name} stays open to ${capabilities.supportStaff}: ${accessLabel(capabilities, terms.type)}.`;
  return {
    ...grantButton('keep', grant, 'Keep until its end'),
    confirm: {
      title: plain('Keep it open?', 100),
      text: confirmText(what, [
        `It ends by itself ${utc(terms.until)}.`,
        ...(accessTypeOf(capabilities, terms.type)?.warnings ?? []),
      ]),
      confirm: plain('Keep it open', 30),
      deny: plain('Not now', 30),
    },
  };
}
