import type { OwedEffect, Owing } from '../grants/owed.ts';
import { replaceEffect, withoutEffect } from '../grants/owed.ts';
import type { Logger } from '../log.ts';
import { type Messenger, MessengerError, type OutgoingMessage } from './messenger.ts';
import { type Backoff, type Random, retryDelayMs } from './retry.ts';
import type { Attempt, Result } from './worker.ts';

const slackBackoff: Backoff = { baseMs: 1_000, maxMs: 5 * 60_000 };
const giveUpAfterMs = 24 * 60 * 60_000;
/** As long as a lease: a request that Slack carries out even later may stand twice, and that is all that is promised. */
const landsWithinMs = 30_000;

export interface SlackDependencies {
  readonly messenger: Messenger;
  readonly log: Logger;
  readonly random: Random;
}

export interface PostOnce {
  readonly channel: string;
  readonly message: OutgoingMessage;
  readonly effect: OwedEffect;
  /** Names the effect for all documents and for all time. */
  readonly effectId: string;
  readonly threadTs?: string;
  readonly broadcast?: boolean;
  /** Somebody has to act on it. */
  readonly urgent?: boolean;
}

/**
 * Posts; from the second attempt on it first looks whether an earlier attempt got through after all. Undefined when the
 * lease was lost before the post: then nothing was posted, and somebody else goes on.
 */
export async function postOnce<D extends Owing>(
  messenger: Messenger,
  attempt: Attempt<D>,
  post: PostOnce,
): Promise<{ channel: string; ts: string } | undefined> {
  if (post.effect.attempts > 0) {
    const { channel, effectId, threadTs } = post;
    const found = await messenger.find({ channel, effectId, threadTs, oldestTs: threadTs });
    if (found !== undefined) return { channel, ts: found.ts };
  }
  // What came before may have taken long: the lease has to outlast the post.
  const held = await attempt.write((doc) => doc);
  if (held === undefined) return undefined;
  try {
    return await messenger.post({ ...post, dueAt: post.effect.dueAt, call: attempt.again });
  } catch (error) {
    throw error instanceof MessengerError && error.effect === 'unknown' ? lateLandingAwaited(error) : error;
  }
}

/** Slack may still carry the post out: the next attempt looks for it only when that should have happened. */
function lateLandingAwaited(error: MessengerError): MessengerError {
  const { code, message, effect, hint, retryAfterMs = 0 } = error;
  return new MessengerError(code, message, {
    effect,
    hint,
    retryAfterMs: Math.max(retryAfterMs, landsWithinMs),
    cause: error,
  });
}

/**
 * Effects of which each waits for the one before it are due no earlier than that: a document that is due and has nothing
 * to run would be looked at in vain. The same object when they are in order.
 */
export function inTurn<D extends Owing>(doc: D, effects: readonly OwedEffect[]): D {
  let current = doc;
  let dueAt: Date | undefined;
  for (const effect of effects) {
    if (dueAt === undefined || effect.dueAt >= dueAt) dueAt = effect.dueAt;
    else current = replaceEffect(current, effect.id, { dueAt });
  }
  return current;
}

/** What a failed attempt leaves behind. Slack effects are tried again with growing delays and given up after a day. */
export function slackFailed<D extends Owing>(
  error: unknown,
  effect: OwedEffect,
  documentId: string,
  { log, random }: SlackDependencies,
): Result<D> {
  if (!(error instanceof MessengerError)) throw error;
  if (error.code === 'not-its-turn') {
    // Nothing was tried.
    const waitMs = error.retryAfterMs ?? 0;
    return (doc, now) => replaceEffect(doc, effect.id, { dueAt: new Date(now.getTime() + waitMs) });
  }
  const fields = { document: documentId, effect: effect.kind, code: error.code, hint: error.hint, err: error };
  log.warn(fields, error.hint ?? 'Slack did not take a message; it will be tried again');
  return (doc, now) => {
    const owed = doc.owed.find((other) => other.id === effect.id);
    if (owed === undefined) return doc;
    const failingSince = owed.failingSince ?? now;
    if (now.getTime() - failingSince.getTime() >= giveUpAfterMs) {
      log.error(fields, 'Slack has not taken a message for a day; it is given up');
      return withoutEffect(doc, effect.id);
    }
    const attempts = owed.attempts + 1;
    const dueAt = new Date(now.getTime() + retryDelayMs(attempts, slackBackoff, random, error.retryAfterMs));
    return replaceEffect(doc, effect.id, { dueAt, attempts, failingSince });
  };
}
