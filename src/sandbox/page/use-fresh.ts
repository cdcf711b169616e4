import { useEffect, useRef, useState } from 'react';
import type { PageMessage } from './protocol.ts';

const freshMs = 4_000;

/** The `ts` of the messages that came or changed in the last seconds, while `here` was looked at. */
export function useFresh(here: string, messages: readonly PageMessage[]): ReadonlySet<string> {
  const before = useRef<{ readonly here: string; readonly known: ReadonlyMap<string, string> }>(undefined);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const known = new Map(messages.map((message) => [message.ts, JSON.stringify([message.text, message.blocks])]));
    const last = before.current;
    before.current = { here, known };
    if (last?.here !== here) return setFresh(new Set());
    const changed = [...known.keys()].filter((ts) => last.known.get(ts) !== known.get(ts));
    if (changed.length > 0) setFresh(new Set(changed));
  }, [here, messages]);
  useEffect(() => {
    if (fresh.size === 0) return;
    const timer = setTimeout(() => setFresh(new Set()), freshMs);
    return () => clearTimeout(timer);
  }, [fresh]);
  return fresh;
}
