import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Logger } from '../log.ts';

/**
 * Bolt's messages, in our log. What it says for debugging is left out: whole payloads with their response URLs, and the
 * addresses of web sockets, which hold a ticket.
 */
export function boltLogger(log: Logger): BoltLogger {
  const lines = log.child({ component: 'bolt' });
  const text = (words: readonly unknown[]): string => words.map(String).join(' ');
  return {
    debug: () => {},
    info: (...words) => lines.debug(text(words)),
    warn: (...words) => lines.warn(text(words)),
    error: (...words) => lines.error(text(words)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
