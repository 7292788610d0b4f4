// @ts-check
// Runs test/bench/*.bench.ts and prints each figure beside its limit. `npm run bench -- start` runs one.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { build } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = process.argv.slice(2);
process.chdir(root);
await build();
const folder = await mkdtemp(join(root, 'node_modules/.bench-'));
let over = 0;
try {
  for (const name of (await readdir('test/bench')).filter((file) => file.endsWith('.bench.ts'))) {
    if (names.length > 0 && !names.includes(name.replace('.bench.ts', ''))) continue;
    const { bench } = await load(name);
    for (const { what, measured, atMost, unit } of await bench()) {
      const ok = measured <= atMost;
      if (!ok) over += 1;
      const figure = `${measured.toFixed(2)} ${unit}`;
      console.log(`${ok ? 'ok  ' : 'over'}  ${what.padEnd(48)} ${figure} (at most ${atMost})`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(over === 0 ? 'All figures hold' : `${over} figures do not hold`);

/** @param {string} name @returns {Promise<{bench: import('../test/bench/figure.ts').Bench}>} */
async function load(name) {
  const outfile = join(folder, `${name}.mjs`);
  await esbuild.build({
    entryPoints: [join('test/bench', name)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}
