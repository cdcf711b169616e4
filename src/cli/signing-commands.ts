import { headWords } from '../ledger/entry.ts';
import { exportLine } from '../ledger/export-format.ts';
import { signHead } from '../operations/sign-head.ts';
import { type Command, CommandError, type CommandIo, type ExitCode, parsed } from './command.ts';

export const signingCommands: readonly Command[] = [
  {
    name: 'ledger sign',
    takes: '',
    does: "has the ledger's head signed now, and shows what was signed",
    more: `
By whoever LEDGER_SIGNER_COMMAND or LEDGER_SIGNER_KEY_FILE names. What is signed stands in each export from then on, and
\`ledger verify --public-key FILE\` checks it.
`,
    run: sign,
  },
];

async function sign(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  parsed(words, {});
  const { context } = await io.connect();
  const outcome = await signHead(context);
  switch (outcome.kind) {
    case 'signed': {
      const { checkpoint } = outcome;
      await io.write(`Signed ${checkpoint.at}: head ${headWords(checkpoint)}\n${exportLine({ checkpoint })}`);
      return 0;
    }
    case 'failed':
      throw new CommandError(1, 'Nothing was signed: the signer failed, and the log on standard error says how.');
    case 'contradicted':
      throw new CommandError(
        1,
        'Nothing was signed: another entry was signed under this number before, so the ledger was changed. To see where: npm run portcullis -- ledger verify',
      );
    case 'no-signer':
      throw new CommandError(
        1,
        'Nothing was signed: nobody is named who signs, by LEDGER_SIGNER_COMMAND or LEDGER_SIGNER_KEY_FILE.',
      );
    case 'empty':
      throw new CommandError(1, 'Nothing was signed: the ledger is empty.');
  }
}
