import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { formatDuration } from '../../grants/duration.ts';
import type { Grant, Proposal } from '../../grants/grant.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { changeAsked, changeFacts } from '../messages/change-parts.ts';
import { accessFact, asTyped, fact, idLine, targetFact } from '../messages/grant-parts.ts';
import { standingOf } from '../messages/grant-standing.ts';
import { askerName } from '../messages/vocabulary.ts';
import { bold, say } from '../messages/words.ts';
import { type ModalOrigin, modal, originSchema, textInput } from './modal.ts';

export const denyModalIds = { submit: 'deny-request', submitChange: 'deny-change', reason: 'reason' } as const;

export const denyMetadata = originSchema.extend({ grantId: z.string() });

/** A proposed change is told by its number. */
export const denyChangeMetadata = denyMetadata.extend({ number: z.number() });

/** Asks why, because whoever asked has to know what to do next. */
export function denyModal(grant: Grant, capabilities: ProviderCapabilities, origin: ModalOrigin): ModalView {
  return modal({
    title: 'Deny the request',
    content: message(
      paragraph(
        bold(standingOf(grant, capabilities).headline),
        targetFact(grant, capabilities),
        accessFact(grant, capabilities),
        fact('Duration', say`${formatDuration(grant.terms.durationMs)}`),
      ),
      ...asTyped(grant),
      idLine(grant),
    ),
    inputs: [
      textInput(denyModalIds.reason, 'Reason', {
        hint: `${askerName(grant)} and everybody in the channel read it.`,
      }),
    ],
    submit: { callbackId: denyModalIds.submit, label: 'Deny' },
    metadata: { ...origin, grantId: grant._id } satisfies z.infer<typeof denyMetadata>,
  });
}

/** The same of a proposed change. */
export function denyChangeModal(
  grant: Grant,
  proposal: Proposal,
  capabilities: ProviderCapabilities,
  origin: ModalOrigin,
): ModalView {
  return modal({
    title: 'Deny the change',
    content: message(
      paragraph(
        bold(say`${proposal.by.name} asks ${changeAsked(grant, proposal, capabilities)}`),
        ...changeFacts(grant, proposal, capabilities),
        targetFact(grant, capabilities),
      ),
      idLine(grant),
    ),
    inputs: [
      textInput(denyModalIds.reason, 'Reason', {
        hint: `${proposal.by.name} and everybody in the channel read it.`,
      }),
    ],
    submit: { callbackId: denyModalIds.submitChange, label: 'Deny' },
    metadata: { ...origin, grantId: grant._id, number: proposal.number } satisfies z.infer<typeof denyChangeMetadata>,
  });
}
