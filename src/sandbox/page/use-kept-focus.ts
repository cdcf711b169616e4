import { useEffect, useRef } from 'react';

/**
 * What somebody pressed may be gone when the answer comes. The focus then goes to what it stood in (marked
 * `data-keeps-focus`), rather than to the top of the page.
 */
export function useKeptFocus(revision: number | undefined): void {
  const around = useRef<readonly Element[]>([]);
  useEffect(() => {
    const remember = ({ target }: FocusEvent): void => {
      around.current = target instanceof Element ? ancestorsOf(target) : [];
    };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  useEffect(() => {
    if (revision === undefined || document.activeElement !== document.body) return;
    const [pressed, ...kept] = around.current;
    if (pressed === undefined || pressed.isConnected) return;
    const next = kept.find((element) => element.isConnected);
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }, [revision]);
}

function ancestorsOf(element: Element): Element[] {
  const found = [element];
  for (let at = element.closest('[data-keeps-focus]'); at !== null; ) {
    found.push(at);
    at = at.parentElement?.closest('[data-keeps-focus]') ?? null;
  }
  return found;
}
