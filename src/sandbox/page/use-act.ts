import { useRef, useState } from 'react';
import type { PageOutcome } from './protocol.ts';

export interface Acting {
  readonly busy: boolean;
  readonly error: string | undefined;
  /** Does nothing while busy. */
  readonly run: (task: () => Promise<PageOutcome>) => Promise<void>;
}

/** One control: whether it is at work, and what went wrong. */
export function useAct(): Acting {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const running = useRef(false);
  const run = async (task: () => Promise<PageOutcome>): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(undefined);
    const outcome = await task();
    running.current = false;
    setBusy(false);
    setError(outcome.ok ? undefined : (outcome.error ?? 'That did not work.'));
  };
  return { busy, error, run };
}
