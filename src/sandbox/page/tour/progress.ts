import type { PageState } from '../protocol.ts';
import { openUntil } from './reading.ts';
import type { Step, StepStart } from './step.ts';
import { steps } from './steps.ts';

export interface Progress {
  /** From 0. */
  readonly index: number;
  readonly done: boolean;
  readonly start: StepStart;
  /** What the sandbox's clock showed last, ISO 8601. */
  readonly seenAt: string;
}

/** The step at this place, as it begins now; a place beyond the last is the last. */
export function beginStep(index: number, state: PageState): Progress {
  const start: StepStart = { openUntil: openUntil(state), troubled: state.atlas.trouble !== 'none' };
  const place = Math.max(0, Math.min(index, steps.length - 1));
  return observe({ index: place, done: false, start, seenAt: state.clock.now }, state);
}

/** What is done stays done, until everything starts anew. */
export function observe(progress: Progress, state: PageState): Progress {
  const { now } = state.clock;
  // Time goes back only by a reset.
  if (Date.parse(now) < Date.parse(progress.seenAt)) return beginStep(0, state);
  const start = { ...progress.start, troubled: progress.start.troubled || state.atlas.trouble !== 'none' };
  return { ...progress, start, done: progress.done || stepAt(progress).isDone(state, start), seenAt: now };
}

export function stepAt({ index }: Progress): Step {
  const step = steps[index];
  if (step === undefined) throw new Error(`The tour has no step ${index}`);
  return step;
}

export const isLast = ({ index }: Progress): boolean => index === steps.length - 1;
