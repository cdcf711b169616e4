import { startBot } from '../../../src/bot.ts';
import { systemClock } from '../../../src/clock.ts';
import { loadConfig } from '../../../src/load-config.ts';
import { createLogger } from '../../../src/log.ts';
import { answerOrders } from './answer-orders.ts';

/** The bot, sweeping when it is told to. Answers how long a sweep took in milliseconds. */
const loaded = loadConfig(process.env);
if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
const log = createLogger({ level: 'fatal', secrets: loaded.secrets });
const bot = await startBot({ config: loaded.config, clock: systemClock, log, host: '127.0.0.1' });
await bot.idle();

answerOrders(async (): Promise<number> => {
  const startedAt = performance.now();
  await bot.sweep();
  await bot.idle();
  return performance.now() - startedAt;
});
