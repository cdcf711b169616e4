import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { promptly } from '../../src/operations/promptly.ts';

let lines: Record<string, unknown>[];
let log: ReturnType<typeof createLogger>;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  log = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
});

afterEach(() => {
  vi.useRealTimers();
});

it('gives what was read, and leaves no timer behind', async () => {
  expect(await promptly(log, 'Not read', Promise.resolve('read'), 'stand-in')).toBe('read');
  expect(vi.getTimerCount()).toBe(0);
  expect(lines).toEqual([]);
});

it('gives the stand-in for what could not be read, and logs why', async () => {
  const reading = Promise.reject(new Error('No connection'));
  expect(await promptly(log, 'Not read', reading, 'stand-in')).toBe('stand-in');
  expect(lines).toMatchObject([{ msg: 'Not read', err: { message: 'No connection' } }]);
});

it('gives the stand-in for what is not there within half of what Slack waits, whatever becomes of it later', async () => {
  let fail = (_error: Error): void => {};
  const reading = new Promise<string>((_, reject) => {
    fail = reject;
  });
  const given = promptly(log, 'Not read', reading, 'stand-in');
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await given).toBe('stand-in');
  expect(lines).toMatchObject([{ msg: 'Not read', err: { message: 'It was not there in time' } }]);
  fail(new Error('No connection'));
});
