#!/usr/bin/env node
// CommonJS, as package.json beside this file says: see scripts/build.js.
// Node 22.1 and later keep the compiled code on disk; Node 20 has no such thing.
require('node:module').enableCompileCache?.();
const { main } = require('../dist/main.cjs');
main().then((exitCode) => {
  process.exitCode = exitCode;
});
