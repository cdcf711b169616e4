import type { AuditLine, ToldGrant } from './happening.ts';
import { clockTime, firstName, isBy, nameOf, requestOf } from './words.ts';

type Sentence = (grant: ToldGrant, line: AuditLine, now: Date) => string;

/** What has become of a grant, by the action in its history. */
export const grantSentences: Readonly<Record<string, Sentence>> = {
  request: ({ access, cluster, duration }, { actor }) =>
    `${nameOf(actor)} asked for ${access} on ${cluster} for ${duration}. Nothing is open: Portcullis has told the channel and waits for an owner.`,
  approve: ({ access, cluster, requester, vendor }, { actor, to }) =>
    to === 'opening'
      ? `${nameOf(actor)} approved ${requestOf(requester, actor)}. Portcullis asks ${vendor} to open ${access} on ${cluster}, and calls it open only once ${vendor} shows it.`
      : `${nameOf(actor)} approved ${requestOf(requester, actor)}. It takes one more approval.`,
  'narrow-terms': ({ access, cluster, duration, requester }, { actor }) =>
    `${nameOf(actor)} cut ${requestOf(requester, actor)} down to ${access} on ${cluster} for ${duration}.`,
  deny: ({ cluster, requester }, { actor, reason }) =>
    `${nameOf(actor)} denied ${requestOf(requester, actor)} for ${cluster}. ${firstName(requester)} is told why${reason === undefined ? '.' : `: "${reason}"`}`,
  cancel: ({ cluster, requester }, { actor }) =>
    isBy(requester, actor)
      ? `${nameOf(actor)} took back the request for ${cluster}. Nothing was opened.`
      : `${nameOf(actor)} cancelled ${requestOf(requester, actor)} for ${cluster}. Nothing was opened.`,
  lapse: ({ cluster, requester }) =>
    `Nobody decided on ${firstName(requester)}'s request for ${cluster} in time, so it lapsed. Nothing was opened.`,
  'seen-open': ({ access, cluster, until, vendor }, _line, now) =>
    `${vendor} opened ${access} on ${cluster}. Portcullis read it back: open${untilWords(until, now)}.`,
  'opening-refused': ({ cluster, requester, vendor }) =>
    `${vendor} refused to open ${cluster}, so nothing is open. ${firstName(requester)} is told.`,
  'give-up-opening': ({ cluster, vendor }) =>
    `${vendor} did not show ${cluster} open within 15 minutes. Portcullis stops trying, and closes whatever may have been opened.`,
  'block-first': ({ cluster, vendor }, { actor }) =>
    `${nameOf(actor)} decided that the organization be blocked before ${cluster} is opened. Portcullis asks ${vendor} for the block first.`,
  'seen-blocked': ({ cluster, vendor }) =>
    `Portcullis read ${vendor} back: the organization is blocked. Now it asks ${vendor} to open ${cluster}.`,
  'give-up-waiting': ({ cluster }) =>
    `The block that was to come first was not seen, so Portcullis stops waiting and does not open ${cluster}.`,
  'let-end': ({ cluster, until }, { actor }, now) =>
    `${nameOf(actor)} lets the access to ${cluster} run out${until === undefined ? '' : ` at ${clockTime(until, now)}`}. Nobody is reminded of it again.`,
  revoke: ({ cluster, vendor }, { actor }) =>
    `${nameOf(actor)} ended the access to ${cluster} early. Portcullis asks ${vendor} to close it, and does not stop before ${vendor} shows it closed.`,
  end: ({ cluster, vendor }) =>
    `Time is up for ${cluster}. ${vendor} was given the same end, but Portcullis closes it all the same and looks for itself.`,
  'seen-closed': ({ cluster, vendor }) => `Portcullis read ${vendor} back: ${cluster} is closed.`,
  'activity-recorded': ({ cluster }, { reason }) =>
    `Portcullis read what Atlas recorded of MongoDB's staff while ${cluster} was open: ${reason ?? 'nothing'}. The note about the end tells of it.`,
  'activity-not-read': ({ cluster }) =>
    `What Atlas recorded of MongoDB's staff while ${cluster} was open could not be read for a day. Portcullis has stopped trying, and says so.`,
  'ended-outside': ({ cluster, vendor }) =>
    `The access to ${cluster} was ended in ${vendor} itself. Portcullis read it twice to be sure, and has told the channel.`,
  'changed-outside': ({ access, cluster, until, vendor }, _line, now) =>
    `The access to ${cluster} was changed in ${vendor} itself. Portcullis follows: ${access}${untilWords(until, now)}.`,
  found: ({ access, cluster, until }, _line, now) =>
    `Portcullis found ${access} open on ${cluster}${untilWords(until, now)}, which nobody asked it for. It keeps a record of it, with reminders and a button that closes it.`,
  keep: ({ cluster, until }, { actor }, now) =>
    `${nameOf(actor)} said that ${cluster} may stay open${untilWords(until, now)}, although it was not opened through Portcullis.`,
  restored: ({ cluster }) =>
    `A call that arrived late had changed the access to ${cluster}. Portcullis has put back what was decided.`,
  'late-landing-closed': ({ cluster }) =>
    `A call that arrived late had opened ${cluster} again. Portcullis has closed it.`,
  'propose-change': ({ cluster }, { actor }) =>
    `${nameOf(actor)} asked to change what is open on ${cluster}. That takes an approval like a request; until then it stays as it is.`,
  'approve-change': ({ cluster, vendor }, { actor }) =>
    `${nameOf(actor)} approved the change for ${cluster}. Portcullis asks ${vendor} for it, and calls it done once ${vendor} shows it.`,
  'deny-change': ({ cluster }, { actor }) =>
    `${nameOf(actor)} denied the change for ${cluster}. What is open stays as it is.`,
  'cancel-change': ({ cluster }, { actor }) =>
    `${nameOf(actor)} took back the change for ${cluster}. What is open stays as it is.`,
  'change-seen': ({ access, cluster, until, vendor }, _line, now) =>
    `Portcullis read the change back from ${vendor}: ${access} on ${cluster}, open${untilWords(until, now)}.`,
  'change-not-made': ({ cluster }) =>
    `The change for ${cluster} could not be made. What was open before stays, with the end that it had.`,
  'ending-recorded': ({ cluster, vendor }, { actor }) =>
    `${nameOf(actor)} recorded that the access to ${cluster} has ended: ${vendor} no longer has what it was for.`,
};

const untilWords = (until: Date | undefined, now: Date): string =>
  until === undefined ? '' : ` until ${clockTime(until, now)}`;
