import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfigFile, loadSettings } from '../src/load-config-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string, name = 'portcullis.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const environment = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  SIGNING: '0123456789abcdef0123456789abcdef',
  DATABASE: 'mongodb://keeper:p%40ssword1@db.example.net',
  ACME_ATLAS: 'mdb_sa_sk_everyday-of-acme',
};

const acme = `
  - key: acme
    name: Acme
    channel: C0ACME0001
    atlas:
      organizationId: 000000000000000000000001
      clientId: mdb_sa_id_0123456789abcdef01234567
      clientSecret: { env: ACME_ATLAS }`;

const globex = `
  - key: globex
    channel: C0GLOBEX01
    mode: observe
    deciders: project-roles
    owners: [U0123456789, W0123456789]
    ownApprovalCounts: no
    database: gates_of_globex
    atlas:
      organizationId: 000000000000000000000002
      clientId: mdb_sa_id_89abcdef0123456789abcdef
      clientSecret: { file: ${folder}/globex-secret }
      block:
        clientId: mdb_sa_id_block
        clientSecret: { command: [/bin/echo, mdb_sa_sk_block-of-globex] }
    ledger:
      signer: { command: [/usr/local/bin/sign, --key, globex], publicKeyFile: /etc/globex.pub }
      webhook: { url: { env: HOOK }, secret: { env: HOOK_SECRET }, allowPrivate: [siem.internal, siem2.internal] }
      stdout: true`;

const shared = `slack:
  botToken: { env: SLACK_BOT_TOKEN }
  signingSecret: { env: SIGNING }
http: { port: 8080, healthPort: 8081 }
mongodb:
  uri: { env: DATABASE }
sweepSchedule: '*/5 * * * * *'
logLevel: warn
organizations:`;

