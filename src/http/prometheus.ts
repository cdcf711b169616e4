import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../metrics.ts';

const toSeconds = (ms: number): number => ms / 1_000;

/**
 * What happens, counted for Prometheus in a registry of its own, beside what there is to know of any Node.js process. Every
 * label takes its values from this code: their number does not grow with what people, clusters or documents there are.
 */
export function createPrometheus(): { readonly registry: Registry; readonly metrics: Metrics } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const acknowledgements = new Histogram({
    name: 'portcullis_acknowledgement_seconds',
    help: 'From a payload of Slack being read to its acknowledgement, for which Slack waits 3 seconds.',
    labelNames: ['payload'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3],
    registers,
  });
  const handlerFailures = new Counter({
    name: 'portcullis_handler_failures_total',
    help: 'Payloads of which somebody was told that something unexpected went wrong.',
    registers,
  });
  const gateAnswers = new Histogram({
    name: 'portcullis_gate_answer_seconds',
    help: 'Answers to programs that ask whether support may enter: open, closed, or why there was no answer.',
    labelNames: ['answer'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 2],
    registers,
  });
  const decisions = new Counter({
    name: 'portcullis_decisions_total',
    help: 'What people and operators decided or tried to decide, by what came of it: done or refused.',
    labelNames: ['action', 'outcome'] as const,
    registers,
  });
  const transitions = new Counter({
    name: 'portcullis_transitions_total',
    help: 'What Portcullis did or saw by itself, and what it saw done elsewhere.',
    labelNames: ['action', 'actor'] as const,
    registers,
  });
  const calls = new Counter({
    name: 'portcullis_calls_total',
    help: 'Calls to Slack and Atlas by outcome: ok, or what went wrong.',
    labelNames: ['to', 'call', 'outcome'] as const,
    registers,
  });
  const callDurations = new Histogram({
    name: 'portcullis_call_duration_seconds',
    help: 'How long calls to Slack and Atlas took, whatever their outcome.',
    labelNames: ['to', 'call'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const attempts = new Counter({
    name: 'portcullis_effects_total',
    help: 'Attempts at what is owed by outcome: done, waits for its turn or a later look, failed, or lost with the lease.',
    labelNames: ['work', 'effect', 'outcome'] as const,
    registers,
  });
  const retries = new Counter({
    name: 'portcullis_effect_retries_total',
    help: 'Those of the attempts at what is owed that came after a failed one.',
    labelNames: ['work', 'effect'] as const,
    registers,
  });
  const lateness = new Histogram({
    name: 'portcullis_effect_lateness_seconds',
    help: 'How long after it was due an attempt at what is owed began.',
    labelNames: ['work'] as const,
    buckets: [0.1, 0.5, 1, 5, 10, 20, 40, 60, 300, 1_800],
    registers,
  });
  const leases = new Counter({
    name: 'portcullis_leases_total',
    help: 'Documents that were claimed for work, taken over from a process that had not given them back, or lost to another.',
    labelNames: ['work', 'event'] as const,
    registers,
  });
  const sweeps = new Histogram({
    name: 'portcullis_sweep_duration_seconds',
    help: 'Looks for work that is due by outcome: done, skipped because of a wrong clock, or failed.',
    labelNames: ['outcome'] as const,
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 20],
    registers,
  });
  const metrics: Metrics = {
    acknowledged: (payload, durationMs) => acknowledgements.observe({ payload }, toSeconds(durationMs)),
    handlerFailed: () => handlerFailures.inc(),
    gateAnswered: (answer, durationMs) => gateAnswers.observe({ answer }, toSeconds(durationMs)),
    audited({ action, actor, outcome }) {
      switch (actor.kind) {
        case 'person':
        case 'operator':
          return decisions.inc({ action, outcome });
        case 'portcullis':
        case 'outside':
          return transitions.inc({ action, actor: actor.kind });
      }
    },
    called({ to, call, outcome, durationMs }) {
      calls.inc({ to, call, outcome });
      callDurations.observe({ to, call }, toSeconds(durationMs));
    },
    attempted({ work, effect, lateMs, isRetry, outcome }) {
      attempts.inc({ work, effect, outcome });
      if (isRetry) retries.inc({ work, effect });
      lateness.observe({ work }, toSeconds(lateMs));
    },
    leased: (work, event) => leases.inc({ work, event }),
    swept: (outcome, durationMs) => sweeps.observe({ outcome }, toSeconds(durationMs)),
  };
  return { registry, metrics };
}
