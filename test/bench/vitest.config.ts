import { defineConfig } from 'vitest/config';

/** Prints figures, asserts none: a timing says something about the machine as well. */
export default defineConfig({
  test: {
    include: ['test/bench/**/*.bench.ts'],
    environment: 'node',
    fileParallelism: false,
    globalSetup: ['test/support/build.ts', 'test/bench/table.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'test-results/bench.json' }]],
  },
});
