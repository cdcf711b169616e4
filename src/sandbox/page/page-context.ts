import { createContext, useContext } from 'react';
import type { Reader } from './dates.ts';
import type { PageAct, PageOutcome, PageState } from './protocol.ts';

/** What the middle column shows. */
export type Place = { readonly kind: 'home' } | { readonly kind: 'conversation'; readonly id: string };

/** The columns; where there is room for one, one is shown. */
export type Tab = 'people' | 'conversation' | 'atlas' | 'portal';

export interface Page {
  readonly state: PageState;
  readonly reader: Reader;
  readonly place: Place;
  readonly act: (act: PageAct) => Promise<PageOutcome>;
  readonly go: (place: Place) => void;
  readonly become: (person: string) => void;
  readonly show: (tab: Tab) => void;
  /** The controls that the tour points at. */
  readonly pointedAt: ReadonlySet<string>;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('Used outside of the page');
  return page;
}

/** Marks a control that the tour may point at: `<button {...pointed('block')}>`. */
export function usePointer(): (name: string) => { readonly 'data-pointed-at'?: true } {
  const { pointedAt } = usePage();
  return (name) => (pointedAt.has(name) ? { 'data-pointed-at': true } : {});
}

export const nameOf = (state: PageState, id: string): string =>
  state.names[id] ?? state.people.find((person) => person.id === id)?.name ?? id;
