import type { OperationContext } from '../../operations/context.ts';
import { showHome } from '../../operations/show-home.ts';
import type { HomeContent } from '../../work/home-plan.ts';
import { offeredBlocks } from '../messages/observe-mode.ts';
import { homeBlocks, refusedBlocks } from './home-view.ts';

/** What somebody's home tab shows now. */
export async function homeContent(context: OperationContext, slackId: string): Promise<HomeContent> {
  const home = await showHome(context, { slackId });
  const { capabilities } = context.provider;
  if (home.kind === 'not-permitted') return { blocks: refusedBlocks(home.reason, capabilities), unsettled: false };
  const unsettled = home.targetCount === undefined || home.organization.confirmed === undefined;
  return { blocks: offeredBlocks(homeBlocks(home, capabilities), capabilities), unsettled };
}
