import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

const target = process.env.MUTATE ?? 'routing';
/** `config/json5` is tested as a whole: its files have no tests of their names. */
const tested = [`test/${target}`, `test/${target}.test.ts`].some(existsSync)
  ? target
  : dirname(target);

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
