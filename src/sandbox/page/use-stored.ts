import { useState } from 'react';

/** A setting of the page that is kept over visits, where the browser lets it. */
export function useStored(key: string, initial: boolean): readonly [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => read(key) ?? initial);
  const keep = (next: boolean): void => {
    setValue(next);
    try {
      localStorage.setItem(key, String(next));
    } catch {
      // A browser that keeps nothing: the setting holds for this visit.
    }
  };
  return [value, keep];
}

function read(key: string): boolean | undefined {
  try {
    const kept = localStorage.getItem(key);
    return kept === null ? undefined : kept === 'true';
  } catch {
    return undefined;
  }
}
