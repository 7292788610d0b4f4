// @ts-check
// Bundles src/ into dist/: one small entry, one file per command, loaded when used (see docs/architecture.md). What is imported
// with `import()` is a file of its own with all it needs: a command then loads four or five files, where esbuild's own
// splitting made thirty, and each costs a start a third of a millisecond. All of it is CommonJS, since Node's loader
// of ES modules alone takes a fifth of the time of an empty script; only the plugin's entry, which the host imports, is
// an ES module.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const src = join(root, 'src');
const dist = join(root, 'dist');

/** Installed beside the bundle, since they bring native code or are the host. */
const installed = ['libsql', 'openclaw'];

/**
 * Also a file of its own, though it is imported with `import … from`: what so many files hold that copies would take
 * a sixth of the package.
 */
const bundledOnce = ['big.js', join(src, 'config/dialects.ts')];

/** In the file that all share for other reasons, see `survey`: no copy beside it. */
const alsoShared = [join(src, 'text/redact.ts')];

/** Writes only what changed, so that two builds at once, or a bin that runs meanwhile, never see half a file. */
export async function build() {
  const { lazy, shared } = await survey();
  const entries = new Set([
    join(src, 'cli/main.ts'),
    'json5/lib/unicode.js',
    ...bundledOnce,
    ...lazy,
  ]);
  const files = Object.fromEntries([...entries].map((entry) => [nameOf(entry), entry]));
  const exportsOfShared = shared.map((file) => `export * from ${JSON.stringify(file)};`).join('\n');
  const results = await Promise.all([
    bundle({
      ...commonJs,
      entryPoints: files,
      plugins: [separateFiles(shared), ...packagePatches],
    }),
    bundle({
      ...commonJs,
      stdin: { contents: exportsOfShared, resolveDir: src, loader: 'ts', sourcefile: 'shared.ts' },
      entryNames: 'shared',
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
    metafile: true,
    write: false,
  });
}

/**
 * What the source loads with `import()`, and the modules that define kinds of errors (the classes of `errors.ts` and
 * `*-error.ts`): those are one file that all share, since `instanceof` knows a class only from its one copy.
 */
async function survey() {
  const lazy = new Set();
  const shared = [...alsoShared];
  for (const name of await readdir(src, { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const file = join(src, name);
    const text = await readFile(file, 'utf8');
    for (const [, target = ''] of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) {
      if (target.startsWith('.')) lazy.add(resolve(dirname(file), target));
      else if (!isBuiltin(target) && !installed.includes(target)) lazy.add(target);
    }
    if (/(^|[/-])errors?\.ts$/.test(name) && /^export class/m.test(text)) shared.push(file);
  }
  for (const file of shared) lazy.delete(file);
  return { lazy: [...lazy].sort(), shared: shared.sort() };
}

/** The file in dist/ of an entry: flat, so that each finds the others as its neighbors. @param {string} entry */
function nameOf(entry) {
  return relative(src, resolve(src, entry))
    .replace(/\.[jt]s$/, '')
    .replaceAll(/[/\\]/g, '-');
}

/** @param {readonly string[]} shared @returns {esbuild.Plugin} */
function separateFiles(shared) {
  return {
    name: 'separate-files',
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ kind, namespace, path, resolveDir }) => {
        if (namespace === 'package') return null;
        const target = path.startsWith('.') ? resolve(resolveDir, path) : path;
        if (shared.includes(target)) return { path: './shared.cjs', external: true };
        const isLazy = kind === 'dynamic-import' && !isBuiltin(path) && !installed.includes(path);
        const isShared = kind !== 'entry-point' && bundledOnce.includes(target);
        return isLazy || isShared ? { path: `./${nameOf(target)}.cjs`, external: true } : null;
      });
    },
  };
}

/**
 * From the name under which it is imported to the name under which it is then required. Commander starts programs of
 * their own for some commands, which we have none of; json5's tables are for names that are not ASCII.
 */
const loadedWhenUsed = new Map([
  ['node:child_process', 'child_process'],
  ['node:crypto', 'crypto'],
  ['node:zlib', 'zlib'],
  ['json5/lib/unicode.js', `./${nameOf('json5/lib/unicode.js')}.cjs`],
]);

/** @param {string} path */
async function gettersOf(path) {
  const names = Object.keys(await import(path)).filter(
    (name) => /^\w+$/.test(name) && name !== 'default',
  );
  const from = JSON.stringify(loadedWhenUsed.get(path));
  return `module.exports = { ${names.map((name) => `get ${name}() { return require(${from}).${name}; }`).join(', ')} };`;
}

/** @type {esbuild.Plugin[]} */
const packagePatches = [
  {
    // `import()` of a package in dist/ returns what Node's own would as the default, for both module formats.
    name: 'default-of-package',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
        kind === 'entry-point' && !isAbsolute(path) ? { path, namespace: 'package' } : null,
      );
      onLoad({ filter: /./, namespace: 'package' }, ({ path }) => ({
        contents: `const it = require(${JSON.stringify(path)}); module.exports = it.__esModule ? it.default : it;`,
        resolveDir: root,
      }));
    },
  },
  {
    // What most runs never use, and what is slow to load: it is loaded when one of its exports is looked at.
    name: 'when-used',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(node:|json5\/)/ }, ({ path, namespace }) =>
        loadedWhenUsed.has(path) && namespace === 'file' ? { path, namespace: 'when-used' } : null,
      );
      onResolve({ filter: /./, namespace: 'when-used' }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /./, namespace: 'when-used' }, async ({ path }) => ({
        contents: await gettersOf(path),
      }));
    },
  },
  {
    // Chalk guesses the terminal's colors when it is loaded, and loads `tty` and `os` for that; we always set it.
    name: 'no-color-guess',
    setup({ onResolve }) {
      onResolve({ filter: /^#supports-color$/ }, ({ resolveDir }) => ({
        path: join(resolveDir, 'vendor/supports-color/browser.js'),
      }));
    },
  },
];

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
 * The licenses of the packages that went into the bundle: they ask to travel with it.
 * @param {readonly string[]} inputs
 */
async function thirdPartyNotices(inputs) {
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

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await build();
}
