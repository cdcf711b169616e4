import type { Button } from '@slack/types';
import { formatDuration } from '../../grants/duration.ts';
import type { Grant } from '../../grants/grant.ts';
import { looksLikeGrantId } from '../../grants/ids.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { plain } from '../text.ts';
import { accessLabel, accessTypeOf, revokeAdvice } from './vocabulary.ts';

/** The `action_id` of every button in a message. */
export const buttonActions = {
  approve: 'approve-grant',
  deny: 'deny-grant',
  revoke: 'revoke-grant',
  letEnd: 'let-grant-end',
  confirmLink: 'confirm-link',
  block: 'block-organization',
} as const;

const longestConfirmText = 300;

/** Opens only after a confirm step that repeats the terms and, as far as they fit, the warnings of the access type. */
export function approveButton(grant: Grant, capabilities: ProviderCapabilities): Button {
  const { terms, target } = grant;
  const duration = formatDuration(terms.durationMs);
  const what = accessLabel(capabilities, terms.type);
  return {
    ...grantButton('approve', grant, `Approve for ${duration}`),
    style: 'primary',
    confirm: {
      title: plain('Approve support access?', 100),
      text: confirmText(
        `Opens ${target.name} to ${capabilities.supportStaff} for ${duration}: ${what}.`,
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

export function revokeButton(grant: Grant, capabilities: ProviderCapabilities): Button {
  const type = accessTypeOf(capabilities, grant.wanted?.type ?? grant.terms.type);
  const warnings = [revokeAdvice, ...(type?.revokeWarnings ?? [])];
  return {
    ...grantButton('revoke', grant, 'Revoke now'),
    style: 'danger',
    confirm: {
      title: plain('Revoke support access now?', 100),
      text: confirmText(`${capabilities.supportStaff} loses its access to ${grant.target.name}.`, warnings),
      confirm: plain('Revoke now', 30),
      deny: plain('Keep it open', 30),
      style: 'danger',
    },
  };
}

export const letEndButton = (grant: Grant): Button => grantButton('letEnd', grant, 'Let it end');

export function confirmLinkButton(link: { readonly accountId: string; readonly slackId: string }): Button {
  return button('confirmLink', 'Confirm link', `${link.accountId}|${link.slackId}`);
}

/** Opens the confirm step of a block. */
export const blockButton = (): Button => ({ ...button('block', 'Block', 'block'), style: 'danger' });

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

const grantButton = (action: keyof typeof buttonActions, grant: Grant, label: string): Button =>
  button(action, label, `${grant._id}:${grant.termsVersion}`);

const button = (action: keyof typeof buttonActions, label: string, value: string): Button => ({
  type: 'button',
  action_id: buttonActions[action],
  text: plain(label, 75),
  value,
});

/** Only whole warnings: half of one could say the opposite. The message shows them all. */
function confirmText(terms: string, warnings: readonly string[]) {
  const text = warnings.reduce(
    (sofar, warning) => (sofar.length + 1 + warning.length > longestConfirmText ? sofar : `${sofar} ${warning}`),
    terms,
  );
  return plain(text, longestConfirmText);
}
