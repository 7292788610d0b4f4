import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build-once.ts'],
    setupFiles: ['test/helpers/no-real-home.ts'],
    reporters: ['default', './test/helpers/name-skips.ts'],
    // Many tests run the bin several times, and a busy machine with two cores must not make one fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
