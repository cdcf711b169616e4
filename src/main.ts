import { SetUpError, startBot } from './bot.ts';
import { systemClock } from './clock.ts';
import { loadConfig } from './config.ts';
import { createLogger } from './log.ts';
import { startSchedule } from './schedule.ts';

const loaded = loadConfig(process.env);
if (loaded.ok) {
  await run(loaded.config, loaded.secrets);
} else {
  refuse('Portcullis cannot start: these settings are wrong.', loaded.problems);
}

async function run(config: (typeof loaded & { ok: true })['config'], secrets: readonly string[]): Promise<void> {
  const log = createLogger({ level: config.logLevel, secrets });
  const starting = new AbortController();
  const stopStarting = (): void => starting.abort();
  process.once('SIGTERM', stopStarting).once('SIGINT', stopStarting);
  try {
    const bot = await startBot({ config, clock: systemClock, log, signal: starting.signal });
    const schedule = startSchedule({
      expression: config.sweepSchedule,
      clock: systemClock,
      log,
      run: () => bot.sweep(),
    });
    log.info(
      { mode: config.slack.appToken === undefined ? 'http' : 'socket', port: bot.port },
      'Portcullis is running',
    );
    let stopping = false;
    const stop = async (signal: string): Promise<void> => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'Stopping: finishing what runs');
      await schedule.stop();
      await bot.stop();
      log.info('Stopped');
      process.exit(0);
    };
    process.off('SIGTERM', stopStarting).off('SIGINT', stopStarting);
    process.on('SIGTERM', (signal) => void stop(signal)).on('SIGINT', (signal) => void stop(signal));
    if (starting.signal.aborted) await stop('SIGTERM');
  } catch (error) {
    if (error instanceof SetUpError) {
      refuse('Portcullis cannot start: the set-up has to be mended first.', error.problems);
    } else if (starting.signal.aborted) {
      process.exit(0);
    } else {
      log.fatal({ err: error }, 'Portcullis could not start');
      process.exit(1);
    }
  }
}

function refuse(title: string, problems: readonly string[]): void {
  process.stderr.write(`${title}\n${problems.map((problem) => `  - ${problem}\n`).join('')}`);
  process.exit(1);
}
