import type { AuditEntry, Logger } from './log.ts';
import type { Metrics, OutgoingCall, PayloadKind, WorkAttempt } from './metrics.ts';

/** Something that a person did in Slack. */
export interface TracedPayload {
  readonly kind: PayloadKind;
  /** What in this code it is for: an id of a button or a form, never what was typed. */
  readonly handler: string;
  /** By which records keep what it decides, if it decides anything. */
  readonly operationId?: string;
}

/** Something owed that is worked off. */
export interface TracedEffect extends Pick<WorkAttempt, 'work' | 'effect' | 'lateMs'> {
  readonly grantId?: string;
  readonly attempts: number;
  /** What a person did last to the document, and how long ago. */
  readonly cause?: { readonly operationId: string; readonly agoMs: number };
}

/**
 * Where the time goes and what follows from what, for whoever keeps traces. Like `Metrics` it is told nothing that a person
 * typed, no names and no addresses; other than there, ids of records are.
 */
export interface Tracing {
  /** The same, for the work of one organization of several. */
  of(organization: string): Tracing;
  payload<T>(payload: TracedPayload, work: () => Promise<T>): Promise<T>;
  effect<T>(effect: TracedEffect, work: () => Promise<T>): Promise<T>;
  /** For which organization the payload turned out to be that is handled now, and which of the commands it is. */
  isFor(organization: string, command?: string): void;
  /** What became of what runs now; of a failure, under which reference a person was told. */
  cameTo(outcome: string, reference?: string): void;
  called(call: OutgoingCall): void;
  audited(entry: Pick<AuditEntry, 'action' | 'outcome' | 'grantId'>): void;
  /** Of what runs now: 32 hexadecimal digits. */
  readonly traceId: string | undefined;
  /** Hands on what there is, for a few seconds at most, and keeps nothing more. */
  stop(): Promise<void>;
}

/** For where nobody keeps traces. */
export const noTracing: Tracing = {
  of: () => noTracing,
  payload: (_payload, work) => work(),
  effect: (_effect, work) => work(),
  isFor() {},
  cameTo() {},
  called() {},
  audited() {},
  traceId: undefined,
  async stop() {},
};

/** The same counts, what is traced as well among them. */
export function tracedMetrics(metrics: Metrics, tracing: Tracing): Metrics {
  return {
    ...metrics,
    called(call) {
      metrics.called(call);
      tracing.called(call);
    },
    audited(entry) {
      metrics.audited(entry);
      tracing.audited(entry);
    },
  };
}

/** The same log, whose lines of what went wrong name the trace that shows what led there. */
export function tracedLog(log: Logger, tracing: Tracing): Logger {
  const here = (): Logger => (tracing.traceId === undefined ? log : log.child({ traceId: tracing.traceId }));
  return {
    ...log,
    get warn() {
      return here().warn;
    },
    get error() {
      return here().error;
    },
    child: (fields) => tracedLog(log.child(fields), tracing),
  };
}
