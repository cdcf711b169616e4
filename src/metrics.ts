import type { AuditEntry, Logger } from './log.ts';

/** What Slack sends: a kind of payload, as far as they are told apart here. */
export type PayloadKind = 'command' | 'action' | 'view' | 'options' | 'shortcut' | 'event';

/** One exchange with the outside, however it ended. */
export interface OutgoingCall {
  readonly to: 'slack' | 'atlas' | 'portal';
  /** The method or the name of the call: one of a few, and never an address. */
  readonly call: string;
  /** `ok`, or a stable code for what went wrong. */
  readonly outcome: string;
  /** Of the answer, where one came. */
  readonly status?: number;
  readonly durationMs: number;
}

/** One attempt at something owed. */
export interface WorkAttempt {
  /** The kind of document, and of effect. */
  readonly work: string;
  readonly effect: string;
  /** How long after it was due it began. */
  readonly lateMs: number;
  /** An attempt before it failed, or may have. */
  readonly isRetry: boolean;
  /** `waits`: nothing is wrong, and it is owed at a later time. `lost`: another process may have the document by now. */
  readonly outcome: 'done' | 'waits' | 'failed' | 'lost';
}

/** `taken-over`: the process that held it before has not given it back. `lost`: it was taken over from this one. */
export type LeaseEvent = 'claimed' | 'taken-over' | 'lost';

/** What happens in this process, for whoever counts it. Nothing here names a person, a cluster or a document. */
export interface Metrics {
  /** So long after the payload had been read. */
  acknowledged(payload: PayloadKind, durationMs: number): void;
  /** Somebody was told that what they did went wrong for a reason nobody expected. */
  handlerFailed(): void;
  /** A program asked whether support may enter: `open`, `closed`, or why it got no answer. */
  gateAnswered(answer: string, durationMs: number): void;
  /** One audit line. */
  audited(entry: Pick<AuditEntry, 'action' | 'actor' | 'outcome' | 'grantId'>): void;
  called(call: OutgoingCall): void;
  attempted(attempt: WorkAttempt): void;
  leased(work: string, event: LeaseEvent): void;
  /** `skipped`: nothing is done by a wrong clock. */
  swept(outcome: 'done' | 'skipped' | 'failed', durationMs: number): void;
}

/** For where nobody counts. */
export const noMetrics: Metrics = {
  acknowledged() {},
  handlerFailed() {},
  gateAnswered() {},
  audited() {},
  called() {},
  attempted() {},
  leased() {},
  swept() {},
};

/** The same log, each audit line of which is counted. */
export function countingAudits(log: Logger, metrics: Metrics): Logger {
  return {
    ...log,
    child: (fields) => countingAudits(log.child(fields), metrics),
    audit(entry) {
      metrics.audited(entry);
      log.audit(entry);
    },
  };
}
