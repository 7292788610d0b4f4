// @ts-check
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './build-patches.js';

/**
 * The licenses of the bundled packages, which they require to be distributed with them.
 * @param {readonly string[]} inputs
 */
export async function thirdPartyNotices(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1] !== undefined) folders.add(match[1]);
  }
  const parts = [];
  for (const folder of [...folders].sort()) {
    const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const names = await readdir(join(root, folder));
    const file = names.find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? '' : await readFile(join(root, folder, file), 'utf8');
    parts.push(`${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${'-'.repeat(72)}\n\n`);
}
