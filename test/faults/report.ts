import { ResultTable } from '../support/result-table.ts';
import { reduced } from './scale.ts';

/** One line of the report: which fault, how much of it, and what was measured or checked. */
export interface Finding {
  readonly fault: string;
  /** How often, how long, how many. */
  readonly extent: string;
  /** What was checked and held, with the measured figures. */
  readonly held: string;
}

const table = new ResultTable<keyof Finding>({
  name: 'faults',
  title: `Fault run, ${reduced ? 'reduced' : 'in full'}`,
  columns: ['fault', 'extent', 'held'],
});

/** Called at the end of a run that held: one that did not has failed as a test. */
export function report(finding: Finding): void {
  table.add({ ...finding });
}

/** Begins the report anew, and writes and prints it when everything has run. */
export default function setUp(): () => void {
  return table.begin();
}
