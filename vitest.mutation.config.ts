import { defineConfig } from 'vitest/config';

const target = process.env.MUTATE ?? 'routing';

/** For Stryker: the tests of what is mutated, without a built bin. */
export default defineConfig({
  test: {
    include: [`test/${target}.test.ts`, `test/${target}/**/*.test.ts`],
    setupFiles: ['test/helpers/no-real-home.ts'],
    isolate: false,
    testTimeout: 60_000,
  },
});
