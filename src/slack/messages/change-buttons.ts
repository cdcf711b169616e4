import type { Button } from '@slack/types';
import { formatDuration } from '../../grants/duration.ts';
import type { Grant, Proposal } from '../../grants/grant.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { plain } from '../text.ts';
import { confirmText, extendButton, grantButton } from './buttons.ts';
import { accessLabel, accessTypeOf } from './vocabulary.ts';

/** Of an open grant: to change it, to decide a change that waits, and nothing while a change is under way. */
export function changeButtons(grant: Grant, capabilities: ProviderCapabilities): Button[] {
  const { proposal } = grant;
  if (grant.applying !== undefined) return [];
  if (proposal === undefined) {
    const types = capabilities.accessTypes.length > 1 ? [grantButton('changeType', grant, 'Change type')] : [];
    return [extendButton(grant), ...types];
  }
  return [
    approveChangeButton(grant, proposal, capabilities),
    denyChangeButton(grant, proposal),
    cancelChangeButton(grant, proposal),
  ];
}

export function approveChangeButton(grant: Grant, proposal: Proposal, capabilities: ProviderCapabilities): Button {
  const { type, durationMs } = proposal;
  const changesType = type !== grant.wanted?.type;
  const end = durationMs === undefined ? 'The end stays.' : `It ends ${formatDuration(durationMs)} from now.`;
  const what = `${grant.target.name} is open to ${capabilities.supportStaff}: ${accessLabel(capabilities, type)}. ${end}`;
  return {
    ...grantButton('approveChange', grant, 'Approve change', proposal.number),
    style: 'primary',
    confirm: {
      title: plain('Approve the change?', 100),
      text: confirmText(what, changesType ? (accessTypeOf(capabilities, type)?.warnings ?? []) : []),
      confirm: plain('Approve', 30),
      deny: plain('Not now', 30),
      style: 'primary',
    },
  };
}

/** Asks for a reason in a modal, so it needs no confirm step. */
export const denyChangeButton = (grant: Grant, { number }: Proposal): Button =>
  grantButton('denyChange', grant, 'Deny change', number);

/** Everybody sees it, so it says for whom it is. */
export const cancelChangeButton = (grant: Grant, proposal: Proposal): Button => ({
  ...grantButton('cancelChange', grant, 'Cancel change', proposal.number),
  confirm: {
    title: plain('Take the change back?', 100),
    text: confirmText(`Support access to ${grant.target.name} stays as it is.`, ['Only whoever asked can do this.']),
    confirm: plain('Cancel change', 30),
    deny: plain('Keep it', 30),
  },
});

/** Only where there is something shorter or narrower. */
export function narrowButtons(grant: Grant, { accessTypes, minDurationMs }: ProviderCapabilities): Button[] {
  const asked = accessTypes.find((type) => type.id === grant.terms.type);
  const narrower = accessTypes.some((type) => asked !== undefined && type.rank < asked.rank);
  return narrower || grant.terms.durationMs > minDurationMs
    ? [grantButton('narrow', grant, 'Approve with changes…')]
    : [];
}
