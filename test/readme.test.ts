import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { settingsTable } from '../src/settings.ts';

it('shows the settings as the schema describes them', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const block = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readme)?.[1];
  expect(block?.trim()).toBe(settingsTable());
});