const hook = { HOOK: 'https://siem.example.com/hooks', HOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

async function problemsOf(text: string, given: Record<string, string> = environment): Promise<readonly string[]> {
  const loaded = await loadConfigFile(written(text), given);
  return loaded.ok ? [] : loaded.problems;
}

describe('a configuration file', () => {
  it('makes several organizations by the same settings, each with its own records', async () => {
    writeFileSync(join(folder, 'globex-secret'), 'mdb_sa_sk_everyday-of-globex\n');
    const loaded = await loadConfigFile(written(shared + acme + globex), { ...environment, ...hook });
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
    const { organizations, ...rest } = loaded.config;
    expect(rest).toEqual({
      slack: { botToken: 'xoxb-1-2-abc', signingSecret: environment.SIGNING, apiUrl: 'https://slack.com/api/' },
      http: { port: 8080, healthPort: 8081 },
      mongodb: { uri: environment.DATABASE, database: 'portcullis' },
      sweepSchedule: '*/5 * * * * *',
      logLevel: 'warn',
    });
    expect(organizations).toEqual([
      {
        key: 'acme',
        name: 'Acme',
        database: 'portcullis_acme',
        channelId: 'C0ACME0001',
        mode: 'manage',
        policy: { deciders: 'org-owners', owners: [], ownApprovalCounts: true },
        // An id of digits alone is text.
        provider: {
          kind: 'atlas',
          baseUrl: 'https://cloud.mongodb.com',
          organizationId: '000000000000000000000001',
          clientId: 'mdb_sa_id_0123456789abcdef01234567',
          clientSecret: { kind: 'environment', name: 'ACME_ATLAS' },
        },
        ledger: { inLog: false },
      },
      {
        key: 'globex',
        name: 'globex',
        database: 'gates_of_globex',
        channelId: 'C0GLOBEX01',
        mode: 'observe',
        policy: { deciders: 'project-roles', owners: ['U0123456789', 'W0123456789'], ownApprovalCounts: false },
        provider: {
          kind: 'atlas',
          baseUrl: 'https://cloud.mongodb.com',
          organizationId: '000000000000000000000002',
          clientId: 'mdb_sa_id_89abcdef0123456789abcdef',
          clientSecret: { kind: 'file', path: `${folder}/globex-secret` },
          block: {
            clientId: 'mdb_sa_id_block',
            clientSecret: { kind: 'command', command: ['/bin/echo', 'mdb_sa_sk_block-of-globex'] },
          },
        },
        ledger: {
          inLog: true,
          signer: expect.objectContaining({ command: ['/usr/local/bin/sign', '--key', 'globex'] }),
          webhook: {
            url: 'https://siem.example.com/hooks',
            secret: hook.HOOK_SECRET,
            privateHosts: ['siem.internal', 'siem2.internal'],
          },
        },
      },
    ]);
    expect(loaded.secrets).toEqual(
      expect.arrayContaining([
        'xoxb-1-2-abc',
        'p@ssword1',
        'mdb_sa_sk_everyday-of-acme',
        'mdb_sa_sk_everyday-of-globex',
        'mdb_sa_sk_block-of-globex',
      ]),
    );
  });

  it('is what counts where the environment names it', async () => {
    const loaded = await loadSettings({
      ...environment,
      LOG_LEVEL: 'trace',
      PORTCULLIS_CONFIG: written(shared + acme),
    });
    expect(loaded).toMatchObject({ ok: true, config: { logLevel: 'warn', organizations: [{ key: 'acme' }] } });
  });

  it('tells all problems at once, each with its line, and repeats no secret', async () => {
    const text = `slack:
  botToken: xoxb-1-2-leaked
  signingSecret: { env: NOWHERE }
  colour: blue
mongodb:
  uri: { env: DATABASE }
organizations:
  - key: Acme Corp
    channel: C0ACME0001
    atlas:
      organisationId: 000000000000000000000001
      clientId: mdb_sa_id_1
      clientSecret: { env: ACME_ATLAS }
  - key: status
    channel: '#support'
    atlas: { organizationId: 000000000000000000000001, clientId: mdb_sa_id_1, clientSecret: { file: relative } }
`;
    const problems = await problemsOf(text);
    expect(problems).toEqual([
      'portcullis.yaml:4: slack.colour is not a setting',
      'portcullis.yaml:11: organizations[0].atlas.organisationId is not a setting: is it organizationId?',
      'portcullis.yaml:8: organizations[0].key is not a key. It must be a short name, up to 31 lower-case letters, digits and -, for example: acme',
      'portcullis.yaml:2: slack.botToken does not say where the secret is: by `{env: NAME}`, `{file: /path}` or `{command: [/program, …]}`',
      'portcullis.yaml:3: slack.signingSecret names an environment variable that is not set',
      'portcullis.yaml:11: organizations[0].atlas.organizationId is not set. It must be 24 lower-case hexadecimal digits, for example: 0123456789abcdef01234567',
      'portcullis.yaml:14: organizations[1].key is a command: whoever types it means that',
      'portcullis.yaml:16: organizations[1].atlas.clientSecret does not say where the secret is: by `{env: NAME}`, `{file: /path}` or `{command: [/program, …]}`',
      'portcullis.yaml:15: organizations[1].channel is not the id of a channel. It must be the id of a channel (not its name), which ends its link in Slack, for example: C0123456789',
    ]);
    expect(problems.join()).not.toContain('leaked');
  });

  it('gives no two organizations the same key, name, database or organization at the vendor', async () => {
    const same = acme
      .replace('key: acme', 'key: other')
      .replace('name: Acme', 'name: acme\n    database: portcullis_acme');
    expect(await problemsOf(shared + acme + same)).toEqual([
      'portcullis.yaml:17: organizations[1] has the name of another one: each needs its own',
      'portcullis.yaml:17: organizations[1] has the database of another one: each needs its own',
      'portcullis.yaml:17: organizations[1] has the organization at the vendor of another one: each needs its own',
    ]);
  });

  it('tells what stands where a map belongs, and follows what stands elsewhere', async () => {
    const flat = `${acme}\n    ledger: { signer: /bin/sign, webhook: https://siem.example.com }`;
    expect(await problemsOf(shared.replace('http: { port: 8080, healthPort: 8081 }', 'http: 8080') + flat)).toEqual([
      'portcullis.yaml:4: http is not a map of settings: port, healthPort, decisionPort',
      'portcullis.yaml:17: organizations[0].ledger.signer is not a map of settings: command, publicKeyFile, keyFile',
      'portcullis.yaml:17: organizations[0].ledger.webhook is not a map of settings: url, secret, allowPrivate',
    ]);
    const aliased = `${acme}\n    ledger: &common { stdout: true }${globex.split('\n    ledger:')[0]}\n    ledger: *common`;
    writeFileSync(join(folder, 'globex-secret'), 'mdb_sa_sk_everyday-of-globex\n');
    const loaded = await loadConfigFile(written(shared + aliased), environment);
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
    expect(loaded.config.organizations.map(({ ledger }) => ledger.inLog)).toEqual([true, true]);
  });

  it('gives a program that signs none of the secrets that it refers to', async () => {
    const signed = `${acme}\n    ledger: { signer: { command: /bin/sign, publicKeyFile: /etc/ledger.pub } }`;
    const loaded = await loadConfigFile(written(shared + signed), { ...environment, HOME: '/home/signer' });
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
    expect(loaded.config.organizations[0].ledger.signer).toMatchObject({ environment: { HOME: '/home/signer' } });
    expect(JSON.stringify(loaded.config.organizations[0].ledger.signer)).not.toMatch(/xoxb|mdb_sa_sk|p%40ssword/);
  });

  it('refuses what is no such file', async () => {
    expect(await problemsOf('')).toEqual(['portcullis.yaml:1: it is not a file of settings']);
    expect(await problemsOf('slack: {')).toEqual([expect.stringContaining('is not YAML')]);
    expect(await problemsOf('slack: {}')).toEqual(['portcullis.yaml:1: organizations is not a list of organizations']);
    expect(await loadConfigFile(join(folder, 'none.yaml'), {})).toEqual({
      ok: false,
      problems: [`The configuration file ${folder}/none.yaml cannot be read (ENOENT)`],
    });
    const both = `${acme}\n    portal: { vendor: Wardline, supportStaff: Wardline support, url: https://x.example, pull: true, targets: [{ id: a, name: a }] }`;
    expect(await problemsOf(shared + both)).toEqual([
      'portcullis.yaml:10: organizations[0].owners is not set: nobody could decide, as a portal names nobody. It must be Slack user ids, for example: [U0123456789, W0123456789]',
      'portcullis.yaml:14: organizations[0].atlas stands beside `portal`: an organization has one of the two',
    ]);
  });

  it('never throws, whatever is in it', async () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant({ env: 'ACME_ATLAS' }),
    );
    const some = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('map')),
      map: fc.dictionary(
        fc.constantFrom(
          'slack',
          'botToken',
          'organizations',
          'key',
          'atlas',
          'portal',
          'targets',
          'ledger',
          'webhook',
          'x',
        ),
        tie('value'),
        { maxKeys: 4 },
      ),
    }));
    await fc.assert(
      fc.asyncProperty(some.value, async (value) => {
        const loaded = await loadConfigFile(written(stringify(value), 'any.yaml'), environment);
        expect(loaded.ok ? [] : loaded.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });
});
