import { execFileSync } from 'node:child_process';
import { ResultTable } from '../support/result-table.ts';
import { reduced } from './scale.ts';

/** One line of the table. */
export interface Figure {
  /** What was measured, and under what. */
  readonly figure: string;
  /** With its unit; a median with its spread where it was measured several times. */
  readonly measured: string;
  /** Against the baseline of the same run, or empty. */
  readonly compared: string;
}

const table = new ResultTable<keyof Figure>({
  name: 'bench',
  title: `Bench, ${reduced ? 'reduced' : 'in full'}`,
  columns: ['figure', 'measured', 'compared'],
});

export function figure(row: Figure): void {
  table.add({ ...row });
}

/** Builds what runs in processes of its own beside the bot, and begins the table anew. */
export default function setUp(): () => void {
  execFileSync('npx', ['tsc', '-p', 'test/bench/tsconfig.json', '--noCheck'], { stdio: 'inherit' });
  return table.begin();
}
