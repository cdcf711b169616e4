import type { Grant } from '../../grants/grant.ts';
import type { PermissionAction, PermissionRefusal } from '../../grants/permissions.ts';
import { listedNoun } from '../../grants/target-noun.ts';
import type { NotPermitted } from '../../operations/context.ts';
import type { ProviderCapabilities } from '../../providers/provider.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { targetLink } from '../messages/grant-parts.ts';
import { permissionWords } from '../messages/refusal-words.ts';
import { linked, mentioned, say, type Words } from '../messages/words.ts';
import { referenceLine } from '../reference.ts';
import type { AnswerContext } from './answer-context.ts';

type Refused = Pick<NotPermitted, 'reason' | 'deciders'> & {
  /** What it was about. */
  readonly grant?: Grant;
};

/** No rule refuses these: something does not work. */
const failures: readonly PermissionRefusal[] = ['roles-unavailable', 'clock-wrong'];

/** Why not, and who may instead. */
export async function notPermittedAnswer(
  context: AnswerContext,
  refused: Refused,
  by: { readonly slackId: string; readonly action: PermissionAction },
): Promise<OutgoingMessage> {
  const words = paragraph(await notPermittedWords(context, refused, by));
  // What nobody decided has a cause in the log: its lines name whom it kept from something.
  return failures.includes(refused.reason) ? message(words, referenceLine(by.slackId)) : message(words);
}

export async function notPermittedWords(
  context: AnswerContext,
  refused: Refused,
  by: { readonly slackId: string; readonly action: PermissionAction },
): Promise<Words> {
  const { capabilities } = context.provider;
  const others = await namesOf(
    context,
    refused.deciders.filter((slackId) => slackId !== by.slackId),
  );
  const { vendor, hasDirectory } = capabilities;
  return permissionWords(refused.reason, {
    action: by.action,
    others,
    vendor,
    hasDirectory,
    byHand: byHand(by.action, refused.grant, capabilities),
  });
}

function byHand(action: PermissionAction, grant: Grant | undefined, capabilities: ProviderCapabilities): Words {
  if (grant !== undefined) return targetLink(grant, capabilities);
  const { hasBlock, blockUrl, targetsUrl, vendor, targetNoun } = capabilities;
  return hasBlock && (action === 'block' || action === 'unblock' || action === 'lockdown')
    ? linked(blockUrl, `the organization's settings in ${vendor}`)
    : linked(targetsUrl, `the ${listedNoun(targetNoun)} in ${vendor}`);
}

/**
 * Names as the provider's directory has them, which takes no call to Slack: these are people who are linked there. Without a
 * directory Slack itself puts in the names, which notifies nobody in an answer or a form.
 */
export async function namesOf(context: AnswerContext, slackIds: readonly string[]): Promise<Words[]> {
  if (slackIds.length === 0) return [];
  if (!context.provider.capabilities.hasDirectory) return slackIds.map((slackId) => mentioned(slackId, slackId));
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
