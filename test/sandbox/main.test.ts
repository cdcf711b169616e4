import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const built = fileURLToPath(new URL('../../dist/', import.meta.url));

interface Run {
  readonly process: ChildProcess;
  output: string;
  readonly ended: Promise<number | null>;
}

/** The sandbox as a process of its own, as the build has made it. */
function start(args: readonly string[], directory = built): Run {
  const child = spawn(process.execPath, [join(directory, 'sandbox', 'main.js'), ...args]);
  const run: Run = { process: child, output: '', ended: new Promise((resolve) => child.on('close', resolve)) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      run.output += chunk.toString('utf8');
    });
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return run;
}

it('serves the page, says where and how soon, and ends with Ctrl-C', async () => {
  const run = start(['--no-open', '--port', '0']);
  await expect
    .poll(() => run.output, { timeout: 60_000 })
    .toMatch(/Ready after [\d.]+ s; the page is \d+ kB, gzipped\./);
  const url = /http:\/\/localhost:\d+\//.exec(run.output)?.[0] ?? '';
  expect(await (await fetch(url)).text()).toContain('<script type="module"');
  run.process.kill('SIGINT');
  expect(await run.ended).toBe(0);
}, 90_000);

it.each([
  [['--port', '70000'], '70000 is no port.'],
  [['--port', 'x'], 'x is no port.'],
  [['--quiet'], "Unknown option '--quiet'"],
  [['--owner', 'me@example.com'], '--owner goes with --slack.'],
])('%j is refused with what there is', async (args, words) => {
  const run = start(args);
  expect(await run.ended).toBe(1);
  expect(run.output).toContain(words);
  expect(run.output).toContain('--text            play the tour in the terminal instead');
});

it("says how to begin in a workspace of one's own", async () => {
  const run = start(['--slack']);
  expect(await run.ended).toBe(1);
  expect(run.output).toContain('Slack is the only thing outside of this machine that is called.');
  expect(run.output).toContain('  - SLACK_BOT_TOKEN is not set.');
});

it.each([['--no-open'], ['--text'], ['--slack']])(
  'says what it lacks where only production dependencies are: %s',
  async (option) => {
    const place = await mkdtemp(join(tmpdir(), 'production-'));
    onTestFinished(() => rm(place, { recursive: true }));
    const withoutPage = (path: string): boolean => !path.startsWith(join(built, 'sandbox', 'page', '/'));
    await cp(built, join(place, 'dist'), { recursive: true, filter: withoutPage });
    await writeFile(join(place, 'package.json'), '{"type":"module"}');
    const run = start([option], join(place, 'dist'));
    expect(await run.ended).toBe(1);
    expect(run.output).toContain(
      'The sandbox needs the development dependencies. Run npm ci without --omit=dev first.',
    );
  },
);
