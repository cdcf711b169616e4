import type { KnownBlock } from '@slack/types';
import type { OperationContext } from '../../operations/context.ts';
import { showHome } from '../../operations/show-home.ts';
import type { HomeContent } from '../../work/home-plan.ts';
import { PeopleError } from '../../work/people.ts';
import { asBlocks } from '../answer-client.ts';
import { addressedBlocks } from '../labelled.ts';
import { smallPrint } from '../messages/blocks.ts';
import { offeredBlocks } from '../messages/observe-mode.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say } from '../messages/words.ts';
import { newReference, referenceWords } from '../reference.ts';
import { plain } from '../text.ts';
import { homeBlocks, refusedBlocks } from './home-view.ts';
import { organizationsInRoom } from './organizations-in-room.ts';

/** Slack documentation, "Home tabs": blocks in a view. */
const mostBlocks = 100;
/** What says where one organization begins. */
const headingBlocks = 3;

/** As many are shown whole; of more, those with most to show. */
const shownWhole = 4;

/** What somebody's home tab shows now, one organization after the other. */
export async function homeContent(contexts: readonly OperationContext[], slackId: string): Promise<HomeContent> {
  const [only, ...others] = contexts;
  if (only !== undefined && others.length === 0) return partOf(only, slackId, mostBlocks);
  const room = Math.floor(mostBlocks / Math.min(contexts.length, shownWhole + 1)) - headingBlocks;
  const parts = await Promise.all(
    contexts.map((context) => partOf(context, slackId, room).catch((error: unknown) => unreadable(context, error))),
  );
  return {
    blocks: organizationsInRoom(withLabels(parts, contexts), mostBlocks),
    unsettled: parts.some(({ unsettled }) => unsettled),
  };
}

/** One organization that cannot be read hides no other. */
function unreadable({ label, log }: OperationContext, error: unknown): HomeContent {
  // Who somebody is, is the same for all.
  if (error instanceof PeopleError) throw error;
  const reference = newReference();
  log.warn({ err: error, reference }, 'The part of an organization in a home tab could not be made');
  const told = smallPrint(say`${label?.name ?? ''} cannot be shown now; it is tried again.`, referenceWords(reference));
  return { blocks: told.blocks, unsettled: true };
}

const withLabels = (parts: readonly HomeContent[], contexts: readonly OperationContext[]) =>
  parts.map(({ blocks }, index) => ({ blocks, key: contexts[index]?.key ?? '' }));

async function partOf(context: OperationContext, slackId: string, room: number): Promise<HomeContent> {
  const { label } = context;
  const { blocks, unsettled } = await standing(context, slackId, room);
  if (label === undefined) return { blocks, unsettled };
  const heading: KnownBlock[] = [
    { type: 'divider' },
    { type: 'header', text: plain(label.name, 150) },
    ...asBlocks(smallPrint(say`Anywhere in Slack: ${code(`${slashCommand} ${label.key} help`)}`).blocks),
  ];
  return { blocks: [...heading, ...addressedBlocks(blocks, label)], unsettled };
}

async function standing(context: OperationContext, slackId: string, room: number): Promise<HomeContent> {
  const home = await showHome(context, { slackId });
  const { capabilities } = context.provider;
  if (home.kind === 'not-permitted') return { blocks: refusedBlocks(home.reason, capabilities), unsettled: false };
  const unsettled =
    home.targetCount === undefined || (capabilities.hasBlock && home.organization.confirmed === undefined);
  return { blocks: offeredBlocks(homeBlocks(home, capabilities, room), capabilities), unsettled };
}
