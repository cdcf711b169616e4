import type { KnownBlock } from '@slack/types';
import type { OperationContext } from '../../operations/context.ts';
import { showHome } from '../../operations/show-home.ts';
import type { HomeContent } from '../../work/home-plan.ts';
import { asBlocks } from '../answer-client.ts';
import { addressedBlocks } from '../labelled.ts';
import { smallPrint } from '../messages/blocks.ts';
import { offeredBlocks } from '../messages/observe-mode.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say } from '../messages/words.ts';
import { plain } from '../text.ts';
import { homeBlocks, refusedBlocks } from './home-view.ts';

/** Slack documentation, "Home tabs": blocks in a view. */
const mostBlocks = 100;
/** What says where one organization begins. */
const headingBlocks = 3;

/** What somebody's home tab shows now, one organization after the other. */
export async function homeContent(contexts: readonly OperationContext[], slackId: string): Promise<HomeContent> {
  const room = Math.floor(mostBlocks / contexts.length) - headingBlocks;
  const parts = await Promise.all(
    contexts.map((context) => partOf(context, slackId, context.label ? room : mostBlocks)),
  );
  return { blocks: parts.flatMap(({ blocks }) => blocks), unsettled: parts.some(({ unsettled }) => unsettled) };
}

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
