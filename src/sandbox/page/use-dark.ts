import { useLayoutEffect, useSyncExternalStore } from 'react';
import { useStored } from './use-stored.ts';

const preferred = matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  preferred.addEventListener('change', listener);
  return () => preferred.removeEventListener('change', listener);
}

/** As the reader's system has it, until they say otherwise; what they said is kept over visits. */
export function useDark(): readonly [boolean, (dark: boolean) => void] {
  const system = useSyncExternalStore(subscribe, () => preferred.matches);
  const [kept, keep] = useStored('portcullis-theme');
  const chosen = kept === 'dark' || kept === 'light' ? kept : undefined;
  // Before anything is painted: a page that was left dark does not flash.
  useLayoutEffect(() => {
    if (chosen !== undefined) document.documentElement.dataset.theme = chosen;
  }, [chosen]);
  return [chosen === undefined ? system : chosen === 'dark', (dark) => keep(dark ? 'dark' : 'light')];
}
