import { existsSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { containerfile, stages } from './containerfile.ts';
import { read, root } from './project.ts';

const all = stages();
const image = all.at(-1);
const letIn = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

it('is a container file without a complaint', () => {
  expect(validate(containerfile)).toEqual([]);
});

it('is built on images of Node.js 24, and what runs on one without a shell', () => {
  expect(all.map((stage) => stage.image)).toEqual([
    'docker.io/library/node:24-bookworm-slim',
    'docker.io/library/node:24-bookworm-slim',
    'gcr.io/distroless/nodejs24-debian12:nonroot',
  ]);
});

it('copies what there is in the project, and lets nothing else in', () => {
  const sources = all
    .flatMap(({ copies }) => copies.filter(({ from }) => from === undefined))
    .flatMap((c) => c.sources);
  for (const source of sources) expect(existsSync(root + source), source).toBe(true);
  expect(letIn.toSorted()).toEqual([...new Set(sources)].toSorted());
  expect(read('.dockerignore').split('\n')).toContain('*');
});

it('copies from stages that there are', () => {
  const names = all.map(({ name }) => name);
  for (const { copies } of all) {
    for (const { from } of copies) if (from !== undefined) expect(names).toContain(from);
  }
});

it('runs only npm scripts that there are, and no script of a package', () => {
  const commands = all
    .flatMap((stage) => stage.said('RUN'))
    .flatMap((run) => run.split('&&').map((part) => part.trim()));
  expect(commands).toEqual([
    'npm ci --omit=dev --ignore-scripts',
    'npm ci --ignore-scripts',
    'npm run build',
    'rm -r dist/sandbox',
  ]);
  expect(JSON.parse(read('package.json')).scripts).toHaveProperty('build');
  // What a package's script would have made could be missing then.
  const packages = Object.entries<{ hasInstallScript?: true; dev?: true; optional?: true }>(
    JSON.parse(read('package-lock.json')).packages,
  );
  expect(packages.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev)).toEqual([]);
});

it('runs as a user without rights, known by number', () => {
  expect(image?.said('USER')).toEqual(['65532:65532']);
  expect(image?.said('RUN')).toEqual([]);
});
