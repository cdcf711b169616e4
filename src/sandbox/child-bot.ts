import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startBot } from '../bot.ts';
import { loadConfig } from '../load-config.ts';
import { createLogger } from '../log.ts';
import { ManualClock } from './manual-clock.ts';

/** What the parent process tells the child; each is answered with its number when it is done. */
export type ChildOrder = {
  readonly number: number;
} /** Time passes until then; nothing happens when that is over. */ & (
  | { readonly do: 'set-clock'; readonly to: string }
  | { readonly do: 'pass-time'; readonly ms: number }
  /** Somebody sets the machine's clock, forward or back: no time passes. */
  | { readonly do: 'step-clock'; readonly to: string }
  | { readonly do: 'sweep' }
  /** Answered with when something is due next. */
  | { readonly do: 'idle' }
  /** Says what the process holds, once its garbage has been collected. */
  | { readonly do: 'measure' }
  | { readonly do: 'stop' }
);

/** What a process holds when nothing runs. */
export interface Holdings {
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** Sockets, servers, pipes, requests; timers are not counted. */
  readonly handles: number;
}

export type ChildAnswer =
  | { readonly port: number }
  | {
      readonly number: number;
      readonly nextDueAt?: string;
      readonly holdings?: Holdings;
      readonly error?: string;
    };

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
    async (holdings) => answer({ number: order.number, nextDueAt: (await nextDueAt(order))?.toISOString(), holdings }),
    (error: unknown) => answer({ number: order.number, error: String(error) }),
  );
});
// A child without its parent has nobody to move its clock.
process.on('disconnect', () => process.exit(0));
answer({ port: bot.port ?? 0 });

async function carryOut(order: ChildOrder): Promise<Holdings | undefined> {
  switch (order.do) {
    case 'set-clock':
      clock.tick(Math.max(0, Date.parse(order.to) - clock.now().getTime()));
      break;
    case 'pass-time':
      clock.tick(order.ms);
      break;
    case 'step-clock':
      clock.set(new Date(order.to));
      break;
    case 'sweep':
      await bot.sweep();
      break;
    case 'idle':
      await bot.idle();
      break;
    case 'measure':
      return holdings();
    case 'stop':
      await bot.stop();
      break;
  }
  return undefined;
}

function holdings(): Holdings {
  setFlagsFromString('--expose-gc');
  // Twice: what a finalizer lets go of is garbage only then.
  runInNewContext('gc(); gc();');
  const { heapUsed, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate');
  return { heapBytes: heapUsed, residentBytes: rss, handles: handles.length };
}

async function nextDueAt(order: ChildOrder): Promise<Date | undefined> {
  return order.do === 'idle' ? bot.nextDueAt() : undefined;
}

function answer(message: ChildAnswer): void {
  process.send?.(message);
}
