import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const directory = 'test-results';

/**
 * A table that grows row by row while test files run in processes of their own, and is printed and written to
 * `test-results/` as Markdown when all have run. Only runs that held add a row: one that did not has failed as a test.
 */
export class ResultTable<Column extends string> {
  readonly #title: string;
  readonly #columns: readonly Column[];
  readonly #rowsFile: string;
  readonly #tableFile: string;

  /** `name` is that of the written file, without its ending. */
  constructor(options: { readonly name: string; readonly title: string; readonly columns: readonly Column[] }) {
    this.#title = options.title;
    this.#columns = options.columns;
    this.#rowsFile = `${directory}/${options.name}.jsonl`;
    this.#tableFile = `${directory}/${options.name}.md`;
  }

  add(row: Readonly<Record<Column, string>>): void {
    appendFileSync(this.#rowsFile, `${JSON.stringify(row)}\n`);
  }

  /** Begins it anew. What is returned writes and prints it. */
  begin(): () => void {
    mkdirSync(directory, { recursive: true });
    rmSync(this.#rowsFile, { force: true });
    writeFileSync(this.#rowsFile, '');
    const startedAt = Date.now();
    return () => {
      const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
      const text = [
        `${this.#title}: ${minutes} min on ${machine()}`,
        '',
        line(this.#columns),
        line(this.#columns.map(() => '---')),
        ...this.#rows().map((row) => line(this.#columns.map((column) => row[column]))),
        '',
      ].join('\n');
      writeFileSync(this.#tableFile, text);
      process.stdout.write(`\n${text}`);
    };
  }

  #rows(): Record<Column, string>[] {
    const lines = readFileSync(this.#rowsFile, 'utf8').split('\n');
    return lines.filter((text) => text !== '').map((text) => JSON.parse(text));
  }
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function machine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${memory}, Node ${process.version}`;
}
