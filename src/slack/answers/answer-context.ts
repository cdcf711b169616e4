import type { IdentifyContext } from '../../operations/identify.ts';
import type { Deciders } from '../../work/deciders.ts';

/** What an answer to one person is made from: nothing of it changes anything. */
export interface AnswerContext extends IdentifyContext {
  readonly deciders: Pick<Deciders, 'forTarget'>;
}
