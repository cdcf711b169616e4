import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { type PublishedSignature, publishedSignature } from '../ledger/checkpoint.ts';
import { headWords, type LedgerHead } from '../ledger/entry.ts';
import { type ExportProblem, type VerifyOptions, verifyExport } from '../ledger/verify-export.ts';
import type { StoredVerdict } from '../ledger/verify-stored.ts';
import type { OperationContext } from '../operations/context.ts';
import { exportLedger, type LedgerFormat } from '../operations/export-ledger.ts';
import { verifyLedger } from '../operations/verify-ledger.ts';
import { publicKeyIn } from '../signing/key-files.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, instantOf, parsed } from './command.ts';

export const ledgerCommands: readonly Command[] = [
  {
    name: 'ledger verify',
    takes: '[FILE] [--head NUMBER:HASH]… [--public-key FILE]… [--signed SIGNED]…',
    does: 'checks the ledger in MongoDB, or an export without any connection, and names the first entry that does not fit',
    more: `
  --head NUMBER:HASH   what Portcullis published of this entry, for example in the thread of a grant; may be given often
  --signed SIGNED      what Portcullis published of a signature, as it stands in the channel; takes a public key
  --public-key FILE    whose signatures it has to bear: an Ed25519 key as PEM; several where the key was changed. To get it
                       from the private one: openssl pkey -in KEY -pubout
`,
    run: verify,
  },
  {
    name: 'ledger export',
    takes: '[--format jsonl|csv] [--from DAY] [--to DAY] [--cluster NAME] [--out FILE]',
    does: 'writes the ledger, or a part of it, to standard output or into a new file',
    more: `
  --format jsonl       one entry a line, which \`ledger verify\` reads (the default)
  --format csv         for spreadsheets; it cannot be verified
  --from DAY --to DAY  from the start of the first day up to the start of the second; days in UTC, or instants like 2026-03-01T09:00Z
  --cluster NAME       entries of one cluster; PROJECT/NAME where several have the name
  --out FILE           a file that does not exist yet
`,
    run: write,
  },
];

const problems: Record<ExportProblem, string> = {
  'wrong-hash': 'it is not what was written',
  'broken-chain': 'it does not follow the entry before it, so one of the two is not what was written',
  gap: 'entries are missing before it',
  'out-of-order': 'it stands behind an entry that comes after it, or stands there twice',
  'other-organization': 'it belongs to another organization',
  'not-as-published': 'it is not the entry whose hash was published',
  unreadable: 'it cannot be read: no line of JSON in UTF-8, or cut off',
  'no-entry': 'it is no entry of a ledger',
  'not-canonical': 'it is not written as Portcullis writes it',
  'not-as-signed': 'it is not the entry that was signed, or that one is missing',
  'wrong-signature': 'what was signed of it does not bear a signature by the public key',
  'cut-short': 'the end of the export is missing',
  'closing-does-not-fit': 'it does not fit the lines before it: the export was changed or cut',
  'after-the-end': 'it stands after the end of the export',
};

const several = { type: 'string', multiple: true } as const;

async function verify(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values, positionals } = parsed(words, { head: several, 'public-key': several, signed: several }, 1);
  const signatures = (values.signed ?? []).map(signatureFrom);
  if (signatures.length > 0 && values['public-key'] === undefined) {
    throw new CommandError(2, '--signed takes the public key to check it by: --public-key FILE');
  }
  // An entry that was signed has to be there, whatever its hash.
  const awaited = signatures.map(({ sequence }): [number, string] => [sequence, '']);
  const published = new Map([...awaited, ...oneOfEach((values.head ?? []).map(publishedHead))]);
  const keys = await Promise.all((values['public-key'] ?? []).map(publicKey));
  const [file] = positionals;
  if (file !== undefined) return verifyFile(file, { published, keys, signatures }, io);
  const { context } = await io.connect();
  const verdict = await verifyLedger(context, { published, keys, signatures });
  if (!verdict.ok) throw new CommandError(1, notIntact(verdict));
  const [missing] = verdict.notSeen;
  if (missing !== undefined) {
    // Where a published entry is missing, the end of the ledger was cut off.
    throw new CommandError(1, `The ledger is not intact: entry ${missing}, whose hash was published, is missing.`);
  }
  await io.write(intact(verdict.entries, verdict.head));
  return tellSigned(verdict, keys, io);
}

