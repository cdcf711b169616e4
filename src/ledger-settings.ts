import { isIP } from 'node:net';
import { z } from 'zod';
import { isTrustworthyAddress, matching, notes, text } from './setting-kinds.ts';
import { hostOf, isPrivateAddress } from './webhook/private-addresses.ts';

export const ledgerRequired = {
  signerPublicKey: '`LEDGER_SIGNER_COMMAND` is set',
  webhookUrl: '`LEDGER_WEBHOOK_SECRET` is set',
  webhookSecret: '`LEDGER_WEBHOOK_URL` is set',
};

/** Who signs the ledger, and where its entries are sent. */
export const ledgerSettings = {
  LEDGER_SIGNER_COMMAND: matching(/^\/\S+(?:\s+\S+)*$/, 'does not begin with the absolute path of a program')
    .transform((line): [string, ...string[]] => {
      const [program = '', ...words] = line.split(/\s+/);
      return [program, ...words];
    })
    .optional()
    .register(notes, {
      description:
        "Program that signs the ledger's head by Ed25519: it gets the text on standard input and answers with the signature in base64 within 5 s. No shell is involved, and none of these settings is in its environment. The bot must not be able to change the program.",
      allowed: 'an absolute path, then arguments, separated by spaces; not together with `LEDGER_SIGNER_KEY_FILE`',
      example: '/usr/local/bin/sign-ledger --key portcullis',
    }),
  LEDGER_SIGNER_PUBLIC_KEY_FILE: matching(/^\/\S.*$/, 'is not an absolute path')
    .optional()
    .register(notes, {
      description:
        'File with the public key by which that program signs: an answer that is not by it is not kept. The bot only reads it.',
      allowed: 'the absolute path of an Ed25519 public key as PEM',
      example: '/etc/portcullis/ledger.pub',
      requiredWhen: ledgerRequired.signerPublicKey,
    }),
  LEDGER_SIGNER_KEY_FILE: matching(/^\/\S.*$/, 'is not an absolute path')
    .optional()
    .register(notes, {
      description:
        "File with the private key that signs the ledger's head. The bot must not be able to change it, and not everybody may read it.",
      allowed: 'the absolute path of an Ed25519 key as PEM (PKCS #8)',
      example: '/run/secrets/ledger-key.pem',
    }),
  LEDGER_WEBHOOK_URL: text()
    .refine((url) => isTrustworthyAddress(url.replace(/\?[^\s#\\]*$/, '')), 'is not an address that may be used')
    .optional()
    .register(notes, {
      description: 'Address to which each entry of the ledger is sent, in order, by Standard Webhooks.',
      allowed: 'an https address without user name; plain http only for this machine',
      example: 'https://siem.example.com/hooks/portcullis',
      secret: true,
      requiredWhen: ledgerRequired.webhookUrl,
    }),
  // Standard Webhooks 1.0: a key of 24 to 64 bytes.
  LEDGER_WEBHOOK_SECRET: matching(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'is not a secret of a webhook')
    .optional()
    .register(notes, {
      description: 'Secret with which what is sent to that address is signed.',
      allowed: '`whsec_`, then 24 to 64 random bytes as base64',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      secret: true,
      requiredWhen: ledgerRequired.webhookSecret,
    }),
  LEDGER_WEBHOOK_ALLOW_PRIVATE: matching(/^[\w.:-]+(?:\s*,\s*[\w.:-]+)*$/, 'is not a list of hosts')
    .transform((list) => list.split(',').map((host) => host.trim().toLowerCase()))
    .default([])
    .register(notes, {
      description: 'Hosts of `LEDGER_WEBHOOK_URL` that may be on this machine or in a private network.',
      allowed: 'names or addresses of hosts, separated by commas',
      example: 'siem.internal',
    }),
  LEDGER_STDOUT: z.stringbool({ error: 'is neither true nor false' }).default(false).register(notes, {
    description:
      'Whether each new entry of the ledger is also written to standard output, as `{"ledger":{…}}` on a line of its own.',
    allowed: '`true` or `false`',
    example: 'true',
  }),
};

/** An address in digits shows by itself where it leads; what a name leads to is looked at with each call. */
export function leadsWhereItMay({
  LEDGER_WEBHOOK_URL: url,
  LEDGER_WEBHOOK_ALLOW_PRIVATE: hosts,
}: {
  readonly LEDGER_WEBHOOK_URL?: unknown;
  readonly LEDGER_WEBHOOK_ALLOW_PRIVATE?: unknown;
}): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return true;
  const host = hostOf(new URL(url));
  const isPrivate = host === 'localhost' || (isIP(host) !== 0 && isPrivateAddress(host));
  return !isPrivate || (Array.isArray(hosts) && hosts.includes(host));
}
