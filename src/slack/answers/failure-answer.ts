import { ErrorCode } from '@slack/web-api';
import { MongoError, MongoServerSelectionError } from 'mongodb';
import { DatabaseTimeoutError } from '../../store/bounded.ts';
import { NewerRecordError } from '../../store/owing-store.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { PeopleError } from '../../work/people.ts';
import { message, paragraph } from '../messages/blocks.ts';
import { slashCommand } from '../messages/vocabulary.ts';
import { code, say, type Words } from '../messages/words.ts';
import { referenceLine } from '../reference.ts';

const slackCodes: readonly string[] = Object.values(ErrorCode);

/** What did not happen and what to do, for an error that nobody expected. Nothing of the error itself is shown. */
export function failureAnswer(error: unknown, reference: string): OutgoingMessage {
  return message(paragraph(wordsFor(error)), referenceLine(reference));
}

function wordsFor(error: unknown): Words {
  if (error instanceof PeopleError) {
    return say`Slack does not tell Portcullis who you are right now, so nothing was changed. Try again in a minute.`;
  }
  if (error instanceof MongoServerSelectionError) {
    return say`Portcullis cannot reach its database right now, so nothing was changed. Try again in a minute.`;
  }
  if (error instanceof NewerRecordError) {
    return say`Portcullis is being updated, and this needs the newer version, so nothing was changed. Try again in a minute.`;
  }
  if (error instanceof MongoError || error instanceof DatabaseTimeoutError) {
    return say`Portcullis lost its database while it was doing this, so it may or may not have been done. Try again in a minute: what has been done is not done twice.`;
  }
  if (error instanceof Error && 'code' in error && slackCodes.includes(String(error.code))) {
    return say`Slack did not show the form, so nothing was changed. Try again.`;
  }
  return say`Something in Portcullis went wrong, and it may or may not have been done. Look at ${code(`${slashCommand} status`)}, and try again if it was not.`;
}
