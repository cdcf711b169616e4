import { ChainCheck, type ChainCheckOptions, type ChainProblem } from './chain-check.ts';
import { type Checkpoint, CheckpointCheck, type CheckpointOptions, type CheckpointProblem } from './checkpoint.ts';
import { canonical, emptyHead, entrySchema, type LedgerEntry, type LedgerHead } from './entry.ts';
import { type Closing, checkpointLineSchema, closingSchema, type Opening, openingSchema } from './export-format.ts';
import { linesOf } from './lines.ts';

export type ExportProblem =
  | ChainProblem
  | CheckpointProblem
  /** Not one line of JSON in UTF-8, or cut off in the middle. */
  | 'unreadable'
  /** JSON, but nothing that stands in an export at this place. */
  | 'no-entry'
  /** Not byte by byte as it is written. */
  | 'not-canonical'
  /** The closing line is missing: the end was cut off. */
  | 'cut-short'
  /** The closing line does not fit the lines before it. */
  | 'closing-does-not-fit'
  | 'after-the-end';

export type Verdict =
  | {
      readonly ok: true;
      readonly entries: number;
      /** How many signed heads fitted, and which entry the last of them stands for: 0 without any. */
      readonly checkpoints: number;
      readonly signedUpTo: number;
      readonly closing: Closing['closing'];
      /** Whether the chain was checked from its first entry to its head. */
      readonly complete: boolean;
      /** Sequence numbers of published heads that this file has no entry for. */
      readonly notSeen: readonly number[];
    }
  | { readonly ok: false; readonly line: number; readonly sequence?: number; readonly problem: ExportProblem };

export type VerifyOptions = CheckpointOptions & Pick<ChainCheckOptions, 'published'>;

/**
 * Reads an export from its first byte to its last and names the first line that does not fit. Memory does not grow with
 * the export.
 */
export async function verifyExport(chunks: AsyncIterable<Uint8Array>, options: VerifyOptions = {}): Promise<Verdict> {
  let opening: Opening | undefined;
  let closing: Closing | undefined;
  let check: ChainCheck | undefined;
  const signed = new CheckpointCheck(options);
  let lines = 0;
  const wrong = (problem: ExportProblem, sequence?: number): Verdict => ({ ok: false, line: lines, sequence, problem });
  for await (const line of linesOf(chunks)) {
    lines = line.number;
    if (closing !== undefined) return wrong('after-the-end');
    if (line.kind === 'unreadable') return wrong('unreadable');
    const read = readLine(line.text);
    if (read.kind === 'problem') return wrong(read.problem, read.sequence);
    if (opening === undefined || check === undefined) {
      if (read.kind !== 'opening') return wrong('no-entry');
      opening = read.opening;
      const { organization, filter } = opening.export;
      check = new ChainCheck({ organization, published: options.published, complete: filter === undefined });
    } else if (read.kind === 'entry') {
      const problem = check.add(read.entry) ?? signed.addPublished(read.entry);
      if (problem !== undefined) return wrong(problem, read.entry.sequence);
    } else if (read.kind === 'checkpoint') {
      const problem = signed.add(read.checkpoint, opening.export.organization, check.last);
      if (problem !== undefined) return wrong(problem, read.checkpoint.sequence);
    } else if (read.kind === 'closing') {
      closing = read.closing;
      const problem = closingProblem(closing, opening, { check, signed }, options);
      if (problem !== undefined) return wrong(problem);
    } else return wrong('no-entry');
  }
  if (closing === undefined || check === undefined) {
    lines += 1;
    return wrong('cut-short');
  }
  const { head, export: scope } = closing.closing;
  return {
    ok: true,
    entries: check.count,
    checkpoints: signed.count,
    signedUpTo: signed.upTo,
    closing: closing.closing,
    complete: scope.filter === undefined,
    // The head's hash stands in the closing line, but what was signed of it is compared with the entry alone.
    notSeen: check.notSeen.filter(
      (sequence) => sequence !== head.sequence || options.signatures?.some((signed) => signed.sequence === sequence),
    ),
  };
}

function closingProblem(
  { closing }: Closing,
  opening: Opening,
  { check: { count, last }, signed }: { readonly check: ChainCheck; readonly signed: CheckpointCheck },
  { published }: VerifyOptions,
): ExportProblem | undefined {
  const { entries, checkpoints, head, export: scope } = closing;
  const counted = entries === count && checkpoints === signed.count;
  const fits = canonical(scope) === canonical(opening.export) && counted && isSame(closing.last, last);
  if (!fits || !reachesHead(closing, last)) return 'closing-does-not-fit';
  return head.hash.startsWith(published?.get(head.sequence) ?? '') ? undefined : 'not-as-published';
}

/** An export of everything ends with the ledger's head. */
function reachesHead({ export: { filter }, head }: Closing['closing'], last: LedgerHead | undefined): boolean {
  if (filter === undefined) return isSame(head, last ?? emptyHead);
  return last === undefined || last.sequence < head.sequence || isSame(head, last);
}

const isSame = (a: LedgerHead | undefined, b: LedgerHead | undefined): boolean =>
  a?.sequence === b?.sequence && a?.hash === b?.hash;

type Read =
  | { readonly kind: 'opening'; readonly opening: Opening }
  | { readonly kind: 'entry'; readonly entry: LedgerEntry }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'closing'; readonly closing: Closing }
  | { readonly kind: 'problem'; readonly problem: ExportProblem; readonly sequence?: number };

function readLine(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'problem', problem: 'unreadable' };
  }
  const entry = entrySchema.safeParse(value);
  if (entry.success) {
    return canonical(value) === text
      ? { kind: 'entry', entry: entry.data }
      : { kind: 'problem', problem: 'not-canonical', sequence: entry.data.sequence };
  }
  const other = otherLine(value);
  return other === undefined || canonical(value) === text
    ? (other ?? noEntry)
    : { kind: 'problem', problem: 'not-canonical' };
}

const noEntry: Read = { kind: 'problem', problem: 'no-entry' };

function otherLine(value: unknown): Read | undefined {
  const checkpoint = checkpointLineSchema.safeParse(value);
  if (checkpoint.success) return { kind: 'checkpoint', ...checkpoint.data };
  const opening = openingSchema.safeParse(value);
  if (opening.success) return { kind: 'opening', opening: opening.data };
  const closing = closingSchema.safeParse(value);
  return closing.success ? { kind: 'closing', closing: closing.data } : undefined;
}
