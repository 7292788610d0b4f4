#!/usr/bin/env node
// CommonJS, as package.json beside this file says: see scripts/build.js.
require('./compile-cache.js').enable();
const { main } = require('../dist/cli-main.cjs');
main().then((exitCode) => {
  process.exitCode = exitCode;
  // Node stops listening to signals some time before it ends, and Ctrl-C would then give a run that has written the
  // exit code of a cancelled one. Nothing is left to do here: end at once.
  process.once('beforeExit', () => process.exit());
});
