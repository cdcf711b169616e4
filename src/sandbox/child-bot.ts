import { startBot } from '../bot.ts';
import { loadConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { ManualClock } from './manual-clock.ts';

/** What the parent process tells the child; each is answered with its number when it is done. */
export type ChildOrder = { readonly number: number } & (
  | { readonly do: 'set-clock'; readonly to: string }
  | { readonly do: 'sweep' }
  | { readonly do: 'idle' }
  | { readonly do: 'stop' }
);

export type ChildAnswer =
  | { readonly port: number }
  | { readonly number: number; readonly nextDueAt?: string; readonly error?: string };

/**
 * The bot in a process of its own, on a clock that its parent moves: so that it can be killed for real at any moment. For
 * testing only; settings come by the environment as in production.
 */
const loaded = loadConfig(process.env);
if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
const clock = new ManualClock(new Date(process.env.CHILD_CLOCK ?? ''));
const log = createLogger({ level: loaded.config.logLevel, secrets: loaded.secrets });
const bot = await startBot({ config: loaded.config, clock, log, host: '127.0.0.1', timeoutMs: 2_000 });

process.on('message', (order: ChildOrder) => {
  void carryOut(order).then(
    async () => answer({ number: order.number, nextDueAt: (await nextDueAt(order))?.toISOString() }),
    (error: unknown) => answer({ number: order.number, error: String(error) }),
  );
});
// A child without its parent has nobody to move its clock.
process.on('disconnect', () => process.exit(0));
answer({ port: bot.port ?? 0 });

async function carryOut(order: ChildOrder): Promise<void> {
  switch (order.do) {
    case 'set-clock':
      clock.tick(Math.max(0, Date.parse(order.to) - clock.now().getTime()));
      return;
    case 'sweep':
      return bot.sweep();
    case 'idle':
      return bot.idle();
    case 'stop':
      return bot.stop();
  }
}

async function nextDueAt(order: ChildOrder): Promise<Date | undefined> {
  return order.do === 'stop' ? undefined : bot.nextDueAt();
}

function answer(message: ChildAnswer): void {
  process.send?.(message);
}
