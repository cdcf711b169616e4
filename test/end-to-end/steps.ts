import type { Grant } from '../../src/grants/grant.ts';
import { demoProjects } from '../../src/sandbox/atlas/demo-seed.ts';
import type { AtlasGrant } from '../../src/sandbox/atlas/organization.ts';
import type { SlackMessage } from '../../src/sandbox/slack/ledger.ts';
import { mentionsIn } from '../../src/sandbox/slack/mentions.ts';
import { renderAsText } from '../../src/sandbox/slack/render-text.ts';
import { channelName, type Harness, people, withoutLabel } from '../support/harness.ts';

type Name = keyof typeof people;

/** Types `/support-access …` in the announcement channel, waits for all that comes of it, and reads the answer. */
export async function types(
  harness: Harness,
  who: Name,
  words: string,
  channel: string = channelName,
): Promise<string> {
  const reply = await harness[who].types(`/support-access ${words}`, { channel });
  await harness.idle();
  return reply.ephemerals.map((message) => readable(harness, message)).join('\n\n');
}

/** Presses a button in the channel, says yes, waits for all that comes of it, and reads what is answered to this person. */
export async function clicks(
  harness: Harness,
  who: Name,
  label: string,
  where: { readonly channel?: string; readonly message?: string; readonly thread?: string } = {},
): Promise<string> {
  const reply = await harness[who].clicks(label, { channel: channelName, ...where });
  await harness.idle();
  return reply.ephemerals.map((message) => readable(harness, message)).join('\n\n');
}

/** Submits the modal in front of somebody, and reads what it shows once all that comes of it is done. */
export async function submits(harness: Harness, who: Name): Promise<string> {
  await harness[who].modal().submit();
  await harness.idle();
  return harness[who].hasModal() ? harness[who].modal().text : '';
}

/** Lets time pass in one leap, as when no process ran meanwhile, and works off what came due: for long quiet waits. */
export async function leaps(harness: Harness, ms: number): Promise<void> {
  harness.sandbox.clock.tick(ms);
  await harness.advance(0);
}

/** A message as a reader sees it, in plain text. */
export function readable(harness: Harness, message: SlackMessage): string {
  const { sandbox } = harness;
  const nameOf = (id: string): string =>
    id === sandbox.channel
      ? channelName
      : (sandbox.slack.seed.users.find((user) => user.id === id)?.realName ??
        sandbox.slack.seed.userGroups?.find((group) => group.id === id)?.handle ??
        id);
  return withoutLabel(harness, renderAsText(message, { now: sandbox.clock.now(), names: nameOf }));
}

/** The message of a grant in the channel, as it stands now. Throws when it has none. */
export function rootOf(harness: Harness, grant: Pick<Grant, '_id' | 'message'>): string {
  const found = harness.sandbox.slack.messages(harness.channel).find(({ ts }) => ts === grant.message?.ts);
  if (found === undefined) throw new Error(`${grant._id} has no message in the channel`);
  return readable(harness, found);
}

/** The notes in the thread of a grant's message, oldest first. */
export function thread(harness: Harness, grant: Pick<Grant, 'message'>): SlackMessage[] {
  return harness.sandbox.slack.messages(harness.channel).filter(({ threadTs }) => threadTs === grant.message?.ts);
}

/** The same, as a reader sees them. */
export function notes(harness: Harness, grant: Pick<Grant, 'message'>): string[] {
  return thread(harness, grant).map((message) => readable(harness, message));
}

/** Everything the bot has posted so far: in the channel, directly, and for one person alone. */
export function everyPost({ sandbox }: Harness): SlackMessage[] {
  return [
    ...sandbox.slack.messages(sandbox.channel),
    ...Object.values(people).flatMap((id) => sandbox.slack.messages(id)),
    ...sandbox.slack.ephemerals(),
  ];
}

/** Everybody whom any post so far would notify. */
export const everyMention = (harness: Harness): Set<string> => new Set(everyPost(harness).flatMap(mentionsIn));

/** What the simulated Atlas holds. */
export const inAtlas = (
  { sandbox }: Harness,
  cluster: string,
  project: keyof typeof demoProjects = 'payments',
): AtlasGrant | undefined => sandbox.atlas.state.findGrant(demoProjects[project], cluster);
