import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { reduced } from './scale.ts';

const directory = 'test-results';
const linesFile = `${directory}/faults.jsonl`;
const reportFile = `${directory}/faults.md`;

/** One line of the report: which fault, how much of it, and what was measured or checked. */
export interface Finding {
  readonly fault: string;
  /** How often, how long, how many. */
  readonly extent: string;
  /** What was checked and held, with the measured figures. */
  readonly held: string;
}

/** Called at the end of a run that held: one that did not has failed as a test. */
export function report(finding: Finding): void {
  appendFileSync(linesFile, `${JSON.stringify(finding)}\n`);
}

/** Begins the report anew, and writes and prints it when everything has run. */
export default function setUp(): () => void {
  mkdirSync(directory, { recursive: true });
  rmSync(linesFile, { force: true });
  writeFileSync(linesFile, '');
  const startedAt = Date.now();
  return () => {
    const findings = readFileSync(linesFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Finding => JSON.parse(line));
    const rows = findings.map(({ fault, extent, held }) => `| ${fault} | ${extent} | ${held} |`);
    const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
    const [cpu] = cpus();
    const machine = `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
    const text = [
      `Fault run, ${reduced ? 'reduced' : 'in full'}: ${minutes} min on ${machine}`,
      '',
      '| fault | extent | held |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n');
    writeFileSync(reportFile, text);
    process.stdout.write(`\n${text}`);
  };
}
