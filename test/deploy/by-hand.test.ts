import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MainProcess } from '../support/main-process.ts';
import { startSurroundings } from '../support/surroundings.ts';
import { stages } from './containerfile.ts';
import { read, root } from './project.ts';
import { unit } from './systemd-unit.ts';

const run = promisify(execFile);

/** Packages are looked for where the links are, not where they lead. */
const linked = ['--preserve-symlinks'];

/** May read every file and write none, start no program and no thread. Node.js 20 has another name for it. */
const lockedUp = [
  process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission',
  '--allow-fs-read=*',
];

const image = stages().at(-1);
const sandbox = `${root}dist/sandbox`;
let folder: string;

/** The image's folder: what the container file copies into it, without what its earlier steps leave out. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-image-'));
  const sources = (image?.copies ?? []).flatMap((copy) => copy.sources);
  for (const source of sources) {
    const from = source.replace(/^\/app\//, '');
    if (from === 'node_modules') await installed();
    else await cp(root + from, join(folder, basename(from)), { recursive: true, filter: (path) => path !== sandbox });
  }
  expect(existsSync(join(folder, 'node_modules/mongodb'))).toBe(true);
  expect(existsSync(join(folder, 'node_modules/vitest'))).toBe(false);
});

afterAll(() => rm(folder, { recursive: true }));

/** What `npm ci --omit=dev` installs, as links to what is installed here; what packages have inside comes with them. */
async function installed(): Promise<void> {
  const { packages } = JSON.parse(read('package-lock.json'));
  for (const [path, { dev }] of Object.entries<{ dev?: true }>(packages)) {
    const outermost = path.lastIndexOf('node_modules/') === 0;
    // An optional package of another platform is not there.
    if (!outermost || dev || !existsSync(root + path)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(root + path, join(folder, path));
  }
}

const healthCheck = (env: Record<string, string>): Promise<number> =>
  run(process.execPath, ['health-check.js'], { cwd: folder, env }).then(
    () => 0,
    ({ code }) => code,
  );

describe('the container file, followed by hand', () => {
  it('makes a folder in which the bot runs without writing a file, is found healthy, and ends when told to', async () => {
    const { settings } = await startSurroundings();
    const [entry = '[]'] = image?.said('ENTRYPOINT') ?? [];
    const [command = '[]'] = image?.said('CMD') ?? [];
    const [node, ...options] = JSON.parse(entry);
    expect(node).toBe('/nodejs/bin/node');
    const bot = new MainProcess(settings, {
      command: [...linked, ...lockedUp, ...options, ...JSON.parse(command)],
      cwd: folder,
    });
    const port = String((await bot.logs('Portcullis is running')).port);
    expect(await healthCheck({ PORT: port, HEALTH_PORT: '1' })).toBe(0);
    for (const name of ['SLACK_APP_TOKEN', 'SLACK_APP_TOKEN_FILE']) {
      expect(await healthCheck({ [name]: 'set', PORT: '1', HEALTH_PORT: port })).toBe(0);
    }
    bot.signal('SIGTERM');
    expect(await bot.exited).toBe(0);
    expect(bot.stderr).not.toContain('ERR_ACCESS_DENIED');
    expect(bot.stdout).not.toContain('ERR_ACCESS_DENIED');
    expect(await healthCheck({ PORT: port })).toBe(1);
  });

  it('holds the command line', async () => {
    const { stdout } = await run(process.execPath, [...linked, 'dist/cli/main.js', 'help'], { cwd: folder });
    expect(stdout).toContain('ledger verify');
  });

  it('copies to where it says', () => {
    for (const { to, sources } of image?.copies ?? []) {
      expect(to === './' || sources.every((source) => dirname(source) === '/app')).toBe(true);
    }
  });
});

it('the systemd unit starts it, with its settings from a file and not from the environment', async () => {
  const { settings } = await startSurroundings();
  const file = join(folder, 'portcullis.env');
  await writeFile(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const [start = ''] = unit('Service', 'ExecStart');
  const [, ...command] = start.replaceAll('%d', folder).split(' ');
  const bot = new MainProcess({}, { command: [...linked, ...command], cwd: folder });
  await bot.logs('Portcullis is running');
});
