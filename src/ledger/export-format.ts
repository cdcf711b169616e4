import { z } from 'zod';
import { checkpointSchema } from './checkpoint.ts';
import { canonical, type LedgerEntry } from './entry.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const scope = z.strictObject({
  version: z.literal(1),
  organization: z.string().min(1),
  /** What was left out: absent of an export of everything. */
  filter: z
    .strictObject({ from: z.string().optional(), to: z.string().optional(), target: z.string().optional() })
    .optional(),
});

/**
 * An export begins with a line that says what it holds, goes on with one canonical entry a line, and closes with a line
 * that says how many there were and where the ledger stood. Behind an entry stands what was signed of it, so that whoever
 * reads the lines one by one can compare the two. Every byte is determined, so that any changed one shows.
 */
export const openingSchema = z.strictObject({ export: scope });

export const checkpointLineSchema = z.strictObject({ checkpoint: checkpointSchema });

export const closingSchema = z.strictObject({
  closing: z.strictObject({
    export: scope,
    entries: z.int().nonnegative(),
    /** Signed heads. */
    checkpoints: z.int().nonnegative(),
    /** The last entry of the ledger when the export began, exported or not. */
    head: z.strictObject({ sequence: z.int().nonnegative(), hash }),
    /** The last entry that was exported. */
    last: z.strictObject({ sequence: z.int().positive(), hash }).optional(),
  }),
});

export type Opening = z.infer<typeof openingSchema>;
export type Closing = z.infer<typeof closingSchema>;

export type CheckpointLine = z.infer<typeof checkpointLineSchema>;

export const exportLine = (line: Opening | Closing | CheckpointLine | LedgerEntry): string => `${canonical(line)}\n`;
