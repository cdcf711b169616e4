import type { PlainTextOption } from '@slack/types';
import { type OwnerSettings, settingChanges } from '../../grants/settings.ts';
import type { OperationContext } from '../../operations/context.ts';
import { promptly } from '../../operations/promptly.ts';
import {
  type ChangeSettingsOutcome,
  changeOrganizationSettings,
  type SettingsWish,
  type ShownSettings,
  showSettings,
  wishProblems,
} from '../../operations/settings.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { namesOf, notPermittedAnswer } from '../answers/not-permitted-answer.ts';
import { message, type Piece, paragraph, paragraphMessage } from '../messages/blocks.ts';
import { whyAndWho } from '../messages/refusal-words.ts';
import { changeLines, settingsPiece } from '../messages/setting-words.ts';
import { actorName } from '../messages/vocabulary.ts';
import { bold, inWords, listed, say } from '../messages/words.ts';
import type { Step } from '../reply.ts';
import { warningPiece } from '../views/access-choice.ts';
import { metadataOf } from '../views/modal.ts';
import { groupOptions, settingFieldIds, timeZoneOptions } from '../views/settings-inputs.ts';
import { enteredSettings, settingErrors, settingsMetadata, settingsModal } from '../views/settings-modal.ts';
import type { Submission, Submitted } from '../views/submissions.ts';
import type { Call } from './call.ts';

/** `settings` and its button: the form for owners, for everybody else what is set. */
export const settingsCommand = (context: OperationContext, { slackId, triggerId, reply }: Call): Promise<void> =>
  reply.decide(triggerId, () => settingsStep(context, { slackId, responseUrl: reply.responseUrl }));

interface Looking {
  readonly slackId: string;
  readonly responseUrl?: string;
  /** What somebody had entered when it turned out that the settings had changed: `opened` is what they began with. */
  readonly draft?: { readonly opened: OwnerSettings; readonly entered: OwnerSettings };
}

async function settingsStep(context: OperationContext, { slackId, responseUrl, draft }: Looking): Promise<Step> {
  const shown = await showSettings(context, { slackId });
  if (shown.kind === 'not-permitted') {
    return { kind: 'tell', message: await notPermittedAnswer(context, shown, { slackId, action: 'see' }) };
  }
  const { capabilities } = context.provider;
  const { settings, version } = shown;
  const standing = await standingPieces(context, shown);
  if (shown.readOnly !== undefined) {
    const others = await ownersBut(context, slackId);
    const why = whyAndWho(shown.readOnly, {
      doing: 'change the settings of Portcullis',
      others,
      vendor: capabilities.vendor,
      hasDirectory: capabilities.hasDirectory,
    });
    return {
      kind: 'tell',
      message: message(
        paragraph(bold(say`The settings of Portcullis`)),
        settingsPiece(settings, capabilities),
        ...standing,
        paragraph(why),
      ),
    };
  }
  const form = {
    settings,
    version,
    standing,
    responseUrl,
    draft: draft === undefined ? undefined : merged(shown, draft, capabilities),
  };
  return { kind: 'show', view: settingsModal(form, capabilities) };
}

/** What somebody had changed themselves stands over what is in force now. */
function merged(
  { settings, organization }: ShownSettings,
  { opened, entered }: NonNullable<Looking['draft']>,
  capabilities: Parameters<typeof actorName>[1],
) {
  const own = Object.fromEntries(settingChanges(opened, entered).map(({ name, to }) => [name, to]));
  const last = organization.history.findLast(({ action }) => action === 'change-setting');
  return {
    entered: { ...settings, ...own },
    meanwhile: settingChanges(opened, settings),
    by: last === undefined ? 'somebody' : actorName(last.actor, capabilities),
  };
}

const mostProjectLines = 5;
const mostProjectNames = 3;

