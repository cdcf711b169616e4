import { people } from '../../demo-workspace.ts';
import type { Tab } from '../page-context.ts';
import type { PageState } from '../protocol.ts';

export const engineer = people.erin;
export const owner = people.olivia;

/** How it was when a step began, and what was seen since. */
export interface StepStart {
  readonly openUntil: ReadonlyMap<string, string>;
  /** Whether Atlas was made to answer badly since. */
  readonly troubled: boolean;
}

/** The next thing to do, and the controls that do it. */
export interface Pointer {
  readonly say: string;
  readonly at: readonly string[];
  readonly tab: Tab;
}

export interface Step {
  readonly title: string;
  readonly why: string;
  readonly pointer: (state: PageState, start: StepStart) => Pointer;
  readonly isDone: (state: PageState, start: StepStart) => boolean;
}

export const be = (person: string, name: string): Pointer => ({
  say: `Choose ${name} under “You are”.`,
  at: [`person:${person}`],
  tab: 'people',
});

export const inModal = (say: string): Pointer => ({ say, at: [], tab: 'conversation' });
