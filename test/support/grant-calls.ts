import { people } from '../../src/sandbox/demo-workspace.ts';
import { clicks, leaps, types } from '../end-to-end/steps.ts';
import { type Harness, hour, minute, startHarness } from './harness.ts';

/** Reading the organization, its people and its clusters goes on whether there are grants or not. */
const ofTheGrant = ['readCluster', 'grant', 'revoke'];

/** Notes the calls that one grant causes, each with what it is about. */
function recorder({ sandbox, channel }: Harness): () => string[] {
  const { slack, atlas } = sandbox;
  let slackSeen = slack.calls.length;
  let atlasSeen = atlas.calls.length;
  const nameOf = (id: unknown): string => Object.entries(people).find(([, other]) => other === id)?.[0] ?? '';
  return () => {
    const inSlack = slack.calls.slice(slackSeen).map(({ method, body }) => {
      const about = method === 'users.info' ? nameOf(body.user) : body.channel === channel ? 'channel' : '';
      const thread = body.thread_ts === undefined ? '' : ', thread';
      return `Slack ${method} (${about}${thread})`;
    });
    const inAtlas = atlas.calls.slice(atlasSeen).flatMap(({ call = '', path }) => {
      if (call === 'listUsers' && path.includes('username=')) return ['Atlas listUsers (one person)'];
      return ofTheGrant.includes(call) ? [`Atlas ${call}`] : [];
    });
    slackSeen = slack.calls.length;
    atlasSeen = atlas.calls.length;
    return [...inSlack, ...inAtlas];
  };
}

/**
 * The calls that one grant causes from the request to after its end, by what happens: asked for, approved for 8 hours,
 * opened, verified after a minute, two reminders, ended, verified after one and five minutes. While it is open it is
 * read every five minutes beside that.
 */
export async function callsOfOneGrant(): Promise<Readonly<Record<string, readonly string[]>>> {
  const harness = await startHarness();
  await harness.advance(minute);
  const calls = recorder(harness);

  await types(harness, 'erin', 'request payments-prod 8h logs Primary steps down every few minutes');
  const asked = calls();
  await clicks(harness, 'olivia', 'Approve for 8 h');
  const approved = calls();
  await harness.advance(90_000);
  const aMinuteLater = calls();
  await leaps(harness, 4 * hour - 2 * minute);
  calls();
  await harness.advance(minute);
  const firstReminder = calls();
  await leaps(harness, 3.5 * hour - minute);
  calls();
  await harness.advance(minute);
  const secondReminder = calls();
  await leaps(harness, 29 * minute - 30_000);
  calls();
  await harness.advance(minute);
  const ended = calls();
  await harness.advance(6 * minute);
  const afterwards = calls();

  return { asked, approved, aMinuteLater, firstReminder, secondReminder, ended, afterwards };
}
