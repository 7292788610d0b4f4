#!/usr/bin/env node
import module from 'node:module';

// Node 22.1 and later keep the compiled code on disk; Node 20 has no such thing.
module.enableCompileCache?.();
const { main } = await import('../dist/main.js');
process.exitCode = await main();
