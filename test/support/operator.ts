import { onTestFinished } from 'vitest';
import type { ExitCode } from '../../src/cli/command.ts';
import { runCommand } from '../../src/cli/commands.ts';
import { contextOf } from '../../src/cli/contexts.ts';
import { type ComposeOptions, compose } from '../../src/compose.ts';
import { setUpChecks } from '../../src/doctor/set-up-checks.ts';
import { createLogger } from '../../src/log.ts';
import { meridian } from '../../src/sandbox/demo-organizations.ts';
import type { Harness } from './harness.ts';

export interface Printed {
  readonly code: ExitCode;
  readonly out: string;
  readonly complaints: string;
}

/** These are about every organization at once. */
const ofAll = ['doctor', 'config'];

/** The command line on the same database and with the same settings, as an operator runs it. */
export function operator(
  harness: Harness,
  { mayWrite }: Pick<ComposeOptions, 'mayWrite'> = {},
): (...words: string[]) => Promise<Printed> {
  const log = createLogger({ level: 'info', destination: { write: () => {} } });
  const { config, clock } = harness.sandbox;
  const composition = compose({ config, clock, log, mayWrite });
  onTestFinished(() => composition.client.close());
  return async (...words) => {
    let out = '';
    let complaints = '';
    const isToBeNamed = harness.bystander !== undefined && !ofAll.includes(words[0] ?? '');
    const code = await runCommand(isToBeNamed ? [...words, '--organization', meridian.key] : words, {
      environment: {},
      connect: async (organization) => ({
        context: contextOf(composition.organizations, organization),
        tokens: composition.tokens,
        operator: 'root',
        operationId: words.join(' '),
      }),
      setUp: async () => ({ problems: [], unusable: [], checks: setUpChecks({ config, composition, log }), log }),
      write: async (text) => {
        out += text;
      },
      complain: (text) => {
        complaints += text;
      },
    });
    return { code, out, complaints };
  };
}
