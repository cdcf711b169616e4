import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where every provider is served alike: what it calls things comes from its capabilities. */
const neutral = ['grants', 'operations', 'reports', 'slack', 'work'];

/** Not for whoever decides about access: a driver's name, a column that other programs read, an operator's words. */
const exceptions = [/^import .* from 'mongodb';$/, /^ {2}cluster: \(\{ target \}\) => target,$/];

/** Strings may hold `//` in an address: what follows is then left out too, which is no sentence. */
const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

const lines = neutral.flatMap((folder) => {
  const root = new URL(`../src/${folder}/`, import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((file) =>
    withoutComments(readFileSync(new URL(file, root), 'utf8'))
      .split('\n')
      .map((line) => ({ file: `${folder}/${file}`, line })),
  );
});

test('nothing here is in the words of one vendor', () => {
  expect(lines.length).toBeGreaterThan(10_000);
  const found = lines.filter(({ line }) => /cluster|atlas|mongodb/i.test(line));
  expect(found.filter(({ line }) => !exceptions.some((exception) => exception.test(line)))).toEqual([]);
});
