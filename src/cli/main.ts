import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { systemClock } from '../clock.ts';
import { type Composition, compose } from '../compose.ts';
import type { SetUp } from '../doctor/diagnose.ts';
import { setUpChecks } from '../doctor/set-up-checks.ts';
import { loadUsable } from '../load-config.ts';
import { configFileVariable, loadSettings } from '../load-config-file.ts';
import { createLogger, type Logger } from '../log.ts';
import { CommandError, type Connection } from './command.ts';
import { runCommand } from './commands.ts';
import { contextOf } from './contexts.ts';

let composed: Composition | undefined;
let log: Logger | undefined;

async function connect(organization?: string): Promise<Connection> {
  const loaded = await loadSettings(process.env);
  if (!loaded.ok) {
    const problems = loaded.problems.map((problem) => `\n  - ${problem}`).join('');
    throw new CommandError(1, `These settings are wrong:${problems}`);
  }
  // Answers go to standard output, so the log goes to standard error.
  log ??= createLogger({ level: 'warn', secrets: loaded.secrets, destination: process.stderr });
  composed ??= compose({ config: loaded.config, clock: systemClock, log });
  // The machine on which somebody types a command may have any time: what is written goes by the database's.
  await composed.clock.check();
  return {
    context: contextOf(composed.organizations, organization),
    tokens: composed.tokens,
    operator: operatorName(),
    operationId: randomUUID(),
  };
}

async function setUp(): Promise<SetUp> {
  const { config, secrets, problems, unusable } = await usableSettings();
  // What is away is told among the answers: the log has only what nobody foresaw.
  log ??= createLogger({ level: 'error', secrets, destination: process.stderr });
  if (config === undefined) return { problems, unusable, checks: [], log };
  composed ??= compose({ config, clock: systemClock, log });
  return { problems, unusable, checks: setUpChecks({ config, composition: composed, log }), log };
}

/** As much of the settings as can be used. A file is whole or not at all: which organization a rest of it is about may be wrong. */
async function usableSettings(): Promise<
  Partial<ReturnType<typeof loadUsable>> & Pick<SetUp, 'problems' | 'unusable'>
> {
  if (!process.env[configFileVariable]?.trim()) return loadUsable(process.env);
  const loaded = await loadSettings(process.env);
  return loaded.ok ? { ...loaded, problems: [], unusable: [] } : { problems: loaded.problems, unusable: [] };
}

/** A container may run as a user that no file names. */
function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

// A reader that has seen enough, like `head`, ends the command without a complaint.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    connect,
    setUp,
    environment: process.env,
    async write(text) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
    complain: (text) => void process.stderr.write(text),
  });
  await Promise.all((composed?.workers ?? []).map((worker) => worker.idle()));
} catch (error) {
  // Without settings there are no secrets to keep out of it.
  if (log === undefined) process.stderr.write(`The command failed: ${String(error)}\n`);
  else log.fatal({ err: error }, 'The command failed');
  process.exitCode = 1;
} finally {
  await composed?.client.close();
}
