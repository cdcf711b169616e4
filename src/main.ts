import { once } from 'node:events';
import { type Bot, startBot } from './bot.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { loadSettings } from './load-config-file.ts';
import { createLogger, type Logger } from './log.ts';
import { SetUpError } from './prepare.ts';
import { longestPauseMs, startSchedule } from './schedule.ts';

const loaded = await loadSettings(process.env);
if (loaded.ok) {
  await run(loaded.config, loaded.secrets);
} else {
  refuse('Portcullis cannot start: these settings are wrong.', loaded.problems);
}

async function run(config: Config, secrets: readonly string[]): Promise<void> {
  const log = createLogger({ level: config.logLevel, secrets });
  endOnUncaughtError(log);
  // One listener for the whole life: a signal that came between two would be lost.
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals): void => stopping.abort(signal);
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const bot = await start(config, log, stopping.signal);
  const schedule = startSchedule({
    expression: config.sweepSchedule,
    clock: systemClock,
    log,
    run: () => bot.sweep(),
  });
  const connection = config.slack.appToken === undefined ? 'http' : 'socket';
  const organizations = config.organizations.map(({ key, mode }) => ({ key, mode }));
  log.info({ organizations, connection, port: bot.port }, 'Portcullis is running');
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  log.info({ signal: stopping.signal.reason }, 'Stopping: finishing what runs');
  await schedule.stop();
  await bot.stop();
  log.info('Stopped');
  process.exit(0);
}

/** Rejections that nobody handled come here too. What state is left is not known: another process, or the next, goes on. */
function endOnUncaughtError(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'Portcullis ends because of an error that nobody caught');
    process.exit(1);
  });
}

async function start(config: Config, log: Logger, signal: AbortSignal): Promise<Bot> {
  try {
    const sweepWithinMs = longestPauseMs(config.sweepSchedule);
    return await startBot({ config, clock: systemClock, log, signal, sweepWithinMs });
  } catch (error) {
    if (error instanceof SetUpError) {
      refuse('Portcullis cannot start: the set-up has to be mended first.', error.problems);
    }
    if (signal.aborted) process.exit(0);
    log.fatal({ err: error }, 'Portcullis could not start');
    process.exit(1);
  }
}

function refuse(title: string, problems: readonly string[]): never {
  process.stderr.write(`${title}\n${problems.map((problem) => `  - ${problem}\n`).join('')}`);
  process.exit(1);
}
