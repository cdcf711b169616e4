import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, statementOf, withCheckpoints } from '../../src/ledger/checkpoint.ts';
import { canonical, emptyHead, headOf, type LedgerEntry } from '../../src/ledger/entry.ts';
import { exportLine, type Opening } from '../../src/ledger/export-format.ts';
import { exported } from '../../src/ledger/export-ledger.ts';
import { type Verdict, verifyExport } from '../../src/ledger/verify-export.ts';
import { verifyStored } from '../../src/ledger/verify-stored.ts';
import { chained, contents, inChunks } from './ledgers.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const signedAt = new Date('2026-03-02T09:00:00Z');

function signed(entry: LedgerEntry, key = privateKey): Checkpoint {
  const statement = statementOf(entry.organization, headOf(entry), signedAt);
  return { ...statement, signature: sign(null, Buffer.from(canonical(statement)), key).toString('base64') };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const all = chained(fc.sample(contents('org'), { numRuns: 6, seed: 1 }));
const at = (sequence: number): LedgerEntry => all[sequence - 1] ?? expect.fail('no such entry');
const second = signed(at(2));
const fifth = signed(at(5));

async function exportOf(
  entries: readonly LedgerEntry[],
  checkpoints: readonly Checkpoint[],
  filter?: Opening['export']['filter'],
): Promise<string[]> {
  const last = entries.at(-1);
  const lines: string[] = [];
  const placed = withCheckpoints(each(entries), each(checkpoints), { complete: filter === undefined });
  const options = {
    scope: { version: 1 as const, organization: 'org', filter },
    head: last === undefined ? emptyHead : headOf(last),
  };
  for await (const line of exported(placed, options)) lines.push(line);
  return lines;
}

const verified = (lines: readonly string[], keys = [publicKey]): Promise<Verdict> =>
  verifyExport(inChunks(Buffer.from(lines.join(''))), { keys });

describe('an export with signed heads', () => {
  it('has each behind its entry, and is found whole by any key that was used', async () => {
    const lines = await exportOf(all, [second, fifth]);
    expect([3, 7].map((line) => JSON.parse(lines[line] ?? ''))).toEqual([
      { checkpoint: second },
      { checkpoint: fifth },
    ]);
    const whole = { ok: true, complete: true, entries: 6, checkpoints: 2, signedUpTo: 5 };
    expect(await verified(lines)).toMatchObject(whole);
    expect(await verified(lines, [stranger.publicKey, publicKey])).toMatchObject(whole);
    expect(await verified(lines, [])).toMatchObject(whole);
  });

  it('names the first head that the key has not signed', async () => {
    const lines = await exportOf(all, [second, signed(at(5), stranger.privateKey)]);
    expect(await verified(lines)).toEqual({ ok: false, line: 8, sequence: 5, problem: 'wrong-signature' });
    expect(await verified(lines, [])).toMatchObject({ ok: true });
  });

  it('shows that the whole ledger was written anew', async () => {
    const forged = chained(all.map(({ sequence, previous, hash, ...content }) => ({ ...content, action: 'approve' })));
    expect(await verified(await exportOf(forged, [second, fifth]), [])).toEqual({
      ok: false,
      line: 4,
      sequence: 2,
      problem: 'not-as-signed',
    });
  });

  it('shows that the end was cut off in the database', async () => {
    const lines = await exportOf(all.slice(0, 4), [second, fifth]);
    expect(await verified(lines)).toEqual({ ok: false, line: 7, sequence: 5, problem: 'not-as-signed' });
  });

  it('leaves out what was signed of entries that it leaves out', async () => {
    const part = all.filter(({ sequence }) => sequence === 1 || sequence === 5);
    const lines = await exportOf(part, [second, fifth], { target: 'p/c' });
    expect(await verified(lines)).toMatchObject({ ok: true, complete: false, checkpoints: 1, signedUpTo: 5 });
  });

  it('shows a change of the bits that decoding drops', async () => {
    const lines = await exportOf(all, [second, fifth]);
    const next: Readonly<Record<string, string>> = { A: 'B', Q: 'R', g: 'h', w: 'x' };
    const changed = lines.map((line) => line.replace(/(.)==/, (_, last: string) => `${next[last]}==`));
    expect(changed).not.toEqual(lines);
    expect(await verified(changed)).toMatchObject({ ok: false, line: expect.any(Number) });
  });

  it('shows any change of it: a byte, a line less, a line twice, two lines swapped', async () => {
    const lines = await exportOf(all, [second, fifth]);
    const text = lines.join('');
    const number = fc.nat({ max: 1_000_000 });
    const damages = [
      (place: number, other: number) => {
        const bytes = Buffer.from(text);
        const index = place % bytes.length;
        bytes[index] = ((bytes[index] ?? 0) + 1 + (other % 255)) % 256;
        return bytes;
      },
      (place: number) => Buffer.from(lines.toSpliced(place % lines.length, 1).join('')),
      (place: number, other: number) =>
        Buffer.from(lines.toSpliced(place % lines.length, 0, lines[other % lines.length] ?? '').join('')),
      (place: number) => {
        const first = place % (lines.length - 1);
        return Buffer.from(
          lines
            .with(first, lines[first + 1] ?? '')
            .with(first + 1, lines[first] ?? '')
            .join(''),
        );
      },
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...damages), number, number, async (damage, place, other) => {
        const verdict = await verifyExport(inChunks(damage(place, other)), { keys: [publicKey] });
        expect(verdict).toMatchObject({ ok: false, line: expect.any(Number) });
      }),
      { numRuns: 2_000 },
    );
  });
});

it('what is stored is checked in the same way, without a connection to whoever signs', async () => {
  const stored = (entries: readonly LedgerEntry[], checkpoints: readonly Checkpoint[]) =>
    verifyStored(withCheckpoints(each(entries), each(checkpoints), { complete: true }), {
      organization: 'org',
      keys: [publicKey],
    });
  expect(await stored(all, [second, fifth])).toMatchObject({ ok: true, entries: 6, checkpoints: 2, signedUpTo: 5 });
  expect(await stored(all.slice(0, 4), [second, fifth])).toMatchObject({
    ok: false,
    sequence: 5,
    problem: 'not-as-signed',
  });
  const tampered = { ...second, signature: fifth.signature };
  expect(await stored(all, [tampered])).toMatchObject({ ok: false, sequence: 2, problem: 'wrong-signature' });
  const strange = { ...second, more: true };
  expect(await stored(all, [strange])).toMatchObject({ ok: false, problem: 'not-as-signed' });
});

it('an export line holds a signed head in canonical form', () => {
  expect(exportLine({ checkpoint: second })).toBe(`${canonical({ checkpoint: second })}\n`);
});
