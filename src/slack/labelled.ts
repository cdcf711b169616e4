import type { ModalView } from '@slack/types';
import type { OrganizationLabel } from '../operations/context.ts';
import type { PostFiles } from '../work/files.ts';
import type { Messenger, OutgoingMessage } from '../work/messenger.ts';
import { smallPrint } from './messages/blocks.ts';
import { bold, say } from './messages/words.ts';
import { escapeMrkdwn, plain } from './text.ts';

/** Slack documentation, "Block Kit": blocks in a message and in a view; for the text, the error `msg_too_long`. */
const mostInMessage = 50;
const mostInView = 100;
const longestText = 4_000;

/** An id of Slack's that says which organization it is about: `approve@acme`. */
const addressed = (id: string, { key }: OrganizationLabel): string => `${id}@${key}`;

/** What `addressed` put together. Without a key it is from a time when there was only one organization. */
export function addressOf(id: string): { readonly id: string; readonly key?: string } {
  const at = id.lastIndexOf('@');
  return at === -1 ? { id } : { id: id.slice(0, at), key: id.slice(at + 1) };
}

const line = ({ name }: OrganizationLabel): readonly object[] =>
  smallPrint(say`Organization: ${bold(say`${name}`)}`).blocks;

/** A message that says which organization it is about, and whose buttons come back to it. */
export function labelledMessage({ text, blocks }: OutgoingMessage, label: OrganizationLabel): OutgoingMessage {
  const labelled = addressedBlocks(blocks, label);
  return {
    text: plain(`${say`${label.name}`.text}: ${text}`, longestText).text,
    blocks: labelled.length < mostInMessage ? [...labelled, ...line(label)] : labelled,
  };
}

/** A modal that does so. Its inputs keep their ids: what it is about comes back with the id of the modal itself. */
export function labelledView(view: ModalView, label: OrganizationLabel): ModalView {
  const blocks = view.blocks.length < mostInView ? [...line(label), ...view.blocks] : view.blocks;
  return { ...view, callback_id: addressed(view.callback_id ?? '', label), blocks: blocks as ModalView['blocks'] };
}

/** Blocks whose buttons come back to this organization. */
export const addressedBlocks = (blocks: readonly object[], label: OrganizationLabel): readonly object[] =>
  blocks.map((block) => addressedIn(block, label) as object);

function addressedIn(value: unknown, label: OrganizationLabel): unknown {
  if (Array.isArray(value)) return value.map((one) => addressedIn(one, label));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) =>
      name === 'action_id' && typeof held === 'string'
        ? [name, addressed(held, label)]
        : [name, addressedIn(held, label)],
    ),
  );
}

/** The same messenger, for one organization of several. */
export function labelledMessenger(messenger: Messenger, label: OrganizationLabel): Messenger {
  return {
    post: (post) => messenger.post({ ...post, message: labelledMessage(post.message, label) }),
    update: (channel, ts, message) => messenger.update(channel, ts, labelledMessage(message, label)),
    find: (search) => messenger.find(search),
    permalink: (channel, ts) => messenger.permalink(channel, ts),
    publishHome: (slackId, blocks) => messenger.publishHome(slackId, blocks),
    isInChannel: (channel, slackId) => messenger.isInChannel(channel, slackId),
  };
}

export const labelledFiles =
  (postFiles: PostFiles, { name }: OrganizationLabel): PostFiles =>
  (post) =>
    postFiles({ ...post, comment: `*${escapeMrkdwn(name)}*\n${post.comment}` });
