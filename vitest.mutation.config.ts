import { defineConfig } from 'vitest/config';

/** For Stryker: unit tests need no built bin, and a mutant that never ends must not take two minutes. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    setupFiles: ['test/helpers/no-real-home.ts'],
    isolate: false,
    testTimeout: 60_000,
  },
});
