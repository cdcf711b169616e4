import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import type { Views } from '../../work/views.ts';
import { digestMessage } from './digest-message.ts';
import { grantMessage } from './grant-message.ts';
import { grantNote } from './grant-note.ts';
import { ledgerHead } from './ledger-head.ts';
import { lockdownReport } from './lockdown-report.ts';
import { offeredBlocks } from './observe-mode.ts';
import { organizationNote } from './organization-note.ts';
import { ownEndsMessage } from './own-ends.ts';

/** How records look in Slack, in the words of one provider. */
export function createViews(capabilities: ProviderCapabilities): Views {
  const offered = ({ text, blocks }: OutgoingMessage): OutgoingMessage => ({
    text,
    blocks: offeredBlocks(blocks, capabilities),
  });
  return {
    grantMessage: (grant, context) => offered(grantMessage(grant, context, capabilities)),
    grantNote: (grant, note, context) => offered(grantNote(grant, note, context, capabilities)),
    organizationNote: (organization, note, context) =>
      offered(organizationNote(organization, note, context, capabilities)),
    ownEnds: (ends) => ownEndsMessage(ends, capabilities),
    ledgerHead,
    digest: (told) => digestMessage(told, capabilities),
    lockdownReport: (lockdown, grants, { organization }) =>
      lockdownReport({ lockdown, grants, organization }, capabilities),
  };
}
