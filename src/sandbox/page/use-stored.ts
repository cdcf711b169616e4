import { useCallback, useState } from 'react';

/** A choice of the page that is kept over visits, where the browser lets it; `undefined` before anything was chosen. */
export function useStored(key: string): readonly [string | undefined, (value: string) => void] {
  const [value, setValue] = useState(() => read(key));
  const keep = useCallback(
    (next: string): void => {
      setValue(next);
      try {
        localStorage.setItem(key, next);
      } catch {
        // A browser that keeps nothing: the choice holds for this visit.
      }
    },
    [key],
  );
  return [value, keep];
}

/** The same for what is on or off. */
export function useStoredFlag(key: string, initial: boolean): readonly [boolean, (value: boolean) => void] {
  const [value, keep] = useStored(key);
  return [value === undefined ? initial : value === 'true', (next) => keep(String(next))];
}

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
