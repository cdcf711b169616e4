import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, type LedgerEntry, sealed } from '../../src/ledger/entry.ts';
import { exportLine } from '../../src/ledger/export-format.ts';
import { type Verdict, verifyExport } from '../../src/ledger/verify-export.ts';
import { chained, contents, exportLines, inChunks } from './ledgers.ts';

const ledgers = fc.array(contents('org'), { minLength: 1, maxLength: 6 }).map(chained);
const verified = (text: string | Uint8Array, chunk?: number): Promise<Verdict> =>
  verifyExport(inChunks(Buffer.from(text), chunk));

/** Ten entries that differ only in what happened. */
const ten = chained(
  Array.from({ length: 10 }, (_, index) => ({
    version: 1 as const,
    organization: 'org',
    at: '2026-03-02T09:00:00.000Z',
    actor: { kind: 'person' as const, slackId: 'U1', name: 'Olivia Owner', roles: ['ORG_OWNER'] },
    action: 'approved',
    subject: { kind: 'grant' as const, id: `g-${index}`, target: 'p/c' },
    after: { state: 'opening' },
    source: `g-${index}#1`,
  })),
);
const entryAt = (index: number): LedgerEntry => ten[index] ?? expect.fail('no such entry');

it('finds an export whole, however it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(ledgers, fc.integer({ min: 1, max: 300 }), async (entries, chunk) => {
      expect(await verified(exportLines(entries).join(''), chunk)).toMatchObject({
        ok: true,
        complete: true,
        entries: entries.length,
        notSeen: [],
      });
    }),
    { numRuns: 200 },
  );
});

it('finds an empty ledger whole', async () => {
  expect(await verified(exportLines([]).join(''))).toMatchObject({ ok: true, entries: 0, complete: true });
});

type Damage = (lines: readonly string[], at: number, other: number, stranger: LedgerEntry) => Uint8Array;

const damages: Record<string, Damage> = {
  'a changed byte': (lines, at, other) => {
    const bytes = Buffer.from(lines.join(''));
    const place = at % bytes.length;
    bytes[place] = ((bytes[place] ?? 0) + 1 + (other % 255)) % 256;
    return bytes;
  },
  'a removed line': (lines, at) => Buffer.from(lines.toSpliced(at % lines.length, 1).join('')),
  'a line that stands there twice': (lines, at, other) =>
    Buffer.from(lines.toSpliced(at % lines.length, 0, lines[other % lines.length] ?? '').join('')),
  'an inserted entry': (lines, at, _, stranger) =>
    Buffer.from(lines.toSpliced(at % (lines.length + 1), 0, exportLine(stranger)).join('')),
  'two swapped lines': (lines, at, other) => {
    const first = at % lines.length;
    const second = (first + 1 + (other % (lines.length - 1))) % lines.length;
    const swapped = lines.with(first, lines[second] ?? '').with(second, lines[first] ?? '');
    return Buffer.from(swapped.join(''));
  },
  'an end that was cut off': (lines, at) => {
    const bytes = Buffer.from(lines.join(''));
    return bytes.subarray(0, at % bytes.length);
  },
};

describe('in 10,000 random cases', () => {
  it.each(Object.entries(damages))(
    'finds %s, and says where',
    async (_, damage) => {
      const number = fc.nat({ max: 1_000_000 });
      await fc.assert(
        fc.asyncProperty(ledgers, number, number, contents('org'), async (entries, at, other, stranger) => {
          const lines = exportLines(entries);
          const damaged = damage(lines, at, other, sealed(stranger, { sequence: at % 7, hash: 'a'.repeat(64) }));
          fc.pre(Buffer.compare(damaged, Buffer.from(lines.join(''))) !== 0);
          const verdict = await verified(damaged);
          expect(verdict.ok).toBe(false);
          if (verdict.ok) return;
          // Nothing before the line that is named is damaged.
          const found = Buffer.from(damaged).toString('latin1').split('\n');
          const intact = lines.map((line) => Buffer.from(line).toString('latin1').slice(0, -1));
          // The first line says what the others have to fit: where it was changed, it is they that do not.
          const before = found.slice(0, verdict.line - 1).map((line, index) => line === intact[index]);
          expect(before.slice(verdict.line === 2 ? 1 : 0)).not.toContain(false);
        }),
        { numRuns: 1_700, endOnFailure: true },
      );
    },
    120_000,
  );
});

