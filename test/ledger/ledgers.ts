import fc from 'fast-check';
import { emptyHead, headOf, type LedgerContent, type LedgerEntry, sealed } from '../../src/ledger/entry.ts';
import { exportLine, type Opening } from '../../src/ledger/export-format.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const facts = fc.dictionary(
  fc.constantFrom('state', 'until', 'type', 'approvals'),
  fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.array(text, { maxLength: 3 })),
  { maxKeys: 2, noNullPrototype: true },
);
const named = fc.string({ minLength: 1, maxLength: 12 });

export const contents = (organization: string): fc.Arbitrary<LedgerContent> =>
  fc.record(
    {
      version: fc.constant(1 as const),
      organization: fc.constant(organization),
      at: fc.date({ min: new Date(0), max: new Date(8e12), noInvalidDate: true }).map((at) => at.toISOString()),
      actor: fc.record(
        {
          kind: fc.constantFrom('person', 'portcullis', 'outside', 'operator'),
          slackId: named,
          name: text,
          roles: fc.array(named, { maxLength: 2 }),
        },
        { requiredKeys: ['kind'] },
      ),
      action: named,
      subject: fc.record({ kind: fc.constantFrom('grant', 'organization'), id: named, target: named }),
      before: facts,
      after: facts,
      detail: text,
      source: named,
    },
    { requiredKeys: ['version', 'organization', 'at', 'actor', 'action', 'subject', 'source'] },
  ) as fc.Arbitrary<LedgerContent>;

export function chained(all: readonly LedgerContent[]): LedgerEntry[] {
  let head = emptyHead;
  return all.map((content) => {
    const entry = sealed(content, head);
    head = headOf(entry);
    return entry;
  });
}

type Scope = Opening['export'];

const everything: Scope = { version: 1, organization: 'org' };

/** An export line by line; `all` is what the ledger holds. */
export function exportLines(entries: readonly LedgerEntry[], scope: Scope = everything, all = entries): string[] {
  const last = entries.at(-1);
  const head = all.at(-1);
  const closing = {
    export: scope,
    entries: entries.length,
    checkpoints: 0,
    head: head === undefined ? emptyHead : headOf(head),
    last: last && headOf(last),
  };
  return [{ export: scope }, ...entries, { closing }].map(exportLine);
}

export async function* inChunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
