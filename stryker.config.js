// @ts-check
// Mutates one folder of src and runs only its own tests: a test of another folder that happens to kill a mutant hides
// a gap in them. `ROOM=config/json5 npm run mutation` does another folder.
const room = process.env.ROOM ?? 'routing';
const results = `coverage/mutation/${room.replaceAll('/', '-')}`;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', dir: `test/${room}`, related: false },
  mutate: [`src/${room}/**/*.ts`],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  incremental: true,
  incrementalFile: `${results}.json`,
  reporters: ['progress-append-only', 'clear-text', 'html'],
  htmlReporter: { fileName: `${results}.html` },
  tempDirName: 'coverage/.stryker',
  clearTextReporter: { reportTests: false },
  thresholds: { high: 90, low: 80, break: null },
};
