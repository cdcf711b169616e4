import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { systemClock } from '../clock.ts';
import { compose } from '../compose.ts';
import { loadConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { runCommand } from './commands.ts';

const loaded = loadConfig(process.env);
if (loaded.ok) {
  // Answers go to standard output, so the log goes to standard error.
  const log = createLogger({ level: 'warn', secrets: loaded.secrets, destination: process.stderr });
  const { context, workers, client } = compose({ config: loaded.config, clock: systemClock, log });
  try {
    const caller = { operator: userInfo().username, operationId: randomUUID() };
    const { text, code } = await runCommand(process.argv.slice(2), context, caller);
    await Promise.all(workers.map((worker) => worker.idle()));
    (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
    process.exitCode = code;
  } catch (error) {
    log.fatal({ err: error }, 'The command failed');
    process.exitCode = 1;
  } finally {
    await client.close();
  }
} else {
  process.stderr.write(`These settings are wrong:\n${loaded.problems.map((problem) => `  - ${problem}\n`).join('')}`);
  process.exitCode = 1;
}
