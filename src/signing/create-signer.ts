import type { OrganizationConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import { createCommandSigner } from './command-signer.ts';
import { createKeyFileSigner } from './key-file-signer.ts';
import type { Signer } from './signer.ts';

/** Whoever signs the ledger by the settings, if anybody. */
export function createSigner(
  chosen: OrganizationConfig['ledger']['signer'],
  { log, mayWrite }: { readonly log: Logger; readonly mayWrite?: (path: string) => Promise<boolean> },
): Signer | undefined {
  switch (chosen?.kind) {
    case undefined:
      return undefined;
    case 'key-file':
      return createKeyFileSigner(chosen.path, { mayWrite });
    case 'command':
      return createCommandSigner({ ...chosen, log, mayWrite });
  }
}
