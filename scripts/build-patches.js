// @ts-check
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const src = join(root, 'src');

/** The file in dist/ of an entry: flat, so that each finds the others as its neighbors. @param {string} entry */
export function nameOf(entry) {
  return relative(src, resolve(src, entry))
    .replace(/\.[jt]s$/, '')
    .replaceAll(/[/\\]/g, '-');
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

/** Functions can be left out if nobody imports them; other values are looked up each time. @param {string} path */
async function stubOf(path) {
  const exported = Object.entries(await import(path)).filter(([name]) => /^\w+$/.test(name));
  const from = JSON.stringify(loadedWhenUsed.get(path));
  const functions = exported.filter(([, value]) => typeof value === 'function');
  if (functions.length > 0) {
    return functions
      .map(([name]) => `export const ${name} = (...args) => require(${from}).${name}(...args);`)
      .join('\n');
  }
  const getters = exported.map(([name]) => `get ${name}() { return require(${from}).${name}; }`);
  return `module.exports = { ${getters.join(', ')} };`;
}

/**
 * Of packages and of Node's modules. Each takes milliseconds off every start: see docs/architecture.md, "The build".
 * @type {import('esbuild').Plugin[]}
 */
export const packagePatches = [
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
        contents: await stubOf(path),
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
