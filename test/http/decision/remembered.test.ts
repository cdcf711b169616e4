import { describe, expect, it } from 'vitest';
import { Remembered } from '../../../src/http/decision/remembered.ts';
import { ManualClock } from '../../../src/sandbox/manual-clock.ts';

interface Value {
  readonly said: string;
}

function memory(freshForMs: number) {
  const clock = new ManualClock();
  const failures: unknown[] = [];
  const onRead = (failure?: unknown): void => void (failure === undefined || failures.push(failure));
  const remembered = new Remembered<Value>({ clock, freshForMs, onRead });
  const readings: { resolve(value: Value | undefined): void; reject(failure: Error): void }[] = [];
  const read = () =>
    new Promise<Value | undefined>((resolve, reject) => {
      readings.push({ resolve, reject });
    });
  const get = async () => {
    const found = await remembered.get('key', read);
    return found && [found.value?.said, found.isNew];
  };
  return { clock, failures, readings, get };
}

describe('what is remembered', () => {
  it('is read by whoever asks, and again only after a while', async () => {
    const { clock, readings, get } = memory(5_000);
    const both = Promise.all([get(), get()]);
    readings[0]?.resolve({ said: 'first' });
    expect(await both).toEqual([
      ['first', true],
      ['first', true],
    ]);
    clock.tick(4_999);
    expect(await get()).toEqual(['first', false]);
    clock.tick(1);
    const again = get();
    readings[1]?.resolve(undefined);
    expect(await again).toEqual([undefined, true]);
    expect(readings).toHaveLength(2);
  });

  it('is never older than the question where that is wanted', async () => {
    const { readings, get } = memory(0);
    const [early, late] = [get(), get()];
    readings[0]?.resolve({ said: 'before' });
    readings[1]?.resolve({ said: 'after' });
    expect(await Promise.all([early, late])).toEqual([
      ['before', true],
      ['after', true],
    ]);
  });

  it('is what was read last, where nothing can be read: of readings that cross, of the one that began later', async () => {
    const { clock, readings, failures, get } = memory(0);
    const early = get();
    clock.tick(10);
    const late = get();
    readings[1]?.resolve({ said: 'closed' });
    expect(await late).toEqual(['closed', true]);
    readings[0]?.resolve({ said: 'open' });
    expect(await early).toEqual(['open', true]);
    const away = get();
    readings[2]?.reject(new Error('away'));
    expect(await away).toEqual(['closed', false]);
    expect(failures).toEqual([new Error('away')]);
  });

  it('is nothing where nothing was ever read', async () => {
    const { readings, get } = memory(0);
    const away = get();
    readings[0]?.reject(new Error('away'));
    expect(await away).toBeUndefined();
  });
});
