import { LogLevel, type Logger as SlackLogger } from '@slack/web-api';
import type { Logger } from '../log.ts';

/** Slack's own loggers write to the console; this one passes what matters to ours, where secrets are taken out. */
export function clientLogger(log: Logger): SlackLogger {
  const pass = (...words: unknown[]): void => log.debug({ client: 'slack' }, words.map(String).join(' '));
  return {
    debug: () => {},
    info: () => {},
    warn: pass,
    error: pass,
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
