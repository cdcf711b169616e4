import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { AtlasConfig, Config } from '../src/config.ts';
import { describeSettings, settingsTable } from '../src/describe-settings.ts';
import { loadConfig } from '../src/load-config.ts';
import { type SettingName, secretFileName } from '../src/settings.ts';

const complete = {
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
  SLACK_CHANNEL_ID: 'C0123456789',
  MONGODB_URI: 'mongodb://keeper:p%40ssword1@db.example.net/?tls=true',
  ATLAS_CLIENT_ID: 'mdb_sa_id_0123456789abcdef01234567',
  ATLAS_CLIENT_SECRET: 'mdb_sa_sk_everyday',
  ATLAS_ORG_ID: '0123456789abcdef01234567',
};

function configFrom(changes: Record<string, string | undefined>) {
  const result = loadConfig({ ...complete, ...changes });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.config;
}

const onlyOrganizationFrom = (changes: Record<string, string | undefined>) => configFrom(changes).organizations[0];

function atlasIn({ organizations: [{ provider }] }: Config): AtlasConfig {
  if (provider.kind !== 'atlas') throw new Error(`The environment made a ${provider.kind}`);
  return provider;
}

function problemsFrom(changes: Record<string, string | undefined>): readonly string[] {
  const result = loadConfig({ ...complete, ...changes });
  return result.ok ? [] : result.problems;
}

const exampleOf = (name: string) => describeSettings().find((setting) => setting.name === name)?.example;