describe('names what is wrong', () => {
  const lines = exportLines(ten);
  const changed = (index: number, change: Partial<LedgerEntry>): LedgerEntry => ({ ...entryAt(index), ...change });
  const rehashed = (entry: LedgerEntry): LedgerEntry => {
    const { hash: _, ...content } = entry;
    return { ...content, hash: hashOf(content) };
  };

  it.each([
    ['an entry that was changed', lines.with(4, exportLine(changed(3, { action: 'denied' }))), 5, 'wrong-hash'],
    [
      'an entry that was changed and hashed again',
      lines.with(4, exportLine(rehashed(changed(3, { action: 'denied' })))),
      6,
      'broken-chain',
    ],
    ['an entry that is missing', lines.toSpliced(4, 1), 5, 'gap'],
    ['the first entry missing', lines.toSpliced(1, 1), 2, 'gap'],
    ['two entries that were swapped', lines.with(4, lines[5] ?? '').with(5, lines[4] ?? ''), 5, 'gap'],
    ['an entry twice', lines.toSpliced(4, 0, lines[4] ?? ''), 6, 'out-of-order'],
    ['the end missing', lines.slice(0, 7), 8, 'cut-short'],
    [
      'an entry of another organization',
      lines.with(4, exportLine(rehashed(changed(3, { organization: 'x' })))),
      5,
      'other-organization',
    ],
    ['a space that was never written', lines.with(4, (lines[4] ?? '').replace('{', '{ ')), 5, 'not-canonical'],
    ['JSON that is no entry', lines.with(4, '{}\n'), 5, 'no-entry'],
    ['the beginning missing', lines.slice(1), 1, 'no-entry'],
    ['the last entry missing', lines.toSpliced(10, 1), 11, 'closing-does-not-fit'],
    ['something after the end', [...lines, lines[1] ?? ''], 13, 'after-the-end'],
    ['a line that is longer than any entry', [`${'x'.repeat(2 ** 21)}\n`], 1, 'unreadable'],
    ['nothing', [], 1, 'cut-short'],
  ])('%s', async (_, damaged, line, problem) => {
    expect(await verified(damaged.join(''))).toMatchObject({ ok: false, line, problem });
  });
});

it('finds a chain that was made anew from a published head', async () => {
  const forged = chained(
    ten.map(({ sequence: _, previous: __, hash: ___, ...content }) => ({ ...content, detail: 'x' })),
  );
  const text = exportLines(forged).join('');
  expect(await verified(text)).toMatchObject({ ok: true });
  const published = new Map([[4, entryAt(3).hash.slice(0, 32)]]);
  expect(await verifyExport(inChunks(Buffer.from(text)), { published })).toMatchObject({
    ok: false,
    line: 5,
    sequence: 4,
    problem: 'not-as-published',
  });
});

it('says which published heads an export does not reach', async () => {
  const published = new Map([[12, 'f'.repeat(32)]]);
  expect(await verifyExport(inChunks(Buffer.from(exportLines(ten).join(''))), { published })).toMatchObject({
    ok: true,
    notSeen: [12],
  });
});

it('checks each entry of an export that left some out, and says that it is not complete', async () => {
  const some = ten.filter((_, index) => index !== 2 && index !== 3);
  const scope = { version: 1 as const, organization: 'org', filter: { target: 'p/c' } };
  expect(await verified(exportLines(some, scope, ten).join(''))).toMatchObject({
    ok: true,
    entries: 8,
    complete: false,
  });
});

it('says that what was signed of an entry that was left out was not compared, be it the head', async () => {
  const scope = { version: 1 as const, organization: 'org', filter: { target: 'p/c' } };
  const signature = { sequence: 10, at: '2026-03-02T09:00:00.000Z', signature: `${'A'.repeat(86)}==` };
  const options = { published: new Map([[10, '']]), signatures: [signature] };
  const lines = exportLines(ten.slice(0, 9), scope, ten).join('');
  expect(await verifyExport(inChunks(Buffer.from(lines)), options)).toMatchObject({ ok: true, notSeen: [10] });
});
