import type { Config, OrganizationConfig } from '../config.ts';
import { loadConfig } from '../load-config.ts';
import { configFileVariable, loadConfigFile } from '../load-config-file.ts';
import { settingNames } from '../settings.ts';
import { type Command, type CommandIo, type ExitCode, parsed } from './command.ts';

export const configCommand: Command = {
  name: 'config check',
  takes: '[FILE]',
  ofAll: true,
  does: 'reads the settings, and says what is understood or where they are wrong',
  more: `
FILE is a configuration file; without it the one that ${configFileVariable} names is read, or else the environment.
It connects to nothing, and prints no secret. What is wrong is written to standard error, with the line that it is in.
Exit codes: 0 understood, 1 something is wrong.
`,
  run: check,
};

async function check(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { environment } = io;
  const path = parsed(words, {}, 1).positionals[0] ?? environment[configFileVariable]?.trim();
  const loaded = path ? await loadConfigFile(path, environment) : loadConfig(environment);
  if (!loaded.ok) {
    for (const problem of loaded.problems) io.complain(`${problem}\n`);
    return 1;
  }
  const ignored = path
    ? settingNames().filter((name) => environment[name] !== undefined && !loaded.referred?.includes(name))
    : [];
  if (ignored.length > 0) {
    io.complain(`Set in the environment too, where only the file counts: ${ignored.join(', ')}\n`);
  }
  await io.write(describe(loaded.config));
  return 0;
}

function describe({ slack, http, mongodb, organizations }: Config): string {
  const connection = slack.appToken === undefined ? `HTTP on port ${http.port}` : 'Socket Mode';
  const health = http.healthPort === undefined ? '' : `, health on port ${http.healthPort}`;
  const shared = `Slack by ${connection}${health}. What belongs to nobody alone is in the database ${mongodb.database}.\n`;
  return [shared, ...organizations.map(describeOrganization)].join('\n');
}

function describeOrganization({
  key,
  name,
  database,
  channelId,
  mode,
  policy,
  provider,
  ledger,
}: OrganizationConfig): string {
  const signer = ledger.signer === undefined ? 'not signed' : `signed by ${ledger.signer.kind.replace('-', ' ')}`;
  const rows = [
    ['at', placeOf(provider)],
    ['channel', channelId],
    ['database', database],
    ['mode', mode],
    ['deciders', decidersOf(provider, policy)],
    [
      'ledger',
      `${signer}${ledger.webhook === undefined ? '' : ', sent to a webhook'}${ledger.inLog ? ', in the log' : ''}`,
    ],
  ];
  const title = name === key ? key : `${key} (${name})`;
  return [title, ...rows.map(([label = '', value]) => `  ${label.padEnd(10)}${value}`), ''].join('\n');
}

function placeOf(provider: OrganizationConfig['provider']): string {
  switch (provider.kind) {
    case 'atlas':
      return `MongoDB Atlas, organization ${provider.organizationId}${provider.block === undefined ? '' : ', with an account that switches the block'}`;
    case 'portal': {
      const { vendor, targets, push, pull } = provider.settings;
      const ways = [...(push === undefined ? [] : ['push']), ...(pull ? ['pull'] : [])].join(' and ');
      return `${vendor}, enforced by ${ways}: ${targets.map(({ name }) => name).join(', ')}`;
    }
  }
}

function decidersOf(
  { kind }: OrganizationConfig['provider'],
  { deciders, owners }: OrganizationConfig['policy'],
): string {
  const roles = deciders === 'org-owners' ? 'organization owners' : 'organization owners and project roles';
  if (kind === 'portal') return owners.length === 0 ? 'nobody: name them in owners' : owners.join(', ');
  return owners.length === 0 ? roles : `${roles}, of these: ${owners.join(', ')}`;
}
