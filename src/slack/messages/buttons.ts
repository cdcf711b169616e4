import type { Button } from '@slack/types';
import type { AccessType } from '../../grants/access-types.ts';
import { formatDuration } from '../../grants/duration.ts';
import { type Grant, latestEnd, termsInForce } from '../../grants/grant.ts';
import { looksLikeGrantId } from '../../grants/ids.ts';
import { aTarget } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { plain } from '../text.ts';
import { accessLabel, accessTypeOf, blockAdvice, closeVerb, revokeAdvice } from './vocabulary.ts';
import { utc } from './words.ts';

/** The `action_id` of every button in a message. */
export const buttonActions = {
  approve: 'approve-grant',
  deny: 'deny-grant',
  revoke: 'revoke-grant',
  letEnd: 'let-grant-end',
  /** Of access that was found open. */
  keep: 'keep-grant',
  narrow: 'approve-with-changes',
  extend: 'extend-grant',
  changeType: 'change-grant-type',
  approveChange: 'approve-change',
  denyChange: 'deny-change',
  cancelChange: 'cancel-change',
  cancel: 'cancel-grant-request',
  confirmLink: 'confirm-link',
  block: 'block-organization',
  blockNow: 'block-organization-now',
  /** Opens the form of a grant, with the block before it. */
  blockThenOpen: 'block-then-open',
  blockThenApprove: 'block-then-approve-grant',
  lockdown: 'close-everything',
  settings: 'open-settings',
  ask: 'ask-for-access',
  grant: 'grant-access',
} as const;

const longestConfirmText = 300;

/** Opens only after a confirm step that repeats the terms and, as far as they fit, the warnings of the access type. */
export function approveButton(grant: Grant, capabilities: ProviderCapabilities): Button {
  const { terms, target } = grant;
  const duration = formatDuration(terms.durationMs);
  const latest = latestEnd(grant);
  const end = latest === undefined ? '' : `, until ${utc(latest)} at the latest`;
  const what = accessLabel(capabilities, terms.type);
  return {
    ...grantButton('approve', grant, `Approve for ${duration}`),
    style: 'primary',
    confirm: {
      title: plain('Approve support access?', 100),
      text: confirmText(
        `Opens ${target.name} to ${capabilities.supportStaff} for ${duration}${end}: ${what}.`,
        accessTypeOf(capabilities, terms.type)?.warnings ?? [],
      ),
      confirm: plain('Approve', 30),
      deny: plain('Not now', 30),
      style: 'primary',
    },
  };
}

/** Asks for a reason in a modal, so it needs no confirm step. */
export const denyButton = (grant: Grant): Button => grantButton('deny', grant, 'Deny');

/** In messages that everybody reads. */
export const revokeButton = (grant: Grant, capabilities: ProviderCapabilities): Button =>
  closeButton(grant, capabilities, `${closeVerb(capabilities)} now`, `${closeVerb(capabilities)} support access now?`);

/** The same for whoever asked, who need not decide about it, where they alone read it. */
export const endButton = (grant: Grant, capabilities: ProviderCapabilities): Button =>
  closeButton(grant, capabilities, 'End access now', 'End support access now?');

function closeButton(grant: Grant, capabilities: ProviderCapabilities, label: string, title: string): Button {
  const type = accessTypeOf(capabilities, termsInForce(grant)?.type ?? grant.terms.type);
  const warnings = [revokeAdvice, ...(type?.revokeWarnings ?? [])];
  return {
    ...grantButton('revoke', grant, label),
    style: 'danger',
    confirm: {
      title: plain(title, 100),
      text: confirmText(`${capabilities.supportStaff} loses its access to ${grant.target.name}.`, warnings),
      confirm: plain(label, 30),
      deny: plain('Keep it open', 30),
      style: 'danger',
    },
  };
}

/** Everybody sees it, so it says for whom it is. */
export const cancelButton = (grant: Grant): Button => ({
  ...grantButton('cancel', grant, 'Cancel request'),
  confirm: {
    title: plain('Cancel the request?', 100),
    text: confirmText(
      `Takes back the request for support access to ${grant.target.name}: nobody can approve it then.`,
      ['Only whoever asked can do this.'],
    ),
    confirm: plain('Cancel request', 30),
    deny: plain('Keep it', 30),
  },
});

/** Asks until when in a modal. */
export const extendButton = (grant: Grant): Button => grantButton('extend', grant, 'Extend');

export const letEndButton = (grant: Grant): Button => grantButton('letEnd', grant, 'Let it end');

