import { randomBytes } from 'node:crypto';
import { type Piece, smallPrint } from './messages/blocks.ts';
import { say, type Words } from './messages/words.ts';

/** For a failure that has no id of its own: to be told to the person, and logged as `reference`. */
export const newReference = (): string => randomBytes(4).toString('hex');

/** What finds the lines of the log about a failure: whoever reads the message hands it on. */
export const referenceLine = (reference: string): Piece => smallPrint(referenceWords(reference));

/** The same within a message that tells of several things. */
export const referenceWords = (reference: string): Words =>
  say`Reference for the operators of Portcullis: ${reference}`;
