// @ts-check
// Mutates a folder or a file of src against its own tests only: a test elsewhere that happens to kill a mutant would
// hide a gap in them. `MUTATE=routing/walk npm run mutation` does one file.
const target = process.env.MUTATE ?? 'routing';

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  mutate: [`src/${target}.ts`, `src/${target}/**/*.ts`],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  reporters: ['progress-append-only', 'clear-text', 'html'],
  clearTextReporter: { reportTests: false },
  htmlReporter: { fileName: `coverage/mutation/${target.replaceAll('/', '-')}.html` },
  tempDirName: 'coverage/.stryker',
  thresholds: { high: 90, low: 80, break: null },
};
