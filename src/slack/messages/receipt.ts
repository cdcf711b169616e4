import type { Grant } from '../../grants/grant.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { accessLabel } from './vocabulary.ts';
import { at, say, type Words } from './words.ts';

/** What the provider was last seen to hold for the grant's target, and at which instant; nothing before the first reading. */
export function receipt(grant: Grant, capabilities: ProviderCapabilities): Words | undefined {
  const { confirmed, seenClosedAt, reopened } = grant;
  const { vendor } = capabilities;
  if (confirmed !== undefined) {
    const { type, until } = confirmed;
    return say`${vendor}, read ${at(confirmed.at)}, holds: ${accessLabel(capabilities, type)}, until ${at(until)}.`;
  }
  if (reopened !== undefined) return undefined;
  const closedAt = grant.history.findLast(({ action }) => action === 'late-landing-closed')?.at ?? seenClosedAt;
  return closedAt === undefined ? undefined : say`${vendor}, read ${at(closedAt)}, holds: no grant.`;
}
