import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

// No test is about how fast the machine is: limits are for what hangs, and far from what a slow one needs.
const hangsMs = 300_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: hangsMs,
    hookTimeout: hangsMs,
    teardownTimeout: hangsMs,
    expect: { poll: { timeout: hangsMs } },
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
