import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build-once.ts'],
    setupFiles: ['test/helpers/no-real-home.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The bin tests start real processes: more of them than cores only makes each one wait.
    maxWorkers: 2,
  },
});
