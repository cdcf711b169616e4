import { shield } from '../../demo-organizations.ts';
import type { AuditLine } from './happening.ts';
import { nameOf } from './words.ts';

type Sentence = (line: AuditLine) => string;

/** What has become of the organization as a whole, by the action in its history. */
export const organizationSentences: Readonly<Record<string, Sentence>> = {
  block: ({ actor }) =>
    `${nameOf(actor)} decided that support is shut out of the whole organization. Portcullis asks Atlas to switch its block on.`,
  unblock: ({ actor }) =>
    `${nameOf(actor)} decided that support may enter again without a grant. Portcullis asks Atlas to switch its block off, and will switch it on again in time.`,
  'announce-unblock': ({ actor }) =>
    `${nameOf(actor)} announced an unblock, to be made in Atlas itself. Portcullis will know whose it is when it sees it.`,
  'seen-blocked': () =>
    'Portcullis read Atlas back: the organization is blocked. Support reaches only what a grant opens.',
  'seen-unblocked': () =>
    'Portcullis read Atlas back: the organization is not blocked. Support needs no grant until it is again.',
  'block-not-done': () => 'Atlas did not take the block. The channel is told that support access is not blocked.',
  'unblock-not-done': () => 'Atlas did not take the unblock. The organization stays blocked, and the channel is told.',
  reblock: () =>
    'The time of the unblock is over. Portcullis asks Atlas to switch the block on again, and does not give up.',
  'block-restored': () =>
    'A call that arrived late had switched the block. Portcullis has put it back as it was decided.',
  'block-changed-outside': ({ reason }) =>
    `Portcullis read Atlas, and somebody had ${reason === 'blocked' ? 'switched the block on' : 'switched the block off'} there. It follows, and tells the channel.`,
  'channel-lost': () =>
    'Slack does not take messages for the channel any more. Owners are told directly, once; access opens and ends all the same.',
  'channel-back': () => 'Slack takes messages for the channel again. Portcullis posts what is still owed.',
  lockdown: ({ actor, organization }) =>
    organization === shield.key
      ? `${nameOf(actor)} ordered a lockdown at ${shield.name}: Portcullis closes everything that is open there and cancels every request.`
      : `${nameOf(actor)} ordered a lockdown: Portcullis blocks the organization, closes everything that is open and cancels every request.`,
  'change-setting': ({ actor }) =>
    `${nameOf(actor)} changed how Portcullis decides here. The channel is told what changed.`,
  link: () => 'Portcullis learned whose Slack account belongs to which Atlas account, and told the channel.',
  'link-change-waits': () =>
    'An Atlas account seems to belong to another Slack account than before. It opens nothing until another owner confirms that.',
  'link-confirmed': ({ actor }) => `${nameOf(actor)} confirmed whose Slack account an Atlas account belongs to.`,
};
