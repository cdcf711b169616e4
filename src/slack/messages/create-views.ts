import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { Views } from '../../work/views.ts';
import { digestMessage } from './digest-message.ts';
import { grantMessage } from './grant-message.ts';
import { grantNote } from './grant-note.ts';
import { lockdownReport } from './lockdown-report.ts';
import { organizationNote } from './organization-note.ts';

/** How records look in Slack, in the words of one provider. */
export function createViews(capabilities: ProviderCapabilities): Views {
  return {
    grantMessage: (grant, context) => grantMessage(grant, context, capabilities),
    grantNote: (grant, note, context) => grantNote(grant, note, context, capabilities),
    organizationNote: (organization, note, context) => organizationNote(organization, note, context, capabilities),
    digest: (told) => digestMessage(told, capabilities),
    lockdownReport: (lockdown, grants, { organization }) =>
      lockdownReport({ lockdown, grants, organization }, capabilities),
  };
}
