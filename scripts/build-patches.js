// @ts-check
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const src = join(root, 'src');

/** Not bundled, because they contain native code or are the host. */
export const installed = ['libsql', 'openclaw'];

/** The name of an entry's file in dist/, which is flat so that files can load each other. @param {string} entry */
export function nameOf(entry) {
  return relative(src, resolve(src, entry))
    .replace(/\.[jt]s$/, '')
    .replaceAll(/[/\\]/g, '-');
}

/**
 * Maps the imported name to the name that is later required. Commander only needs child processes for executable
 * subcommands, which we do not have; the json5 tables are only for non-ASCII names.
 */
const loadedWhenUsed = new Map([
  ['node:child_process', 'child_process'],
  ['node:crypto', 'crypto'],
  ['node:zlib', 'zlib'],
  ['json5/lib/unicode.js', `./${nameOf('json5/lib/unicode.js')}.cjs`],
]);

/** Unused functions can be tree-shaken; other values are looked up on every access. @param {string} path */
async function stubOf(path) {
  const exported = Object.entries(await import(path)).filter(([name]) => /^\w+$/.test(name));
  const from = JSON.stringify(loadedWhenUsed.get(path));
  const functions = exported.filter(([, value]) => typeof value === 'function');
  if (functions.length > 0) {
    return [
      `let loaded; const load = () => (loaded ??= require(${from}));`,
      ...functions.map(([name]) => `export const ${name} = (...args) => load().${name}(...args);`),
    ].join('\n');
  }
  const getters = exported.map(([name]) => `get ${name}() { return require(${from}).${name}; }`);
  return `module.exports = { ${getters.join(', ')} };`;
}

/**
 * Patches for packages and Node modules. Each saves milliseconds at every start: see docs/architecture.md, "The build".
 * @type {import('esbuild').Plugin[]}
 */
export const packagePatches = [
  {
    // `import()` of a package in dist/ returns what Node would return as the default, for both module formats.
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
    // Slow modules that most runs never use are loaded when one of their exports is first accessed.
    name: 'when-used',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(node:|json5\/)/ }, ({ path, namespace }) =>
        loadedWhenUsed.has(path) && namespace === 'file' ? { path, namespace: 'when-used' } : null,
      );
      onResolve({ filter: /./, namespace: 'when-used' }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /./, namespace: 'when-used' }, async ({ path }) => ({
        contents: await stubOf(path),
      }));
    },
  },
  {
    // Chalk detects color support at import and loads `tty` and `os` for that; we always set the color level.
    name: 'no-color-guess',
    setup({ onResolve }) {
      onResolve({ filter: /^#supports-color$/ }, ({ resolveDir }) => ({
        path: join(resolveDir, 'vendor/supports-color/browser.js'),
      }));
    },
  },
];
