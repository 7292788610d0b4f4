// @ts-check
// Compiling takes most of what a short command adds to Node's own start. From version 22.1 on Node keeps compiled code
// on disk, in the temporary folder; this does the same for Node 20.
const fs = require('node:fs');
const { createRequire, Module } = require('node:module');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');
const vm = require('node:vm');

/**
 * What was compiled in this run. It is kept at the end, when it holds the functions that were used as well.
 * @type {{ script: vm.Script, cached: string }[]}
 */
const compiled = [];

/** Has what `require` loads from now on taken from the cache, and kept there. Where that cannot be, nothing changes. */
exports.enable = () => {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return;
  if ('enableCompileCache' in Module && Module.enableCompileCache instanceof Function) {
    Module.enableCompileCache();
    return;
  }
  const folder = join(tmpdir(), `openclaw-openrouter-compile-cache-${process.geteuid?.()}`);
  if (!isOurs(folder)) return;
  require.extensions['.cjs'] = (module, path) => load(module, path, folder);
  process.on('exit', keep);
};

/**
 * Compiled code is run as it is found: nobody else may have put it there.
 * @param {string} folder
 */
function isOurs(folder) {
  try {
    if (!fs.existsSync(folder)) fs.mkdirSync(folder, 0o700);
    const { mode, uid } = fs.lstatSync(folder);
    return mode === (fs.constants.S_IFDIR | 0o700) && uid === process.geteuid?.();
  } catch {
    return false;
  }
}

/** @param {NodeJS.Module} module @param {string} path @param {string} folder */
function load(module, path, folder) {
  // V8 knows a source by its length alone, and npm gives all files one time of change: the inode and its own time
  // tell apart what another version of the package put in their place.
  const { ino, size, ctimeMs } = fs.statSync(path);
  const cached = join(folder, [process.version, process.arch, ino, size, ctimeMs].join('-'));
  const cachedData = readOrNothing(cached);
  const script = new vm.Script(Module.wrap(fs.readFileSync(path, 'utf8')), {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected) compiled.push({ script, cached });
  const run = script.runInThisContext();
  run.call(module.exports, module.exports, createRequire(path), module, path, dirname(path));
}

/** @param {string} path */
function readOrNothing(path) {
  try {
    return fs.readFileSync(path);
  } catch {
    return undefined;
  }
}

function keep() {
  for (const { script, cached } of compiled) {
    const temporary = `${cached}.${process.pid}`;
    try {
      fs.writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
      fs.renameSync(temporary, cached);
    } catch {
      // A full disk: the next run compiles again.
      fs.rmSync(temporary, { force: true });
    }
  }
}
