import { type AttestOutcome, attest } from '../operations/attest.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, instantOf, parsed } from './command.ts';
import { intoFile, nothingSigned, notIntact, publicKey } from './ledger-commands.ts';

export const attestCommand: Command = {
  name: 'attest',
  takes: '--from DAY --to DAY [--public-key FILE]… [--out FILE]',
  does: 'writes a page about a period that an auditor can file: every grant and exception, and how to verify it',
  more: `
  --from DAY --to DAY  from the start of the first day up to the start of the second; days in UTC
  --public-key FILE    whose signatures the ledger has to bear: an Ed25519 key as PEM; several where the key was changed.
                       Without one the page says that the signatures were not checked
  --out FILE           a file that does not exist yet; otherwise the page goes to standard output

The page is HTML without anything to load, and prints on A4 and Letter. It is made from the ledger, which is verified while
it is read; of a ledger that is not intact no page is made.

Example: npm run portcullis -- attest --from 2026-01-01 --to 2026-04-01 --out attestation.html
`,
  run,
};

async function run(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { values } = parsed(words, {
    from: { type: 'string' },
    to: { type: 'string' },
    'public-key': { type: 'string', multiple: true },
    out: { type: 'string' },
  });
  if (values.from === undefined || values.to === undefined)
    throw new CommandError(2, 'Which period? --from and --to say.');
  const period = { from: instantOf('--from', values.from), to: instantOf('--to', values.to) };
  if (period.from >= period.to) throw new CommandError(2, '--from has to lie before --to.');
  const keys = await Promise.all((values['public-key'] ?? []).map(publicKey));
  const { context } = await io.connect();
  const page = pageOf(await attest(context, period, keys));
  if (values.out === undefined) await io.write(page);
  else await intoFile(values.out, [page]);
  return 0;
}

function pageOf(outcome: AttestOutcome): string {
  switch (outcome.kind) {
    case 'made':
      return outcome.page;
    case 'not-intact':
      throw new CommandError(1, `${notIntact(outcome.verdict)} No page was made.`);
    case 'nothing-signed':
      throw new CommandError(1, `${nothingSigned} No page was made.`);
  }
}
