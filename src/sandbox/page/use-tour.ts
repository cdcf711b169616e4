import { useEffect, useState } from 'react';
import type { PageState } from './protocol.ts';
import { beginStep, observe, type Progress, stepAt } from './tour/progress.ts';
import type { Pointer } from './tour/step.ts';

export interface TourState {
  readonly progress: Progress;
  readonly pointer: Pointer;
  readonly goTo: (index: number) => void;
}

/** Where somebody is in the tour; undefined while they do not follow it. */
export function useTour(state: PageState | undefined, touring: boolean): TourState | undefined {
  const [progress, setProgress] = useState<Progress>();
  useEffect(() => {
    if (state === undefined || !touring) setProgress(undefined);
    else setProgress((before) => (before === undefined ? beginStep(0, state) : observe(before, state)));
  }, [state, touring]);
  if (state === undefined || progress === undefined) return undefined;
  return {
    progress,
    pointer: stepAt(progress).pointer(state, progress.start),
    goTo: (index) => setProgress(beginStep(index, state)),
  };
}
