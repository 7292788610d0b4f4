#!/usr/bin/env node
// CommonJS, as set by the package.json in this folder; see scripts/build.js.
require('./compile-cache.js').enable();
const { main } = require('../dist/cli-main.cjs');
main().then((exitCode) => {
  process.exitCode = exitCode;
  // Node stops listening for signals shortly before it ends. Ctrl-C would then give a run that has already written the
  // exit code of a cancelled one. Nothing is left to do, so exit at once.
  process.once('beforeExit', () => process.exit());
});
