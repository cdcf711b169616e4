import { systemClock } from '../../../src/clock.ts';
import { demoBlockAccount, demoEverydayAccount, demoProjects, demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { startAtlas } from '../../../src/sandbox/atlas/server.ts';
import { channelName, demoWorkspace, people } from '../../../src/sandbox/demo-workspace.ts';
import { startMongoDbServer } from '../../../src/sandbox/mongodb/server.ts';
import { startSlack } from '../../../src/sandbox/slack/server.ts';
import { TcpProxy } from '../../faults/support/tcp-proxy.ts';
import { answerOrders } from './answer-orders.ts';

export type SurroundingsOrder =
  /** The settings that lead a bot here. */
  | { readonly do: 'settings' }
  /** From now on whatever Atlas and MongoDB answer takes that much longer. */
  | { readonly do: 'slow'; readonly ms: number }
  | { readonly do: 'fast' }
  /** Of a command that Erin types in the channel; each good for 5 answers. */
  | { readonly do: 'response-urls'; readonly count: number }
  /** Clusters of the payments project, `bench-1` and so on, all open. */
  | { readonly do: 'open-clusters'; readonly count: number; readonly type: string; readonly until: string }
  /** How many messages for one person alone have arrived. */
  | { readonly do: 'count-answers' };

export interface SurroundingsAnswers {
  readonly settings: Readonly<Record<string, string>>;
  readonly slow: true;
  readonly fast: true;
  readonly 'response-urls': readonly string[];
  readonly 'open-clusters': true;
  readonly 'count-answers': number;
}

const [mongodb, atlas, slack] = await Promise.all([
  startMongoDbServer(),
  startAtlas({ clock: systemClock, seed: demoSeed }),
  startSlack({ seed: demoWorkspace }),
]);
const line = await TcpProxy.start(Number(new URL(mongodb.uri).port));
const channel = slack.channelId(channelName);

answerOrders((order: SurroundingsOrder): SurroundingsAnswers[SurroundingsOrder['do']] => {
  switch (order.do) {
    case 'settings':
      return {
        SLACK_BOT_TOKEN: demoWorkspace.bot.token,
        SLACK_SIGNING_SECRET: demoWorkspace.signingSecret,
        SLACK_CHANNEL_ID: channel,
        SLACK_API_URL: slack.url,
        PORT: '0',
        MONGODB_URI: line.through(mongodb.uri),
        ATLAS_BASE_URL: atlas.url,
        ATLAS_ORG_ID: demoSeed.organizationId,
        ATLAS_CLIENT_ID: demoEverydayAccount.clientId,
        ATLAS_CLIENT_SECRET: demoEverydayAccount.clientSecret,
        ATLAS_BLOCK_CLIENT_ID: demoBlockAccount.clientId,
        ATLAS_BLOCK_CLIENT_SECRET: demoBlockAccount.clientSecret,
      };
    case 'slow':
      atlas.addFault({ kind: 'slow', delayMs: order.ms });
      line.add({ kind: 'delay', ms: order.ms, direction: 'answer', afterBytes: 0 });
      return true;
    case 'fast':
      atlas.clearFaults();
      line.heal();
      return true;
    case 'response-urls':
      return Array.from({ length: order.count }, () =>
        slack.responseUrl(slack.responseUrls.issue({ channel, userId: people.erin })),
      );
    case 'open-clusters':
      for (let number = 1; number <= order.count; number++) {
        const name = `bench-${number}`;
        const grant = { grantType: order.type, expirationTime: new Date(order.until) };
        atlas.state.addCluster(demoProjects.payments, name);
        atlas.state.setGrant(demoProjects.payments, name, grant, { clientId: demoEverydayAccount.clientId });
      }
      return true;
    case 'count-answers':
      return slack.ephemerals().length;
  }
});
