import { defineConfig } from 'vitest/config';

const target = process.env.MUTATE ?? 'routing';
// The files of the JSON5 editor are tested as a whole.
const tested = target.startsWith('config/json5/') ? 'config/json5' : target;

/** For Stryker: the tests of what is mutated, without a built bin. */
export default defineConfig({
  test: {
    include: [`test/${tested}.test.ts`, `test/${tested}/**/*.test.ts`],
    // Large files: 10 s for each mutant that they reach.
    exclude: ['test/config/json5/odd-files.test.ts'],
    setupFiles: ['test/helpers/no-real-home.ts'],
    isolate: false,
    testTimeout: 60_000,
  },
});
