import { type PublishedHead, signatureWords } from '../../ledger/checkpoint.ts';
import { headWords } from '../../ledger/entry.ts';
import type { OutgoingMessage } from '../../work/messenger.ts';
import { message, type Piece, paragraph, smallPrint } from './blocks.ts';
import { code, say, type Words } from './words.ts';

const contradicted = say`another entry was signed under this number before, so the ledger was changed. To see where, whoever runs Portcullis types: ${code('npm run portcullis -- ledger verify')}`;

/** Where the bot cannot change it any more without leaving a trace: whoever has it can check the ledger by it. */
export function publishedHead({ head, signed }: PublishedHead): Piece {
  switch (signed.kind) {
    case 'signed':
      return smallPrint(say`Ledger, head ${headWords(head)}, signed`);
    case 'failed':
      return smallPrint(say`Ledger, head ${headWords(head)}, not signed: the signer failed`);
    case 'contradicted':
      return smallPrint(say`Ledger, head ${headWords(head)}, not signed: ${contradicted}`);
    case 'no-signer':
      return smallPrint(say`Ledger, head ${headWords(head)}`);
  }
}

/** The same once a day, for readers who have never heard of a ledger. */
export function ledgerHead(published: PublishedHead): OutgoingMessage {
  const { sequence } = published.head;
  const entries = sequence === 1 ? '1 entry' : `${sequence} entries`;
  return message(
    paragraph(
      say`The record of support access has ${entries}: who asked, who decided, what happened. If one of them is changed or removed from now on, the record no longer fits the number below.`,
    ),
    smallPrint(
      say`To check, whoever runs Portcullis types: ${code(`npm run portcullis -- ledger verify --head ${headWords(published.head)}`)}`,
      signature(published),
    ),
  );
}

function signature({ signed }: PublishedHead): Words | undefined {
  switch (signed.kind) {
    case 'signed':
      return say`It is signed. To check that as well, add ${code('--public-key FILE')} and ${code(`--signed ${signatureWords(signed.checkpoint)}`)}`;
    case 'failed':
      return say`Not signed: the signer failed, which the log of Portcullis tells more about.`;
    case 'contradicted':
      return say`Not signed: ${contradicted}`;
    case 'no-signer':
      return undefined;
  }
}
