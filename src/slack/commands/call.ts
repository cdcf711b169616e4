import type { Reply } from '../reply.ts';

/** Somebody who typed or clicked something. */
export interface Call {
  readonly slackId: string;
  /** Opens a modal, and makes a replayed payload recognisable. */
  readonly triggerId: string;
  readonly reply: Reply;
}
