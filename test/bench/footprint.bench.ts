import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, test } from 'vitest';
import { scaled } from './scale.ts';
import { spread } from './statistics.ts';
import { connections, StatusCommands } from './status-commands.ts';
import { Surroundings } from './subject.ts';
import { figure } from './table.ts';

const entry = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const probe = new URL('../../dist/bench/test/bench/subjects/memory-probe.js', import.meta.url).href;
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

interface RunningBot {
  readonly child: ChildProcess;
  readonly port: number;
  readonly readyMs: number;
}

/** `dist/main.js` as an operator runs it, until the test ends. */
async function startBot(settings: Readonly<Record<string, string>>): Promise<RunningBot> {
  const startedAt = performance.now();
  const env = { PATH: process.env.PATH, ...settings };
  const execArgv = ['--enable-source-maps', '--import', probe];
  const child = fork(entry, { env, execArgv, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  onTestFinished(() => stopBot(child));
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The bot ended: ${output}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /"port":(\d+).*Portcullis is running/.exec(output);
      if (ready !== null) resolve(Number(ready[1]));
    });
  });
  return { child, port, readyMs: performance.now() - startedAt };
}

async function stopBot(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function memoryOf(child: ChildProcess): Promise<{ readonly rss: number; readonly heapUsed: number }> {
  const answered = once(child, 'message');
  child.send('memory');
  const [memory] = await answered;
  return memory;
}

test('from the start to ready', async () => {
  const { settings } = await Surroundings.start();
  const rounds = scaled(10, 3);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { child, readyMs } = await startBot(settings);
    times.push(readyMs);
    await stopBot(child);
  }
  figure({
    figure: `start to ready: from the start of the process to its log line, Slack, Atlas and MongoDB answering, ${rounds} starts`,
    measured: `${spread(times, 0)} ms`,
    compared: '',
  });
});

test('memory at rest and under load', async () => {
  const surroundings = await Surroundings.start();
  const commands = await StatusCommands.start(surroundings);
  const { child, port } = await startBot(surroundings.settings);
  // The first reading of the directory and its notes are done by then.
  await new Promise((resolve) => setTimeout(resolve, scaled(15_000, 3_000)));
  const atRest = await memoryOf(child);

  const rounds = scaled(40, 6);
  const held = [atRest];
  for (let round = 0; round < rounds; round++) {
    await commands.send(port, connections);
    held.push(await memoryOf(child));
    await commands.answered();
  }
  const most = (of: 'rss' | 'heapUsed'): string => megabytes(Math.max(...held.map((memory) => memory[of])));
  figure({
    figure: `memory of the bot: at rest, and the most of ${rounds} times ${connections} commands at once`,
    measured: `at rest ${megabytes(atRest.rss)} resident, ${megabytes(atRest.heapUsed)} heap`,
    compared: `under load ${most('rss')} resident, ${most('heapUsed')} heap`,
  });
});

test('size of what is installed in production', () => {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { encoding: 'utf8' });
  const packages = [...new Set(listed.split('\n').filter((path) => path.includes(`${sep}node_modules${sep}`)))];
  // A package within another one's folder is counted there.
  const outermost = packages.filter((path) => !packages.some((other) => path.startsWith(other + sep)));
  const bytes = outermost.reduce((total, path) => total + sizeOf(path), 0);
  figure({
    figure: 'installed production dependencies',
    measured: `${packages.length} packages, ${megabytes(bytes)}`,
    compared: '',
  });
});

function sizeOf(path: string): number {
  const found = lstatSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((total, name) => total + sizeOf(join(path, name)), 0);
}
