import type { Actor } from '../grants/grant.ts';
import type { OwedEffect, Owing } from '../grants/owed.ts';
import type { WorkAttempt } from '../metrics.ts';
import type { TracedEffect } from '../tracing.ts';

/** Something that a person did to a document. */
export interface LastOperation {
  readonly operationId: string;
  readonly at: Date;
}

interface Recorded {
  readonly history: readonly { readonly at: Date; readonly actor: Actor; readonly operationId?: string }[];
}

/** What a person did last to a record, by the id under which it came from Slack: the parts of one have ids that begin with it. */
export function lastOperation({ history }: Recorded): LastOperation | undefined {
  const last = history.findLast(({ actor, operationId }) => actor.kind === 'person' && operationId !== undefined);
  const operationId = last?.operationId?.split(':')[0];
  return last === undefined || operationId === undefined ? undefined : { operationId, at: last.at };
}

/** What there is to tell of an attempt as it begins. */
export function attemptAt(
  now: Date,
  { work, doc, effect, last }: { work: string; doc: Owing; effect: OwedEffect; last?: LastOperation },
): TracedEffect {
  return {
    work,
    effect: effect.kind,
    grantId: work === 'grants' ? doc._id : undefined,
    lateMs: Math.max(0, now.getTime() - effect.dueAt.getTime()),
    attempts: effect.attempts,
    cause: last && { operationId: last.operationId, agoMs: now.getTime() - last.at.getTime() },
  };
}

/** What an attempt has left behind, where its result could be written. */
export function whatCameOf(effect: OwedEffect, doc: Owing): WorkAttempt['outcome'] {
  const left = doc.owed.find(({ id }) => id === effect.id);
  if (left === undefined) return 'done';
  return left.attempts > effect.attempts ? 'failed' : 'waits';
}
