#!/usr/bin/env node
// CommonJS, as package.json beside this file says: see scripts/build.js.
require('./compile-cache.js').enable();
const { main } = require('../dist/main.cjs');
main().then((exitCode) => {
  process.exitCode = exitCode;
});
