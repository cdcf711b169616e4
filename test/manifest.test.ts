import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { subcommands } from '../src/slack/commands/parse-command.ts';
import { slashCommand } from '../src/slack/messages/vocabulary.ts';
import { requiredScopes } from '../src/slack/scopes.ts';
import { shortcuts } from '../src/slack/shortcuts.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** Strict: what the code does not use may not be asked for. */
const manifestSchema = z.strictObject({
  display_information: z.object({ name: z.string().max(35), description: z.string().max(140) }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    shortcuts: z.array(
      z.strictObject({
        name: z.string().max(24),
        type: z.enum(['global', 'message']),
        callback_id: z.string().max(255),
        description: z.string().max(150),
      }),
    ),
    bot_user: z.object({ display_name: z.string().max(80) }),
    slash_commands: z.array(
      z.object({
        command: z.string(),
        url: z.string().optional(),
        description: z.string().max(2_000),
        usage_hint: z.string(),
        should_escape: z.boolean(),
      }),
    ),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: z.string().optional(), bot_events: z.array(z.string()) }),
    interactivity: z.strictObject({
      is_enabled: z.boolean(),
      request_url: z.string().optional(),
      message_menu_options_url: z.string().optional(),
    }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

const files = ['slack-app-manifest.yml', 'manifests/slack-app-http.yml'] as const;
const scopes = Object.keys(requiredScopes).sort();

describe.each([
  { file: files[0], socketMode: true },
  { file: files[1], socketMode: false },
])('$file', ({ file, socketMode }) => {
  const { features, oauth_config, settings } = manifestSchema.parse(parse(read(file)));
  const url = socketMode ? undefined : 'https://portcullis.example.com/slack/events';

  it('asks for exactly the scopes that the code uses', () => {
    expect(oauth_config.scopes.bot.toSorted()).toEqual(scopes);
  });

  it('has the one command that the code answers, and hints at all there is', () => {
    expect(features.slash_commands.map(({ command }) => command)).toEqual([slashCommand]);
    const [command] = features.slash_commands;
    expect(command?.url).toBe(url);
    expect(command?.usage_hint.match(/\w+/g)).toEqual([...subcommands]);
    // What people type is taken as they typed it: no names and channels put into other words.
    expect(command?.should_escape).toBe(false);
  });

  it('has the shortcuts that the code answers', () => {
    expect(features.shortcuts.map(({ type, callback_id }) => [type, callback_id])).toEqual([
      ['global', shortcuts.ask],
      ['message', shortcuts.askAboutMessage],
    ]);
  });

  it('has the home tab, is told when somebody opens it, and listens to no messages', () => {
    expect(features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: true,
    });
    expect(settings.event_subscriptions).toEqual({ bot_events: ['app_home_opened'], ...(url && { request_url: url }) });
  });

  it('has interactivity on, with addresses where Slack needs them', () => {
    const { is_enabled, request_url, message_menu_options_url } = settings.interactivity;
    expect({ is_enabled, request_url, message_menu_options_url }).toEqual({
      is_enabled: true,
      request_url: url,
      message_menu_options_url: url,
    });
    expect(settings.socket_mode_enabled).toBe(socketMode);
    // The bot keeps one token: nothing in it would exchange one that runs out.
    expect(settings.token_rotation_enabled).toBe(false);
  });
});

it('both are the same app, but for how Slack reaches it', () => {
  const withoutAddresses = (_: string, value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('https://portcullis.example.com/') ? undefined : value;
  const [socket, http] = files.map((file) => {
    const manifest = manifestSchema.parse(JSON.parse(JSON.stringify(parse(read(file)), withoutAddresses)));
    return { ...manifest, settings: { ...manifest.settings, socket_mode_enabled: undefined } };
  });
  expect(http).toEqual(socket);
});

it('the README names exactly these scopes, each with what it is for', () => {
  const [, table = ''] = /\| scope \| used for \|\n\s*\|---\|---\|\n((?:\s*\|.*\n)+)/.exec(read('README.md')) ?? [];
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
  const named = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope ?? ''));
  expect(named.toSorted()).toEqual(scopes);
  for (const [, , purpose] of rows) expect(purpose).not.toBe('');
});
