import { randomInt } from 'node:crypto';
import { onTestFailed } from 'vitest';

/** The same numbers for the same seed. */
export interface Random {
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number from 0 up to but not including `below`. */
  int(below: number): number;
  /** Throws when there is nothing to pick from. */
  pick<T>(from: readonly T[]): T;
}

/** Random numbers for one test, by FAULTS_SEED or a seed of its own, which is printed when the test fails. */
export function seededRandom(): Random {
  const chosen = process.env.FAULTS_SEED;
  const seed = chosen === undefined || chosen === '' ? randomInt(2 ** 32) : Number(chosen);
  onTestFailed(() => {
    process.stderr.write(`To run it again with the same numbers: FAULTS_SEED=${seed}\n`);
  });
  return randomFrom(seed);
}

/** Mulberry32, by Tommy Ettinger: small, and good enough to choose faults with. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick(from) {
      const picked = from[int(from.length)];
      if (picked === undefined) throw new Error('There is nothing to pick from');
      return picked;
    },
  };
}
