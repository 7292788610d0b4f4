// @ts-check
// Bundles src/ into dist/. For the output and the reasons see docs/architecture.md, "The build".
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { installed, nameOf, packagePatches, root, src } from './build-patches.js';
import { fromRooms, modulesOfRooms, roomExports, takesFromRooms } from './build-rooms.js';
import { rawText } from './raw-text.js';
import { thirdPartyNotices } from './third-party-notices.js';

const dist = join(root, 'dist');

/** Gets a file of its own although it is imported statically. */
const bundledOnce = ['big.js'];

/** Loaded at every start. Other files import the shared modules from it: see `survey`. */
const main = join(src, 'cli/main.ts');
const alsoInMain = [join(src, 'text/redact.ts')];

/** Writes only changed files, so that concurrent builds, or a bin running meanwhile, never see a partial file. */
export async function build() {
  const { lazy, shared, modules } = await survey();
  const entries = ['json5/lib/unicode.js', ...bundledOnce, ...lazy];
  const inMain = [main, ...shared].map((file) => `export * from ${JSON.stringify(file)};`);
  const named = entries.map((entry) => [nameOf(entry), entry]);
  const entryPoints = (/** @type {boolean} */ inRooms) =>
    Object.fromEntries(named.filter(([name]) => takesFromRooms.test(name ?? '') === inRooms));
  const results = await Promise.all([
    bundle({
      ...commonJs,
      entryPoints: entryPoints(false),
      plugins: [separateFiles(shared), ...packagePatches],
    }),
    bundle({
      ...commonJs,
      entryPoints: entryPoints(true),
      plugins: [fromRooms(modules), separateFiles(shared), ...packagePatches],
    }),
    ...[...modules.keys()].map((room) =>
      bundle({
        ...commonJs,
        stdin: { contents: roomExports(room, modules), resolveDir: src },
        entryNames: `room-${room}`,
        plugins: [fromRooms(modules, room), separateFiles(shared), ...packagePatches],
      }),
    ),
    bundle({
      ...commonJs,
      stdin: { contents: inMain.join('\n'), resolveDir: src, loader: 'ts' },
      entryNames: nameOf(main),
      plugins: [separateFiles([]), ...packagePatches],
    }),
    bundle({
      format: 'esm',
      entryPoints: { plugin: join(src, 'cli/plugin.ts') },
      plugins: [separateFiles(shared)],
    }),
  ]);
  const written = new Set();
  for (const file of results.flatMap(({ outputFiles }) => outputFiles)) {
    written.add(file.path);
    await writeIfChanged(file.path, file.contents);
  }
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const notices = join(dist, 'THIRD-PARTY-NOTICES.txt');
  written.add(notices);
  await writeIfChanged(notices, Buffer.from(await thirdPartyNotices(inputs)));
  await removeOthers(written);
}

/** @type {esbuild.BuildOptions} */
const commonJs = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // `import()` of a neighbor becomes `require()`.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname' },
};

/** @param {esbuild.BuildOptions} options */
function bundle(options) {
  return esbuild.build({
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.19',
    external: installed,
    legalComments: 'none',
    ...options,
    plugins: [rawText, ...(options.plugins ?? [])],
    metafile: true,
    write: false,
  });
}

/**
 * Finds the targets of `import()`, and the modules that define error classes (`errors.ts` and `*-error.ts`). The error
 * classes live only in the main file, because `instanceof` works only with a single copy of a class.
 */
async function survey() {
  const lazy = new Set();
  const shared = [...alsoInMain];
  const files = [];
  for (const name of await readdir(src, { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const file = join(src, name);
    const text = await readFile(file, 'utf8');
    files.push(file);
    for (const [, target = ''] of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) {
      if (target.startsWith('.')) lazy.add(resolve(dirname(file), target));
      else if (!isBuiltin(target) && !installed.includes(target)) lazy.add(target);
    }
    if (/(^|[/-])errors?\.ts$/.test(name) && /^export class/m.test(text)) shared.push(file);
  }
  for (const file of [main, ...shared]) lazy.delete(file);
  const modules = modulesOfRooms(files.filter((file) => !lazy.has(file) && !shared.includes(file)));
  return { lazy: [...lazy].sort(), shared: shared.sort(), modules };
}

/** @param {readonly string[]} shared @returns {esbuild.Plugin} */
function separateFiles(shared) {
  return {
    name: 'separate-files',
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ kind, namespace, path, resolveDir }) => {
        if (namespace === 'package') return null;
        const target = path.startsWith('.') ? resolve(resolveDir, path) : path;
        if (shared.includes(target)) return { path: `./${nameOf(main)}.cjs`, external: true };
        const isLazy = kind === 'dynamic-import' && !isBuiltin(path) && !installed.includes(path);
        const isShared = kind !== 'entry-point' && bundledOnce.includes(target);
        return isLazy || isShared ? { path: `./${nameOf(target)}.cjs`, external: true } : null;
      });
    },
  };
}

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

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await build();
}
