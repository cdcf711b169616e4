import { useEffect, useState, useSyncExternalStore } from 'react';

const preferred = matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  preferred.addEventListener('change', listener);
  return () => preferred.removeEventListener('change', listener);
}

/** As the reader's system has it, until they say otherwise. */
export function useDark(): readonly [boolean, (dark: boolean) => void] {
  const system = useSyncExternalStore(subscribe, () => preferred.matches);
  const [chosen, setChosen] = useState<boolean>();
  useEffect(() => {
    if (chosen !== undefined) document.documentElement.dataset.theme = chosen ? 'dark' : 'light';
  }, [chosen]);
  return [chosen ?? system, setChosen];
}
