import { defineConfig } from 'vitest/config';
import { reduced } from './scale.ts';

/**
 * In full one file at a time: each run brings its own processes, and wants the machine for itself. The reduced form mostly waits
 * for time-outs.
 */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.fault.ts'],
    environment: 'node',
    fileParallelism: reduced,
    maxWorkers: 2,
    globalSetup: ['test/support/build.ts', 'test/faults/report.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'test-results/faults.json' }]],
  },
});
