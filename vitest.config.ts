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
    // The built bin runs in processes of its own, which this does not see.
    coverage: { include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
