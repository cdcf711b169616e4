import type { AccessType } from '../../grants/access-types.ts';
import { type JsonPointer, valueAt } from './json-pointer.ts';

/** Where a portal's answer says what is open. */
export interface StatusFields {
  /** A boolean, or words, each of which is known to mean open or closed. */
  readonly open: {
    readonly at: JsonPointer;
    readonly words?: { readonly open: readonly string[]; readonly closed: readonly string[] };
  };
  readonly until?: JsonPointer;
  readonly type?: JsonPointer;
}

export type Status =
  | { readonly state: 'open'; readonly type?: string; readonly until?: Date }
  | { readonly state: 'closed' }
  /** `problem` is for operators. */
  | { readonly state: 'not-understood'; readonly problem: string };

/** Reads an answer. What is not certain is not understood: it never passes for closed. */
export function readStatus(answer: unknown, fields: StatusFields, types: readonly AccessType[]): Status {
  const open = isOpen(valueAt(answer, fields.open.at), fields.open.words);
  if (open === undefined) return notUnderstood('whether it is open');
  if (!open) return { state: 'closed' };
  const found = fields.until && valueAt(answer, fields.until);
  const until = parseInstant(found);
  if (found != null && until === undefined) return notUnderstood('until when it is open');
  if (fields.type === undefined) return { state: 'open', until };
  const type = valueAt(answer, fields.type);
  const known = types.find(({ id }) => id === type);
  return known === undefined ? notUnderstood('what is open') : { state: 'open', type: known.id, until };
}

const notUnderstood = (what: string): Status => ({
  state: 'not-understood',
  problem: `The field that says ${what} is not there, or holds something else`,
});

function isOpen(value: unknown, words: StatusFields['open']['words']): boolean | undefined {
  if (words === undefined) return typeof value === 'boolean' ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (words.open.includes(value)) return true;
  return words.closed.includes(value) ? false : undefined;
}

/** Above it are milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973. */
const mostSeconds = 100_000_000_000;
const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** ISO 8601 with an offset, or seconds or milliseconds since 1970, as a number or in digits. */
export function parseInstant(value: unknown): Date | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const ms =
    typeof number === 'number'
      ? number * (number < mostSeconds ? 1_000 : 1)
      : typeof number === 'string' && isoInstant.test(number)
        ? Date.parse(number)
        : Number.NaN;
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) || ms < 0 ? undefined : at;
}