async function verifyFile(file: string, options: VerifyOptions, io: CommandIo): Promise<ExitCode> {
  const verdict = await verifyExport(createReadStream(file), options).catch((error: unknown) => {
    throw new CommandError(1, `${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  if (!verdict.ok) {
    const entry = verdict.sequence === undefined ? '' : `, entry ${verdict.sequence}`;
    throw new CommandError(1, `The export is not intact: line ${verdict.line}${entry}: ${problems[verdict.problem]}.`);
  }
  const { entries, closing, complete, notSeen } = verdict;
  if (complete) await io.write(intact(entries, closing.head));
  else {
    const part = `Each of the ${entries} entries is as it was written, and fits its neighbours.`;
    await io.write(`${part} The export leaves others out, so that it cannot show that none is missing.\n`);
  }
  for (const sequence of notSeen) {
    const where = sequence > closing.head.sequence ? 'is later than this export' : 'was left out of this export';
    await io.write(`Entry ${sequence} ${where}, and was not compared.\n`);
  }
  return tellSigned(verdict, options.keys ?? [], io);
}

/** Two hashes of one entry would have to be compared both, and cannot both be right: nothing is said to be intact then. */
function oneOfEach(heads: readonly (readonly [sequence: number, hash: string])[]): Map<number, string> {
  const longest = new Map<number, string>();
  for (const [sequence, hash] of heads) {
    const other = longest.get(sequence) ?? '';
    if (!hash.startsWith(other) && !other.startsWith(hash)) {
      throw new CommandError(
        1,
        `Entry ${sequence} was published with two hashes: ${other} and ${hash}. One of them is not of this ledger, or it was made anew.`,
      );
    }
    longest.set(sequence, hash.length > other.length ? hash : other);
  }
  return longest;
}

export const nothingSigned = 'Nothing in it is signed, so that the public key says nothing about it.';

/** Whoever names a key expects a signature. */
async function tellSigned(
  { signedUpTo }: { readonly signedUpTo: number },
  keys: readonly KeyObject[],
  io: CommandIo,
): Promise<ExitCode> {
  if (signedUpTo === 0) {
    if (keys.length === 0) return 0;
    throw new CommandError(1, nothingSigned);
  }
  const unchecked = 'the signatures were not checked: that takes --public-key FILE';
  const how = keys.length === 0 ? unchecked : 'each signature is by a public key that was given';
  await io.write(`Signed up to entry ${signedUpTo}; ${how}.\n`);
  return 0;
}

export async function publicKey(path: string): Promise<KeyObject> {
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError(1, `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  const key = publicKeyIn(pem);
  if (key === undefined) throw new CommandError(1, `${path} holds no Ed25519 public key as PEM.`);
  return key;
}

/** The sentence that names the first entry that does not fit. */
export function notIntact({ sequence, place, problem }: Extract<StoredVerdict, { ok: false }>): string {
  const entry = sequence === undefined ? `the entry at place ${place}` : `entry ${sequence}`;
  return `The ledger is not intact: ${entry}: ${problems[problem]}.`;
}

function intact(entries: number, head: LedgerHead): string {
  if (entries === 0) return 'The ledger is empty.\n';
  return `The ledger is intact: ${entries} entries, each as it was written, none missing between them. Head ${headWords(head)}\n`;
}

function signatureFrom(typed: string): PublishedSignature {
  const read = publishedSignature(typed);
  if (read !== undefined) return read;
  throw new CommandError(
    2,
    `--signed takes what stands in the channel, like 120,2026-03-02T09:00:00.000Z,AbC…==, not ${typed}`,
  );
}

function publishedHead(typed: string): [number, string] {
  const [, sequence, hash] = /^(\d+):([0-9a-f]{16,64})$/.exec(typed) ?? [];
  if (sequence === undefined || hash === undefined) {
    throw new CommandError(2, `--head takes a number and at least 16 digits of a hash, like 120:5f0c…, not ${typed}`);
  }
  return [Number(sequence), hash];
}

async function write(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parsed(words, {
    format: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    cluster: { type: 'string' },
    out: { type: 'string' },
  });
  const format = formatOf(values.format ?? 'jsonl');
  const from = values.from === undefined ? undefined : instantOf('--from', values.from);
  const to = values.to === undefined ? undefined : instantOf('--to', values.to);
  if (from !== undefined && to !== undefined && from >= to) throw new CommandError(2, '--from has to lie before --to.');
  const { context } = await io.connect();
  const target = values.cluster === undefined ? undefined : await targetOf(context, values.cluster);
  const lines = exportLedger(context, { format, from, to, target });
  if (values.out === undefined) for await (const line of lines) await io.write(line);
  else await intoFile(values.out, lines);
  return 0;
}

function formatOf(typed: string): LedgerFormat {
  if (typed === 'jsonl' || typed === 'csv') return typed;
  throw new CommandError(2, `--format takes jsonl or csv, not ${typed}`);
}

/** Never over a file that is there: it may be the one that was filed. */
export async function intoFile(
  path: string,
  lines: AsyncIterable<string> | Iterable<string | Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx').catch((error: unknown) => {
    throw new CommandError(1, `${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  });
  try {
    for await (const line of lines) await file.writeFile(line);
  } finally {
    await file.close();
  }
}

async function targetOf(
  { grants, organizationId }: Pick<OperationContext, 'grants' | 'organizationId'>,
  typed: string,
): Promise<string> {
  const [name = '', project] = typed.split('/').toReversed();
  const known = await grants.pastTargets(organizationId, name);
  const meant = known.filter((target) => project === undefined || target.projectName === project);
  const [only, ...others] = meant;
  if (only === undefined) throw new CommandError(1, `No record tells of a cluster ${typed}.`);
  if (others.length === 0) return only.id;
  const names = meant.map((target) => `${target.projectName}/${target.name}`).join(', ');
  throw new CommandError(2, `Several clusters have this name: ${names}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
