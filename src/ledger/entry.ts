import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ precision: 3 });
/** Flat, so that people can read it in a table; the names are ours, so that any database can hold them. */
const facts = z.record(
  z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  z.union([z.string(), z.int(), z.boolean(), z.array(z.string())]),
);

/**
 * One entry of an organization's ledger. Its canonical form is RFC 8785 (JSON Canonicalization Scheme) of all its fields
 * except `hash`, in UTF-8; `hash` is the SHA-256 of that, in lower-case hexadecimal digits.
 */
export const entrySchema = z.strictObject({
  version: z.literal(1),
  organization: z.string().min(1),
  /** Counts from 1, without a gap. */
  sequence: z.int().positive(),
  /** When it happened, UTC with milliseconds. Entries stand in the order in which they were written. */
  at: instant,
  actor: z.strictObject({
    kind: z.enum(['person', 'portcullis', 'outside', 'operator']),
    slackId: z.string().optional(),
    name: z.string().optional(),
    /** The id of the account at the provider. */
    account: z.string().optional(),
    /** Held at that moment, as read from the provider. */
    roles: z.array(z.string()).optional(),
    /** How the roles were known. */
    basis: z.string().optional(),
  }),
  /** What was done, refused or found, as the records' history names it. */
  action: z.string().min(1),
  subject: z.strictObject({
    kind: z.enum(['grant', 'organization', 'identity', 'token', 'attempt']),
    id: z.string().min(1),
    /** What a grant opens: `<project id>/<cluster name>` for Atlas. */
    target: z.string().optional(),
  }),
  before: facts.optional(),
  after: facts.optional(),
  /** What the provider answered to a call. */
  answer: z.string().optional(),
  detail: z.string().optional(),
  /** Names the history entry that this was written from: nothing is written twice. */
  source: z.string().min(1),
  /** The hash of the entry before; 64 zeros for the first. */
  previous: sha256,
  hash: sha256,
});

export type LedgerEntry = z.infer<typeof entrySchema>;

/** An entry before it has its place in the chain. */
export type LedgerContent = Omit<LedgerEntry, 'sequence' | 'previous' | 'hash'>;

/** The last entry of a chain, which stands for all before it. */
export interface LedgerHead {
  /** 0 of an empty ledger. */
  readonly sequence: number;
  readonly hash: string;
}

export const emptyHead: LedgerHead = { sequence: 0, hash: '0'.repeat(64) };

/** RFC 8785, which is one line of text. Throws for what JSON cannot hold. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('This value has no canonical form');
  return text;
}

export function hashOf(entry: Omit<LedgerEntry, 'hash'>): string {
  return createHash('sha256').update(canonical(entry), 'utf8').digest('hex');
}

/** Gives an entry its place behind the head. */
export function sealed(content: LedgerContent, head: LedgerHead): LedgerEntry {
  const entry = { ...content, sequence: head.sequence + 1, previous: head.hash };
  return { ...entry, hash: hashOf(entry) };
}

export const headOf = ({ sequence, hash }: LedgerEntry): LedgerHead => ({ sequence, hash });

/** A head as it is published and typed: sequence number, and half of the hash, which is more than anybody can forge. */
export const headWords = ({ sequence, hash }: LedgerHead): string => `${sequence}:${hash.slice(0, 32)}`;
