import type { ModalView } from '@slack/types';
import type { Grant } from '../../grants/grant.ts';
import { policyOf } from '../../grants/policy.ts';
import { offersBlockFirst } from '../../operations/block-then-open.ts';
import type { OperationContext } from '../../operations/context.ts';
import { mayDecideGrant } from '../../operations/may-decide.ts';
import { offerUnder } from '../../operations/offer.ts';
import { refusedAnswer } from '../answers/grant-answer.ts';
import type { Call } from '../commands/call.ts';
import { metadataOf } from '../views/modal.ts';
import { type NarrowForm, narrowedFields, narrowMetadata, narrowModal } from '../views/narrow-modal.ts';
import { type GrantButton, outdated } from './change-buttons.ts';
import type { Click } from './click.ts';

/** Approve with changes: the form, unless the approval would be refused anyway. */
export const narrowClicked = (
  context: OperationContext,
  { slackId, triggerId, reply }: Call,
  { grantId, version }: GrantButton,
): Promise<void> =>
  reply.decide(triggerId, async () => {
    const by = { slackId, action: 'approve' } as const;
    const may = await mayDecideGrant(context, { slackId, grantId }, 'approve');
    if (may.kind !== 'may') return { kind: 'tell', message: await refusedAnswer(context, may, by) };
    const { grant } = may;
    if (grant.state !== 'requested') return outdated(context, grant, 'not-open-for-decision', by);
    if (grant.termsVersion !== version) return outdated(context, grant, 'terms-changed', by);
    const offersBlock = await offersBlockFirst(context, { slackId });
    const view = await form(context, grant, { offersBlock, responseUrl: reply.responseUrl });
    return view === undefined ? outdated(context, grant, 'not-on-offer', by) : { kind: 'show', view };
  });

/** The form follows the type that is chosen in it. It stays as it is where its request has changed: sending it says so. */
export async function narrowedTypeChosen(context: OperationContext, { reply, view }: Click): Promise<void> {
  const metadata = view === undefined ? undefined : metadataOf(view, narrowMetadata);
  if (view === undefined || metadata === undefined) return;
  const { grantId, termsVersion, offersBlock, responseUrl } = metadata;
  await reply.refresh(view, async () => {
    const grant = await context.grants.find(grantId);
    if (grant?.termsVersion !== termsVersion) return undefined;
    return form(context, grant, { offersBlock, responseUrl, chosen: narrowedFields(view).type });
  });
}

async function form(
  context: OperationContext,
  grant: Grant,
  shown: Pick<NarrowForm, 'offersBlock' | 'responseUrl' | 'chosen'>,
): Promise<ModalView | undefined> {
  const organization = await context.organizations.get(context.organizationId);
  const offer = offerUnder(context, policyOf(organization, context.basePolicy));
  const blocked = organization.confirmed?.blocked;
  return narrowModal(grant, { ...shown, offer, blocked }, context.provider.capabilities);
}
