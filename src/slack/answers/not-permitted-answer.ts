import type { PermissionAction } from '../../grants/permissions.ts';
import type { NotPermitted, OperationContext } from '../../operations/context.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { paragraphMessage } from '../messages/blocks.ts';
import { permissionWords } from '../messages/refusal-words.ts';
import { say, type Words } from '../messages/words.ts';

/** Why not, and who may instead. */
export async function notPermittedAnswer(
  context: OperationContext,
  refused: Pick<NotPermitted, 'reason' | 'deciders'>,
  by: { readonly slackId: string; readonly action: PermissionAction },
): Promise<OutgoingMessage> {
  return paragraphMessage(await notPermittedWords(context, refused, by));
}

export async function notPermittedWords(
  context: OperationContext,
  refused: Pick<NotPermitted, 'reason' | 'deciders'>,
  by: { readonly slackId: string; readonly action: PermissionAction },
): Promise<Words> {
  const { vendor } = context.provider.capabilities;
  const others = await namesOf(
    context,
    refused.deciders.filter((slackId) => slackId !== by.slackId),
  );
  return permissionWords(refused.reason, { action: by.action, others, vendor });
}

/** Names as the provider's directory has them, which takes no call to Slack: these are people who are linked there. */
export async function namesOf(context: OperationContext, slackIds: readonly string[]): Promise<Words[]> {
  if (slackIds.length === 0) return [];
  const { organizations, directories, organizationId } = context;
  const [{ links }, { people }] = await Promise.all([
    organizations.get(organizationId),
    directories.get(organizationId),
  ]);
  return slackIds.map((slackId) => {
    const link = links.find((one) => one.slackId === slackId);
    return say`${people.find((person) => person.id === link?.accountId)?.name ?? link?.email ?? slackId}`;
  });
}