export function confirmLinkButton(link: { readonly accountId: string; readonly slackId: string }): Button {
  return button('confirmLink', 'Confirm link', `${link.accountId}|${link.slackId}`);
}

/** Opens the form of a request. */
export const askButton = (): Button => ({ ...button('ask', 'Ask for access', 'ask'), style: 'primary' });

/** The same with the caller's own approval. */
export const grantAccessButton = (): Button => button('grant', 'Grant access', 'grant');

/** Opens the confirm step of a lockdown. */
export const lockdownButton = (): Button => ({
  ...button('lockdown', 'Close everything', 'lockdown'),
  style: 'danger',
});

/** Opens the form of what owners set. */
export const settingsButton = (): Button => button('settings', 'Settings', 'settings');

/** Opens the form of a grant of what can be opened only once the organization is blocked, with the block before it. */
export const blockThenOpenButton = (type: Pick<AccessType, 'keyword'>): Button =>
  button('blockThenOpen', `Block, then open ${type.keyword}…`, 'block');

/** The block and the approval as one step: only for owners, where they alone read it. */
export function blockThenApproveButton(grant: Grant, capabilities: ProviderCapabilities): Button {
  const { canSetBlock, supportStaff, vendor } = capabilities;
  const type = accessTypeOf(capabilities, grant.terms.type);
  const terms = `${grant.target.name} to ${supportStaff} for ${formatDuration(grant.terms.durationMs)}: ${accessLabel(capabilities, grant.terms.type)}`;
  return {
    ...grantButton('blockThenApprove', grant, `Block, then open ${type?.keyword ?? 'it'}`),
    style: 'primary',
    confirm: {
      title: plain('Block, then open?', 100),
      text: confirmText(
        canSetBlock
          ? `Blocks support access for the whole organization. Once that was seen, opens ${terms}.`
          : `You block support access in ${vendor} by hand, within 15 minutes. Once that was seen, Portcullis opens ${terms}.`,
        type?.warnings ?? [],
      ),
      confirm: plain('Block, then open', 30),
      deny: plain('Not now', 30),
      style: 'primary',
    },
  };
}

/** Opens the confirm step of a block. */
export const blockButton = (): Button => ({ ...button('block', 'Block', 'block'), style: 'danger' });

/** In the notes that tell of an unblock: blocks with one click. Everybody sees it, so it says for whom it is. */
export const blockNowButton = ({ supportStaff, targetNoun }: ProviderCapabilities): Button => ({
  ...button('blockNow', 'Block', 'block'),
  style: 'danger',
  confirm: {
    title: plain('Block support access?', 100),
    text: confirmText(`${supportStaff} can then enter ${aTarget(targetNoun)} only while a grant is open.`, [
      blockAdvice(targetNoun),
      'Only organization owners can do this.',
    ]),
    confirm: plain('Block', 30),
    deny: plain('Not now', 30),
    style: 'danger',
  },
});

/** What a button of a grant stands for: undefined for a value that no such button carries. */
export function parseGrantButton(
  value: string,
): { readonly grantId: string; readonly termsVersion: number } | undefined {
  const [, grantId = '', version = ''] = /^(.+):(\d{1,9})$/.exec(value) ?? [];
  return looksLikeGrantId(grantId) ? { grantId, termsVersion: Number(version) } : undefined;
}

/** Which link a confirmation is for: undefined for a value that no such button carries. */
export function parseLinkButton(value: string): { readonly accountId: string; readonly slackId: string } | undefined {
  const [, accountId, slackId] = /^(.+)\|([UW][A-Z0-9]{2,})$/.exec(value) ?? [];
  return accountId === undefined || slackId === undefined ? undefined : { accountId, slackId };
}

/** `version` is of the terms, or for a proposed change its number. */
export const grantButton = (
  action: keyof typeof buttonActions,
  grant: Grant,
  label: string,
  version = grant.termsVersion,
): Button => button(action, label, `${grant._id}:${version}`);

const button = (action: keyof typeof buttonActions, label: string, value: string): Button => ({
  type: 'button',
  action_id: buttonActions[action],
  text: plain(label, 75),
  value,
});

/** Only whole warnings: half of one could say the opposite. The message shows them all. */
export function confirmText(terms: string, warnings: readonly string[]) {
  const text = warnings.reduce(
    (sofar, warning) => (sofar.length + 1 + warning.length > longestConfirmText ? sofar : `${sofar} ${warning}`),
    terms,
  );
  return plain(text, longestConfirmText);
}
