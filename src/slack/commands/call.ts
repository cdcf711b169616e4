import type { Reply } from '../reply.ts';

/** Somebody who typed or clicked something. */
export interface Call {
  readonly slackId: string;
  /** Opens a modal, and makes a replayed payload recognisable. */
  readonly triggerId: string;
  readonly reply: Reply;
}

/** Somebody who typed a command. */
export interface CommandCall extends Call {
  /** The conversation in which it was typed. */
  readonly channel: string;
}