/** Who can decide now, and where that is too few. */
async function standingPieces(context: OperationContext, { deciding, needed }: ShownSettings): Promise<Piece[]> {
  const { vendor, targetNoun } = context.provider.capabilities;
  if (deciding.length === 0) return [paragraph(say`Who can decide has not been read from ${vendor} yet.`)];
  const all = deciding.length === 1;
  const groups = await Promise.all(
    deciding.map(async ({ projects, deciders }) => ({
      where: all ? `every ${targetNoun.group ?? targetNoun.one}` : shortList(projects),
      names: await namesOf(context, deciders),
    })),
  );
  const lines = groups.map(({ where, names }) =>
    names.length === 0 ? say`In ${where}: nobody` : say`In ${where}: ${listed(names, 3)}`,
  );
  const more = lines.length - mostProjectLines;
  const few = groups.filter(({ names }) => names.length < needed || names.length === 1);
  return [
    paragraph(
      bold(say`Who can decide now`),
      ...lines.slice(0, mostProjectLines),
      more > 0 ? say`and ${more} more` : undefined,
    ),
    ...few
      .slice(0, mostProjectLines)
      .map(({ where, names }) =>
        warningPiece(
          names.length < needed
            ? say`In ${where} it would take ${needed} people for everything to be approved, and there ${names.length === 1 ? 'is 1' : `are ${names.length}`}.`
            : say`In ${where} only one person can decide: while they are away nothing is approved.`,
        ),
      ),
  ];
}

const shortList = (names: readonly string[]): string =>
  inWords(
    names.length <= mostProjectNames + 1
      ? names
      : [...names.slice(0, mostProjectNames), `${names.length - mostProjectNames} more`],
  );

async function ownersBut(context: OperationContext, slackId: string) {
  const organization = await context.organizations.get(context.organizationId);
  const owners = await context.deciders.owners(organization);
  return namesOf(
    context,
    owners.filter((owner) => owner !== slackId),
  );
}

/** What is wrong is said at its field, while the form with all that was typed stays. */
export async function settingsSubmitted(
  context: OperationContext,
  { slackId, view, responseUrl }: Submission,
): Promise<Submitted | undefined> {
  const metadata = metadataOf(view, settingsMetadata);
  if (metadata === undefined) return undefined;
  const { version, opened } = metadata;
  const wish: SettingsWish = { settings: enteredSettings(view, opened), version };
  const checking = wishProblems(context, wish).then(settingErrors);
  const errors = await promptly(context.log, 'Settings could not be checked', checking, unchecked);
  if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
  return {
    kind: 'accepted',
    run: async () => {
      const outcome = await changeOrganizationSettings(context, { ...wish, slackId, operationId: view.id });
      if (outcome.kind !== 'changed-meanwhile') {
        return { kind: 'tell', message: await settingsAnswer(context, outcome, slackId) };
      }
      return settingsStep(context, { slackId, responseUrl, draft: { opened, entered: wish.settings } });
    },
  };
}

/** What cannot be checked is said at the first field. */
const unchecked: Record<string, string> = {
  [settingFieldIds.defaultDurationMs]:
    'Nothing was saved: the settings could not be checked just now. Save them again in a moment.',
};

async function settingsAnswer(
  context: OperationContext,
  outcome: Exclude<ChangeSettingsOutcome, { kind: 'changed-meanwhile' }>,
  slackId: string,
): Promise<OutgoingMessage> {
  switch (outcome.kind) {
    case 'changed':
      return message(
        paragraph(
          bold(say`Saved`),
          ...changeLines(outcome.changes, context.provider.capabilities),
          say`The channel is told. What is open now keeps its terms.`,
        ),
      );
    case 'no-change':
      return paragraphMessage(say`Nothing was changed: these are the settings already.`);
    case 'invalid':
      return message(paragraph(say`Nothing was saved.`, ...outcome.problems.map((problem) => say`${problem.message}`)));
    case 'not-permitted':
      return notPermittedAnswer(context, outcome, { slackId, action: 'settings' });
  }
}

/** Entries of the menus in the form. The answer is the acknowledgement: it is empty where Slack cannot be asked. */
export async function settingsOptions(
  context: OperationContext,
  actionId: string,
  typed: string,
): Promise<PlainTextOption[]> {
  if (actionId === settingFieldIds.timeZone) return timeZoneOptions(typed);
  const reading = context.workplace.userGroups();
  return groupOptions(await promptly(context.log, 'User groups could not be offered', reading, []), typed);
}
