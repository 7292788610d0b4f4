// @ts-check
// Bundles src/ into dist/: one small entry, one chunk a command, loaded when used (DESIGN section 8).
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

// Bundled CommonJS packages (commander, json5) ask for Node's own modules with `require`.
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

/** Writes only what changed, so that two builds at once, or a bin that runs meanwhile, never see half a file. */
export async function build() {
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts', 'src/plugin.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['libsql', 'openclaw'],
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: banner },
    legalComments: 'none',
    plugins: [lazyChildProcess],
    metafile: true,
    write: false,
  });
  const written = new Set();
  for (const file of result.outputFiles) {
    written.add(file.path);
    await writeIfChanged(file.path, file.contents);
  }
  const notices = join(dist, 'THIRD-PARTY-NOTICES.txt');
  written.add(notices);
  await writeIfChanged(notices, Buffer.from(await thirdPartyNotices(result.metafile)));
  await removeOthers(written);
}

/**
 * Commander asks for child_process when it is loaded and uses it only for commands that are programs of their own,
 * which we have none of: 3 ms of every start.
 * @type {esbuild.Plugin}
 */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/')
        ? { path: 'child_process', namespace: 'lazy' }
        : null,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents: `exports.spawn = (...args) => require('child_process').spawn(...args);`,
      loader: 'js',
    }));
  },
};

/** @param {string} path @param {Uint8Array} bytes */
async function writeIfChanged(path, bytes) {
  const before = await readFile(path).catch(() => null);
  if (before?.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** @param {Set<string>} keep */
async function removeOthers(keep) {
  const names = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !keep.has(path)) await rm(path, { force: true });
  }
}

/**
 * The licences of the packages that went into the bundle: they ask to travel with it.
 * @param {esbuild.Metafile} metafile
 */
async function thirdPartyNotices(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
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

if (
  process.argv[1] !== undefined &&
  relative(process.argv[1], fileURLToPath(import.meta.url)) === ''
) {
  await build();
}
