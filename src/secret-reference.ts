import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { SecretSource } from './secret-source.ts';

const absolute = z.string('is not text').refine(isAbsolute, 'is not an absolute path');

const forms = z.union([
  z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w*$/) }),
  z.strictObject({ file: absolute }),
  z.strictObject({ command: z.tuple([absolute], z.string()) }),
]);

/**
 * Where a secret is, as a configuration file says it: `{env: NAME}`, `{file: /absolute/path}`, or `{command: [program, …]}`
 * with the absolute path of a program, which no shell sees. The secret itself never stands in such a file.
 */
export const secretReference = z.unknown().transform((given, context): SecretSource => {
  const read = forms.safeParse(given);
  if (!read.success) {
    const message = 'does not say where the secret is: by `{env: NAME}`, `{file: /path}` or `{command: [/program, …]}`';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  const { data } = read;
  if ('env' in data) return { kind: 'environment', name: data.env };
  if ('file' in data) return { kind: 'file', path: data.file };
  return { kind: 'command', command: data.command };
});
