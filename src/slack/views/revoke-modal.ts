import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { formatDuration } from '../../grants/duration.ts';
import { type Grant, termsInForce } from '../../grants/grant.ts';
import { withGroup } from '../../grants/target-noun.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { accessFact, approvedByFact, askedByFact, asTyped, fact, idLine, targetFact } from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { accessTypeOf, closeVerb, revokeAdvice } from '../messages/vocabulary.ts';
import { bold, say } from '../messages/words.ts';
import { plain } from '../text.ts';
import { type ModalOrigin, modal, originSchema } from './modal.ts';

export const revokeModalIds = {
  revoke: 'revoke-access',
  cancel: 'cancel-request',
  choose: 'choose-what-to-revoke',
  choice: 'choice',
} as const;

export const revokeMetadata = originSchema.extend({ grantId: z.string() });

/** The confirm step of a revoke. */
export function revokeModal(grant: Grant, capabilities: ProviderCapabilities, origin: ModalOrigin): ModalView {
  const { headline, details } = standingOf(grant, capabilities);
  const type = accessTypeOf(capabilities, termsInForce(grant)?.type ?? grant.terms.type);
  return modal({
    title: `${closeVerb(capabilities)} support access`,
    content: message(
      paragraph(
        bold(headline),
        ...details,
        targetFact(grant, capabilities),
        accessFact(grant, capabilities),
        askedByFact(grant),
        approvedByFact(grant),
      ),
      paragraph(...[revokeAdvice, ...(type?.revokeWarnings ?? [])].map((warning) => say`${warning}`)),
      idLine(grant),
    ),
    submit: { callbackId: revokeModalIds.revoke, label: `${closeVerb(capabilities)} now` },
    metadata: { ...origin, grantId: grant._id } satisfies z.infer<typeof revokeMetadata>,
  });
}

/** The confirm step of taking one's own request back. */
export function cancelModal(grant: Grant, capabilities: ProviderCapabilities, origin: ModalOrigin): ModalView {
  return modal({
    title: 'Cancel your request',
    content: message(
      paragraph(
        bold(say`Your request for support access to ${grant.target.name}`),
        targetFact(grant, capabilities),
        accessFact(grant, capabilities),
        fact('Duration', say`${formatDuration(grant.terms.durationMs)}`),
      ),
      ...asTyped(grant),
      idLine(grant),
    ),
    submit: { callbackId: revokeModalIds.cancel, label: 'Cancel the request', closeLabel: 'Keep it' },
    metadata: { ...origin, grantId: grant._id } satisfies z.infer<typeof revokeMetadata>,
  });
}

/** Several grants and requests are possible. */
export function chooseModal(grants: readonly Grant[], origin: ModalOrigin): ModalView {
  const options = grants.slice(0, 100).map((grant) => ({ text: plain(choiceLabel(grant), 75), value: grant._id }));
  return modal({
    title: 'Revoke support access',
    content: message(paragraph(say`Several are possible. The next step asks once more before anything is closed.`)),
    inputs: [
      {
        type: 'input',
        block_id: revokeModalIds.choice,
        label: plain('What to revoke', 2_000),
        element: { type: 'static_select', action_id: revokeModalIds.choice, options },
      },
    ],
    submit: { callbackId: revokeModalIds.choose, label: 'Next' },
    metadata: origin,
  });
}

function choiceLabel({ target, state }: Grant): string {
  const what = state === 'requested' ? 'your request' : state === 'closing' ? 'being closed' : 'open';
  return `${withGroup(target.name, target.projectName)}: ${what}`;
}
