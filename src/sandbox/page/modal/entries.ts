import { createContext, useContext } from 'react';
import type { Json, PageOutcome } from '../protocol.ts';

/** The form of a modal: where its fields put what is entered. */
export interface Entries {
  /** Sends a value. Values arrive in the order in which they were entered. */
  readonly put: (blockId: string, actionId: string, value: Json) => void;
  /** The same once typing has paused, or before the form is submitted. */
  readonly putSoon: (blockId: string, actionId: string, value: Json) => void;
  readonly search: (blockId: string, actionId: string, query: string) => Promise<PageOutcome>;
}

export const EntriesContext = createContext<Entries | undefined>(undefined);

export function useEntries(): Entries {
  const entries = useContext(EntriesContext);
  if (entries === undefined) throw new Error('Used outside of a modal');
  return entries;
}

/** What every kind of field gets. */
export interface FieldProps {
  readonly element: Json;
  readonly blockId: string;
  readonly actionId: string;
  /** As in `state.values`. */
  readonly held: Json | undefined;
  /** Of the control, for its label. */
  readonly id: string;
  readonly labelId: string;
  /** Ids of the hint and of what is wrong. */
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly required: boolean;
}
