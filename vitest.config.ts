import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    environment: 'node',
    // No module keeps anything that one test could leave to the next, and to load them all anew for each file takes minutes.
    isolate: false,
    // Left to itself vitest keeps one core of two free.
    maxWorkers: '100%',
    globalSetup: ['test/support/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // They import JSON in a way that Node.js itself does not take.
    server: { deps: { inline: ['@actions/workflow-parser', '@actions/expressions'] } },
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
  },
});
