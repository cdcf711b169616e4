import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { pageCommands, pageShortcuts } from '../../../src/sandbox/page-server/offered.ts';
import { subcommands } from '../../../src/slack/commands/parse-command.ts';

it('every command there is, and nothing else, is completed', () => {
  expect(pageCommands.map(({ command }) => command)).toEqual(subcommands.map((word) => `/support-access ${word}`));
});

it('the shortcuts are those of the app', () => {
  const manifest = parse(readFileSync(new URL('../../../slack-app-manifest.yml', import.meta.url), 'utf8'));
  expect(pageShortcuts).toEqual(
    manifest.features.shortcuts.map((each: { callback_id: string; name: string; type: string }) => ({
      callbackId: each.callback_id,
      name: each.name,
      kind: each.type,
    })),
  );
});
