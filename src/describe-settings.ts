import { z } from 'zod';
import { notesOf, type SettingName, settingNames, settingsSchema } from './settings.ts';

interface SettingDescription {
  readonly name: SettingName;
  readonly description: string;
  /** What is allowed, as the end of "must be …"; Markdown. */
  readonly allowed: string;
  readonly example: string;
  readonly secret: boolean;
  readonly need:
    | { readonly kind: 'required' }
    | { readonly kind: 'required-when'; readonly condition: string }
    | { readonly kind: 'optional' }
    | { readonly kind: 'default'; readonly value: string };
}

/** Everything that the README says about settings, in the order in which it says it. */
export function describeSettings(): SettingDescription[] {
  return settingNames().map((name) => {
    const { description, allowed, example, secret = false } = notesOf(name);
    return { name, description, allowed, example, secret, need: needOf(name) };
  });
}

/** The settings as a Markdown table, as it stands in the README. */
export function settingsTable(): string {
  const rows = describeSettings().map(({ name, description, allowed, secret, need }) => [
    `\`${name}\``,
    description,
    allowed,
    needInWords(need),
    secret ? 'yes' : '',
  ]);
  return [['Setting', 'What it is', 'Allowed', 'Default', 'Secret'], Array(5).fill('---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function needOf(name: SettingName): SettingDescription['need'] {
  const setting = settingsSchema.shape[name];
  const condition = notesOf(name).requiredWhen;
  if (condition !== undefined) return { kind: 'required-when', condition };
  if (!(setting instanceof z.ZodDefault)) return { kind: setting.isOptional() ? 'optional' : 'required' };
  const value = String(setting.def.defaultValue);
  return value === '' ? { kind: 'optional' } : { kind: 'default', value };
}

function needInWords(need: SettingDescription['need']): string {
  switch (need.kind) {
    case 'required':
      return 'required';
    case 'required-when':
      return `required when ${need.condition}`;
    case 'optional':
      return 'not set';
    case 'default':
      return `\`${need.value}\``;
  }
}
