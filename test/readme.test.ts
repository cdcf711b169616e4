import { readFile, writeFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../src/cli/commands.ts';
import { settingsTable } from '../src/describe-settings.ts';
import { createLogger } from '../src/log.ts';
import { startDemo } from '../src/sandbox/demo.ts';
import { Sandbox } from '../src/sandbox/sandbox.ts';
import { playTour } from '../src/sandbox/tour/tour.ts';
import { subcommands } from '../src/slack/commands/parse-command.ts';
import { startHarness } from './support/harness.ts';
import { operator } from './support/operator.ts';
import { renderSurfaces } from './support/surfaces.ts';

const readme = new URL('../README.md', import.meta.url);
/** Brings the README up to date instead of comparing: `UPDATE_README=1 npx vitest run test/readme.test.ts`. */
const updating = process.env.UPDATE_README !== undefined;

async function expectBlock(name: string, wanted: string, comparable: (text: string) => string = (text) => text) {
  const text = await readFile(readme, 'utf8');
  const [whole, open = '', block = '', close = ''] =
    new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*?)(\n?<!-- /${name} -->)`).exec(text) ?? [];
  expect(whole, `README.md has a block "${name}"`).toBeDefined();
  if (updating)
    await writeFile(
      readme,
      text.replace(whole ?? '', () => `${open}${wanted}\n${close.trim()}`),
    );
  else expect(comparable(block.trim())).toBe(comparable(wanted.trim()));
}

/** The messages have fences of their own. */
const fenced = (text: string): string => `\`\`\`\`text\n${text.trim()}\n\`\`\`\``;

/** Ids and addresses differ from run to run. */
const withoutIds = (text: string): string =>
  text
    .replace(/g-[0-9a-z]{10}/g, 'g-…')
    .replace(/\b\d+:[0-9a-f]{32}\b/g, 'N:…')
    .replace(/archives\/\w+\/p\d+/g, 'archives/…')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:…');

it('shows the settings as the schema describes them', async () => {
  await expectBlock('settings', settingsTable());
});

it('has a row for every command that there is', async () => {
  const [, table = ''] =
    /\| `\/support-access …` \| does \| who \|\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(await readFile(readme, 'utf8')) ?? [];
  const named = Array.from(table.matchAll(/^\|[^`|]*`(\w+)/gm), ([, command]) => command);
  expect(named.toSorted()).toEqual(subcommands.toSorted());
});

it('has a row for every command of the command line', async () => {
  const text = await readFile(readme, 'utf8');
  let usage = '';
  const io = {
    write: async (words: string) => {
      usage += words;
    },
    complain: () => {},
    environment: {},
    connect: () => Promise.reject(new Error('Nothing has to be connected to for that')),
    setUp: () => Promise.reject(new Error('No settings are needed for that')),
  };
  await runCommand(['--help'], io);
  const calls = Array.from(usage.matchAll(/^ {2}(\S.*?) {2,}\S/gm), ([, call = '']) => call);
  expect(calls).toContain('ledger sign');
  expect(calls.filter((call) => !text.includes(`| \`${call.replaceAll('|', '\\|')}\` |`))).toEqual([]);
});

it('shows what doctor prints', async () => {
  const { out } = await operator(await startHarness())('doctor');
  await expectBlock('doctor', fenced(out), withoutIds);
});

it('shows the tour as the sandbox prints it', { timeout: 60_000 }, async () => {
  const log = createLogger({ level: 'fatal', destination: { write: () => {} } });
  const demo = await startDemo(log);
  onTestFinished(() => demo.close());
  let printed = '';
  await playTour(demo, (text) => {
    printed += text;
  });
  await expectBlock('tour', fenced(printed), withoutIds);
  const steps = printed.split(/\n(?=── \d)/);
  const look = [3, 5, 6].map((number) => steps.find((step) => step.startsWith(`── ${number}. `)));
  await expectBlock('look', fenced(look.join('\n')), withoutIds);
});

it('shows the surfaces as their readers see them', { timeout: 60_000 }, async () => {
  const log = createLogger({ level: 'fatal', destination: { write: () => {} } });
  const sandbox = await Sandbox.start({ log });
  onTestFinished(() => sandbox.close());
  for (const { name, text } of await renderSurfaces(sandbox)) {
    await expectBlock(`surface:${name}`, fenced(text), withoutIds);
  }
});
