import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { examine } from '../../src/doctor/examine.ts';
import { good } from '../../src/findings.ts';
import { createLogger } from '../../src/log.ts';

let lines: { msg: string; check?: string }[];
const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
const check = (run: (signal: AbortSignal) => Promise<ReturnType<typeof good>[]>) => ({
  name: 'moon',
  subject: 'The moon',
  run,
});

beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

it('gives what was found', async () => {
  expect(
    await examine(
      check(async () => [good('It is there.')]),
      log,
    ),
  ).toEqual([good('It is there.')]);
  expect(vi.getTimerCount()).toBe(0);
});

it('waits twelve seconds, then has it given up', async () => {
  let given: AbortSignal | undefined;
  const examined = examine(
    check((signal) => {
      given = signal;
      return new Promise(() => {});
    }),
    log,
  );
  await vi.advanceTimersByTimeAsync(11_999);
  expect(given?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await examined).toEqual([
    { state: 'away', what: 'The moon could not be checked: there was no answer within 12 seconds.', who: 'operator' },
  ]);
  expect(given?.aborted).toBe(true);
});

it('tells nothing of an error that nobody foresaw but where to look', async () => {
  const found = await examine(
    check(() => Promise.reject(new TypeError('secret-of-the-moon'))),
    log,
  );
  expect(found).toMatchObject([{ state: 'away', what: expect.stringContaining('the log says more') }]);
  expect(JSON.stringify(found)).not.toContain('secret-of-the-moon');
  expect(lines).toMatchObject([{ check: 'moon', err: { message: 'secret-of-the-moon' } }]);
});