describe('loadConfig', () => {
  it('takes a minimal environment and fills in the defaults', () => {
    expect(configFrom({})).toEqual({
      slack: {
        botToken: 'xoxb-1-2-abc',
        signingSecret: '0123456789abcdef0123456789abcdef',
        apiUrl: 'https://slack.com/api/',
      },
      http: { port: 3000 },
      mongodb: { uri: complete.MONGODB_URI, database: 'portcullis' },
      sweepSchedule: '*/10 * * * * *',
      logLevel: 'info',
      organizations: [
        {
          key: 'default',
          name: complete.ATLAS_ORG_ID,
          database: 'portcullis',
          channelId: 'C0123456789',
          mode: 'manage',
          policy: { deciders: 'org-owners', owners: [], ownApprovalCounts: true },
          provider: {
            kind: 'atlas',
            baseUrl: 'https://cloud.mongodb.com',
            organizationId: complete.ATLAS_ORG_ID,
            clientId: complete.ATLAS_CLIENT_ID,
            clientSecret: { kind: 'value', value: complete.ATLAS_CLIENT_SECRET },
          },
          ledger: { inLog: false },
        },
      ],
    });
  });

  it('takes every setting', () => {
    const config = configFrom({
      SLACK_APP_TOKEN: 'xapp-1-A-2-b',
      SLACK_SIGNING_SECRET: undefined,
      SLACK_API_URL: 'http://127.0.0.1:4010/api',
      PORT: '8080',
      HEALTH_PORT: '8081',
      HEARTBEAT_URL: 'https://beat.example.net/ping/0123?token=4567',
      MONGODB_DATABASE: 'gate-1',
      ATLAS_BASE_URL: 'http://[::1]:4020/',
      ATLAS_BLOCK_CLIENT_ID: 'mdb_sa_id_block',
      ATLAS_BLOCK_CLIENT_SECRET: 'mdb_sa_sk_block',
      MODE: 'observe',
      DECIDERS: 'project-roles',
      PORTCULLIS_OWNERS: 'U0123456789, W0123456789',
      OWN_APPROVAL_COUNTS: 'no',
      SWEEP_SCHEDULE: '*/5 * * * *',
      LOG_LEVEL: 'debug',
    });
    const [organization] = config.organizations;
    expect(organization.mode).toBe('observe');
    expect(config.slack).toMatchObject({ appToken: 'xapp-1-A-2-b', apiUrl: 'http://127.0.0.1:4010/api/' });
    expect(config.slack.signingSecret).toBeUndefined();
    expect(config.http).toEqual({ port: 8080, healthPort: 8081 });
    expect(config.heartbeatUrl).toBe('https://beat.example.net/ping/0123?token=4567');
    expect(config.mongodb.database).toBe('gate-1');
    expect(organization.database).toBe('gate-1');
    expect(atlasIn(config).baseUrl).toBe('http://[::1]:4020');
    expect(atlasIn(config).block).toEqual({
      clientId: 'mdb_sa_id_block',
      clientSecret: { kind: 'value', value: 'mdb_sa_sk_block' },
    });
    expect(organization.policy).toEqual({
      deciders: 'project-roles',
      owners: ['U0123456789', 'W0123456789'],
      ownApprovalCounts: false,
    });
    expect(config.sweepSchedule).toBe('*/5 * * * *');
    expect(config.logLevel).toBe('debug');
  });

  it('counts an empty value as not set and drops space around values', () => {
    const config = configFrom({ SLACK_APP_TOKEN: '', PORT: '  ', MONGODB_DATABASE: '', ATLAS_BLOCK_CLIENT_ID: '' });
    expect(config.slack.appToken).toBeUndefined();
    expect(config.http.port).toBe(3000);
    expect(atlasIn(config).block).toBeUndefined();
    const spaced = configFrom({ ATLAS_ORG_ID: ' 0123456789abcdef01234567\r\n' });
    expect(atlasIn(spaced).organizationId).toBe('0123456789abcdef01234567');
  });

  it('tells all problems at once, in the order of the settings', () => {
    const result = loadConfig({
      SLACK_APP_TOKEN: 'xoxb-wrong',
      PORT: '70000',
      ATLAS_BLOCK_CLIENT_SECRET: 'sk-block-1',
    });
    expect(result.ok ? [] : result.problems.map((problem) => problem.split(' ')[0])).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'SLACK_CHANNEL_ID',
      'PORT',
      'MONGODB_URI',
      'ATLAS_CLIENT_ID',
      'ATLAS_CLIENT_SECRET',
      'ATLAS_ORG_ID',
      'ATLAS_BLOCK_CLIENT_ID',
    ]);
  });

  it('says what is wrong, what is allowed and an example', () => {
    expect(problemsFrom({ ATLAS_ORG_ID: 'ABC', SLACK_CHANNEL_ID: undefined })).toEqual([
      'SLACK_CHANNEL_ID is not set. It must be the id of a channel (not its name), which ends its link in Slack, for example: C0123456789',
      'ATLAS_ORG_ID is not an organization id. It must be 24 lower-case hexadecimal digits, for example: 0123456789abcdef01234567',
    ]);
  });

  it('wants the signing secret when there is no app token', () => {
    expect(problemsFrom({ SLACK_SIGNING_SECRET: '' })).toEqual([
      expect.stringMatching(/^SLACK_SIGNING_SECRET is not set, which it must be when SLACK_APP_TOKEN is not set\./),
    ]);
    expect(problemsFrom({ SLACK_SIGNING_SECRET: '', SLACK_APP_TOKEN: 'xapp-1-A-2-b' })).toEqual([]);
  });

  it('takes both halves of the block account or neither', () => {
    expect(problemsFrom({ ATLAS_BLOCK_CLIENT_ID: 'mdb_sa_id_block' })).toEqual([
      expect.stringMatching(
        /^ATLAS_BLOCK_CLIENT_SECRET is not set, which it must be when ATLAS_BLOCK_CLIENT_ID is set/,
      ),
    ]);
    expect(problemsFrom({ ATLAS_BLOCK_CLIENT_SECRET: 'mdb_sa_sk_block' })).toEqual([
      expect.stringMatching(
        /^ATLAS_BLOCK_CLIENT_ID is not set, which it must be when ATLAS_BLOCK_CLIENT_SECRET is set/,
      ),
    ]);
  });

  it.each([
    'https://slack.example.com/api',
    'http://localhost:4010',
    'http://127.0.0.1:4010/',
    'http://127.8.9.10',
    'http://[::1]:4010',
  ])('accepts the address %s', (url) => {
    expect(problemsFrom({ SLACK_API_URL: url, ATLAS_BASE_URL: url })).toEqual([]);
  });

  it.each([
    'http://slack.com/api/',
    'http://127.0.0.1.example.com',
    'http://127.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://user:password@localhost',
    'https://user:password@slack.com',
    'https://slack.com/api/?a=b',
    'ftp://localhost',
    'slack.com',
    'javascript:alert(1)',
  ])('refuses the address %s', (url) => {
    expect(problemsFrom({ SLACK_API_URL: url, ATLAS_BASE_URL: url })).toHaveLength(2);
  });

  it.each([
    ['SLACK_BOT_TOKEN', 'xoxp-1-2-abc'],
    ['SLACK_APP_TOKEN', 'xoxb-1-2-abc'],
    ['SLACK_SIGNING_SECRET', 'short'],
    ['SLACK_CHANNEL_ID', '#support-access'],
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['PORT', '65536'],
    ['MONGODB_URI', 'postgres://db.example.net'],
    ['MONGODB_URI', 'mongodb://'],
    ['MONGODB_DATABASE', 'a/b'],
    ['MONGODB_DATABASE', 'a'.repeat(64)],
    ['ATLAS_CLIENT_ID', 'mdb_sa_sk_everyday'],
    ['ATLAS_CLIENT_SECRET', 'mdb_sa_id_everyday'],
    ['ATLAS_ORG_ID', '0123456789ABCDEF01234567'],
    ['MODE', 'watch'],
    ['DECIDERS', 'everybody'],
    ['PORTCULLIS_OWNERS', 'U0123456789;U0123456780'],
    ['PORTCULLIS_OWNERS', '@ada'],
    ['OWN_APPROVAL_COUNTS', 'maybe'],
    ['SWEEP_SCHEDULE', 'every ten seconds'],
    ['SWEEP_SCHEDULE', '99 * * * * *'],
    ['LOG_LEVEL', 'verbose'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsFrom({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} is `))]);
  });

  it.each([
    'http://beat.example.net/ping',
    'https://user:password@beat.example.net/ping',
    'https://beat.example.net/ping?a=b#c',
    'beat.example.net',
  ])('takes no heartbeat address that may not be called: %s', (url) => {
    expect(problemsFrom({ HEARTBEAT_URL: url })).toHaveLength(1);
  });

  it('never repeats a value, since a secret may stand in the wrong place', () => {
    const names = describeSettings().map((setting) => setting.name);
    const words = problemsFrom(Object.fromEntries(names.map((name) => [name, '']))).join('\n');
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.stringMatching(/^[a-z]{8} [a-z]{8}$/), (name, value) => {
        fc.pre(!words.includes(value));
        expect(problemsFrom({ [name]: value }).join('\n')).not.toContain(value);
      }),
    );
  });

  it('hands out what must never be logged, the password in the connection string included', () => {
    const result = loadConfig({
      ...complete,
      ATLAS_BLOCK_CLIENT_ID: 'mdb_sa_id_block',
      ATLAS_BLOCK_CLIENT_SECRET: 'mdb_sa_sk_block',
    });
    expect(result.ok && result.secrets).toEqual([
      'xoxb-1-2-abc',
      complete.SLACK_SIGNING_SECRET,
      complete.MONGODB_URI,
      'mdb_sa_sk_everyday',
      'mdb_sa_sk_block',
      'p%40ssword1',
      'p@ssword1',
    ]);
  });
});

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (content: string): string => {
    const path = join(folder, String(Math.random()));
    writeFileSync(path, content);
    return path;
  };

  it('is taken for each secret there is, kept out of logs, and read again where it is for Atlas', () => {
    const examples = describeSettings().filter(({ name }) => name !== 'LEDGER_SIGNER_COMMAND');
    const given = examples.map(({ name, example, secret }): [string, string] =>
      secret ? [secretFileName(name), file(`${example}\n`)] : [name, example],
    );
    const env = Object.fromEntries(given);
    const direct = loadConfig(Object.fromEntries(examples.map(({ name, example }) => [name, example])));
    const result = loadConfig(env);
    if (!direct.ok || !result.ok)
      throw new Error([direct, result].flatMap((one) => (one.ok ? [] : one.problems)).join());
    const inFile = (name: SettingName) => ({ kind: 'file', path: env[secretFileName(name)] });
    const [organization] = direct.config.organizations;
    const provider = atlasIn(direct.config);
    expect(result.secrets).toEqual(direct.secrets);
    const inFiles = {
      ...provider,
      clientSecret: inFile('ATLAS_CLIENT_SECRET'),
      block: { ...provider.block, clientSecret: inFile('ATLAS_BLOCK_CLIENT_SECRET') },
    };
    expect(result.config).toEqual({ ...direct.config, organizations: [{ ...organization, provider: inFiles }] });
  });

  it('is refused, with what to do, when it cannot be had; rules between settings take it as set', () => {
    expect(
      problemsFrom({
        SLACK_SIGNING_SECRET: undefined,
        SLACK_APP_TOKEN_FILE: folder,
        MONGODB_URI: undefined,
        MONGODB_URI_FILE: 'mongodb://keeper:p%40ssword1@db.example.net',
        ATLAS_CLIENT_SECRET_FILE: file('mdb_sa_sk_everyday'),
        ATLAS_BLOCK_CLIENT_ID: 'mdb_sa_id_block',
        ATLAS_BLOCK_CLIENT_SECRET_FILE: file('mdb_sa_id_everyday'),
        HEARTBEAT_URL_FILE: `${folder}/none`,
      }),
    ).toEqual([
      'SLACK_APP_TOKEN_FILE names a directory. It must be the absolute path of a file that holds the secret and nothing else, for example: /run/secrets/slack-app-token',
      'HEARTBEAT_URL_FILE names a file that does not exist. It must be the absolute path of a file that holds the secret and nothing else, for example: /run/secrets/heartbeat-url',
      'MONGODB_URI_FILE is not an absolute path. It must be the absolute path of a file that holds the secret and nothing else, for example: /run/secrets/mongodb-uri',
      'ATLAS_CLIENT_SECRET_FILE is set beside ATLAS_CLIENT_SECRET: only one of the two can hold the secret. It must be the absolute path of a file that holds the secret and nothing else, for example: /run/secrets/atlas-client-secret',
      'ATLAS_BLOCK_CLIENT_SECRET, read from the file in ATLAS_BLOCK_CLIENT_SECRET_FILE, is not a client secret (an id begins with mdb_sa_id_). It must be the client secret of a service account, for example: mdb_sa_sk_XyZaBcDeFgHiJkLmNoPqRsTu',
    ]);
  });

  it('is only for secrets, and not set when it is empty', () => {
    expect(problemsFrom({ SLACK_CHANNEL_ID_FILE: '/none', HEARTBEAT_URL_FILE: ' ' })).toEqual([]);
    expect(problemsFrom({ ATLAS_ORG_ID: '', ATLAS_ORG_ID_FILE: file(complete.ATLAS_ORG_ID) })).toHaveLength(1);
  });

  it('is nothing for the program that signs', () => {
    const config = onlyOrganizationFrom({
      ATLAS_CLIENT_SECRET: '',
      ATLAS_CLIENT_SECRET_FILE: file('mdb_sa_sk_everyday'),
      LEDGER_SIGNER_COMMAND: '/usr/bin/sign',
      LEDGER_SIGNER_PUBLIC_KEY_FILE: '/etc/ledger.pub',
      HOME: '/home/signer',
    });
    expect(config.ledger.signer).toMatchObject({ environment: { HOME: '/home/signer' } });
    expect(Object.keys(config.ledger.signer?.kind === 'command' ? config.ledger.signer.environment : {})).toEqual([
      'HOME',
    ]);
  });
});

describe('the description of the settings', () => {
  it('takes who signs the ledger and where it is sent', () => {
    const { ledger } = onlyOrganizationFrom({
      PATH: '/usr/bin',
      LEDGER_SIGNER_COMMAND: '/usr/local/bin/sign  --key  one',
      LEDGER_SIGNER_PUBLIC_KEY_FILE: '/etc/ledger.pub',
      LEDGER_WEBHOOK_URL: 'http://127.0.0.1:8088/hook?token=0123',
      LEDGER_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      LEDGER_WEBHOOK_ALLOW_PRIVATE: 'SIEM.internal, 127.0.0.1',
      LEDGER_STDOUT: 'yes',
    });
    expect(ledger).toEqual({
      // The program that signs is given none of the settings.
      signer: {
        kind: 'command',
        command: ['/usr/local/bin/sign', '--key', 'one'],
        environment: { PATH: '/usr/bin' },
        publicKeyPath: '/etc/ledger.pub',
      },
      webhook: {
        url: 'http://127.0.0.1:8088/hook?token=0123',
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        privateHosts: ['siem.internal', '127.0.0.1'],
      },
      inLog: true,
    });
  });

  it.each([
    [{ LEDGER_WEBHOOK_URL: 'http://siem.example.com/' }, 'LEDGER_WEBHOOK_URL is not an address that may be used'],
    [{ LEDGER_WEBHOOK_URL: 'https://10.0.0.7/' }, 'LEDGER_WEBHOOK_URL leads to this machine or a private network'],
    [{ LEDGER_WEBHOOK_URL: 'http://localhost:80/' }, 'LEDGER_WEBHOOK_URL leads to this machine or a private network'],
    [{ LEDGER_WEBHOOK_URL: 'https://siem.example.com/' }, 'LEDGER_WEBHOOK_SECRET is not set, which it must be'],
    [{ LEDGER_WEBHOOK_SECRET: 'whsec_short' }, 'LEDGER_WEBHOOK_SECRET is not a secret of a webhook'],
    [{ LEDGER_SIGNER_COMMAND: 'sign' }, 'LEDGER_SIGNER_COMMAND does not begin with the absolute path'],
    [
      { LEDGER_SIGNER_COMMAND: '/usr/bin/sign' },
      'LEDGER_SIGNER_PUBLIC_KEY_FILE is not set, which it must be when LEDGER_SIGNER_COMMAND is set',
    ],
    [{ LEDGER_SIGNER_PUBLIC_KEY_FILE: 'ledger.pub' }, 'LEDGER_SIGNER_PUBLIC_KEY_FILE is not an absolute path'],
  ])('does not send or sign the ledger by %j', (settings: Record<string, string>, problem) => {
    const { LEDGER_WEBHOOK_URL: url } = settings;
    const known =
      url?.startsWith('https://siem') === false ? { LEDGER_WEBHOOK_SECRET: exampleOf('LEDGER_WEBHOOK_SECRET') } : {};
    expect(problemsFrom({ ...known, ...settings }).find((one) => one.startsWith(problem))).toBeDefined();
  });

  it('gives examples that are themselves accepted', () => {
    const examples = Object.fromEntries(describeSettings().map(({ name, example }) => [name, example]));
    // One of the two signs.
    for (const without of ['LEDGER_SIGNER_COMMAND', 'LEDGER_SIGNER_KEY_FILE']) {
      expect(loadConfig({ ...examples, [without]: undefined })).toMatchObject({ ok: true });
    }
    expect(problemsFrom(examples)).toEqual([
      expect.stringMatching(/^LEDGER_SIGNER_COMMAND is set beside LEDGER_SIGNER_KEY_FILE: only one of the two signs\./),
    ]);
  });

  it('says of each setting whether it is needed, what it is otherwise, and whether it is secret', () => {
    const byName = new Map(describeSettings().map((setting) => [setting.name, setting]));
    expect(byName.get('SLACK_BOT_TOKEN')).toMatchObject({ secret: true, need: { kind: 'required' } });
    expect(byName.get('SLACK_APP_TOKEN')).toMatchObject({ secret: true, need: { kind: 'optional' } });
    expect(byName.get('SLACK_SIGNING_SECRET')).toMatchObject({ secret: true, need: { kind: 'required-when' } });
    expect(byName.get('PORT')).toMatchObject({ secret: false, need: { kind: 'default', value: '3000' } });
    expect(byName.get('PORTCULLIS_OWNERS')).toMatchObject({ need: { kind: 'optional' } });
    expect(byName.get('OWN_APPROVAL_COUNTS')).toMatchObject({ need: { kind: 'default', value: 'true' } });
  });

  it('makes one row of five cells for each', () => {
    const lines = settingsTable().split('\n');
    expect(lines).toHaveLength(describeSettings().length + 2);
    for (const line of lines) expect(line.split(/(?<!\\)\|/)).toHaveLength(7);
    expect(lines[4]).toBe(
      '| `SLACK_SIGNING_SECRET` | Proves that an HTTP request comes from Slack: "Basic Information" in the Slack app. | the signing secret of the app, at least 16 characters without spaces | required when `SLACK_APP_TOKEN` is not set | yes |',
    );
  });
});
