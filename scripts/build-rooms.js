// @ts-check
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { nameOf, src } from './build-patches.js';

/** Rooms that get a file of their own for the files below, because copies would take up half of the package. */
const rooms = [
  'changes',
  'config',
  'host',
  'openrouter',
  'pricing',
  'routing',
  'sandbox',
  'setup-file',
  'spend',
];

/**
 * Files that load code from the rooms' files. All others contain copies, because users wait for those commands and
 * loading a whole room takes longer.
 */
export const takesFromRooms =
  /^(gateway|keys|sandbox|commands-(init|key|live-test|sandbox|serve))-/;

/** @param {readonly string[]} files @returns {Map<string, string[]>} */
export function modulesOfRooms(files) {
  return new Map(
    rooms.map((room) => [
      room,
      files.filter((file) => file.startsWith(join(src, room, '/'))).sort(),
    ]),
  );
}

/**
 * The source of a room's file. Each module in it runs on first access.
 * @param {string} room @param {Map<string, string[]>} modules
 */
export function roomExports(room, modules) {
  const files = modules.get(room) ?? [];
  const getters = files.map(
    (file) => `get ${exportName(file)}() { return require(${JSON.stringify(file)}); }`,
  );
  return `module.exports = { ${getters.join(', ')} };`;
}

/** @param {string} file */
function exportName(file) {
  return nameOf(file).replaceAll(/\W/g, '_');
}

/**
 * Resolves imports of a room's modules to the room's file. Each export becomes a variable: esbuild would read it
 * through two getters at every use, which V8 does not inline.
 * @param {Map<string, string[]>} modules @param {string} [own] the room that is being bundled
 * @returns {import('esbuild').Plugin}
 */
export function fromRooms(modules, own) {
  const roomOf = new Map(
    [...modules].flatMap(([room, files]) => files.map((file) => [file, room])),
  );
  return {
    name: 'from-rooms',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const target = resolve(resolveDir, path);
        const room = roomOf.get(target);
        if (kind !== 'import-statement' || room === undefined || room === own) return null;
        return { path: target, namespace: 'room' };
      });
      onResolve({ filter: /./, namespace: 'room' }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /./, namespace: 'room' }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const other =
          /^export (?!type |interface |(?:async )?function \w|const \w|class \w).*/m.exec(text);
        if (other !== null) throw new Error(`${path} cannot be in a room: ${other[0]}`);
        const exported = text.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm);
        const contents = [
          `const loaded = require("./room-${roomOf.get(path)}.cjs").${exportName(path)};`,
          // A call that is marked as pure is dropped if its result is not used; reading a property is not.
          'const take = (name) => loaded[name];',
          ...Array.from(
            exported,
            ([, name]) => `export const ${name} = /* @__PURE__ */ take("${name}");`,
          ),
        ].join('\n');
        return { contents };
      });
    },
  };
}
