import { defineConfig } from 'vitest/config';

/** One file at a time: each run brings its own processes, and wants the machine for itself. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.fault.ts'],
    environment: 'node',
    fileParallelism: false,
    globalSetup: ['test/support/build.ts', 'test/faults/report.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'test-results/faults.json' }]],
  },
});
