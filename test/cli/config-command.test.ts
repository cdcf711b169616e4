import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { describeSettings } from '../../src/describe-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function check(words: readonly string[], environment: Record<string, string>) {
  let out = '';
  let complaints = '';
  const code = await runCommand(['config', 'check', ...words], {
    environment,
    connect: () => Promise.reject(new Error('Nothing has to be connected to for that')),
    setUp: () => Promise.reject(new Error('Nothing has to be looked at for that')),
    write: async (text) => {
      out += text;
    },
    complain: (text) => {
      complaints += text;
    },
  });
  return { code, out, complaints };
}

/** The example that is shipped, with its secrets where this test has them. */
function example(): string {
  const text = readFileSync('manifests/organizations.yaml', 'utf8')
    .replace('{ file: /run/secrets/slack-app-token }', '{ env: APP_TOKEN }')
    .replace('{ file: /run/secrets/mongodb-uri }', '{ env: DATABASE }')
    .replace('{ file: /run/secrets/atlas-bank }', '{ env: BANK }')
    .replace('[/usr/local/bin/read-secret, portcullis/shop]', '[/bin/echo, mdb_sa_sk_of-the-shop]');
  const path = join(folder, 'organizations.yaml');
  writeFileSync(path, text);
  return path;
}

const secrets = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  APP_TOKEN: 'xapp-1-A-2-b',
  DATABASE: 'mongodb://keeper:p%40ssword1@db.example.net',
  BANK: 'mdb_sa_sk_of-the-bank',
  SHIELD_TOKEN: 'token-of-shield',
};

it('says what is understood of the example, and prints no secret', async () => {
  const { code, out, complaints } = await check([example()], { ...secrets, LOG_LEVEL: 'debug' });
  expect(complaints).toBe('Set in the environment too, where only the file counts: LOG_LEVEL\n');
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "Slack by Socket Mode, health on port 8080. What belongs to nobody alone is in the database portcullis.

    shop (Acme Shop)
      at        MongoDB Atlas, organization 0123456789abcdef01234567
      channel   C0123456789
      database  portcullis_shop
      mode      manage
      deciders  organization owners and project roles
      ledger    not signed

    bank (Acme Bank)
      at        MongoDB Atlas, organization 89abcdef0123456789abcdef
      channel   C9876543210
      database  portcullis_bank
      mode      observe
      deciders  organization owners
      ledger    not signed

    shield (Shield)
      at        Shield, enforced by push: Production
      channel   C1122334455
      database  portcullis_shield
      mode      manage
      deciders  U0123456789, U9876543210
      ledger    not signed
    "
  `);
  for (const secret of Object.values(secrets)) expect(out).not.toContain(secret);
});

it('reads the file that the environment names, and tells what is wrong with its line', async () => {
  const { BANK: _bank, SHIELD_TOKEN: _shield, ...others } = secrets;
  expect(await check([], { ...others, PORTCULLIS_CONFIG: example() })).toEqual({
    code: 1,
    out: '',
    complaints:
      'organizations.yaml:29: organizations[1].atlas.clientSecret names an environment variable that is not set\n' +
      'organizations.yaml:51: organizations[2].portal.push.auth.bearer names an environment variable that is not set\n',
  });
});

it('reads the environment where there is no file', async () => {
  const examples = describeSettings().filter(({ name }) => name !== 'LEDGER_SIGNER_COMMAND');
  const environment = Object.fromEntries(examples.map(({ name, example: value }) => [name, value]));
  expect(await check([], environment)).toMatchObject({ code: 0, complaints: '' });
  expect(await check([], {})).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('SLACK_BOT_TOKEN is not set'),
  });
});
