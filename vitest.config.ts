import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Most of a small test file is loading the simulator: threads that keep their modules load it once. Every processor has one,
    // where the default leaves one idle.
    pool: 'threads',
    isolate: false,
    maxWorkers: availableParallelism(),
    passWithNoTests: false,
  },
});
