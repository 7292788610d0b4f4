// @ts-check
// Compilation is most of what a short command adds to Node's own startup time. Node 22.1 and later can cache compiled
// code on disk; this does the same for Node 20.
const fs = require('node:fs');
const { dirname, isAbsolute, join, relative } = require('node:path');
const vm = require('node:vm');

/** The exports of `node:module`, which takes a millisecond to load by name. */
const Module = /** @type {typeof import('node:module').Module} */ (module.constructor);

/**
 * Scripts compiled in this run. They are stored at exit, when their code cache also contains the functions that were
 * used.
 * @type {{ script: vm.Script, cached: string }[]}
 */
const compiled = [];

/** Makes `require` load code from the cache and store it there. If that is impossible, does nothing. */
exports.enable = () => {
  const path = cachePath();
  const folder = path === null ? null : ownFolder(path);
  if (folder === null) return;
  if ('enableCompileCache' in Module && Module.enableCompileCache instanceof Function) {
    Module.enableCompileCache(folder);
    return;
  }
  require.extensions['.cjs'] = (module, path) => load(module, path, folder);
  if (!isDryRun()) process.on('exit', keep);
};

/** In the cache folder of this program, unless Node's own variable names another folder. */
function cachePath() {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  if (NODE_DISABLE_COMPILE_CACHE) return null;
  if (NODE_COMPILE_CACHE) return isAbsolute(NODE_COMPILE_CACHE) ? NODE_COMPILE_CACHE : null;
  const below = join('openclaw-openrouter', 'compile-cache');
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, below);
  return HOME && isAbsolute(HOME) ? join(HOME, '.cache', below) : null;
}

// A dry run leaves no trace, so it creates no folder.
function isDryRun() {
  return process.argv.includes('--dry-run');
}

/**
 * The folder, created if missing; null if another user could put code there, which would then be run unchecked.
 * @param {string} path
 */
function ownFolder(path) {
  try {
    let existing = path;
    while (!fs.existsSync(existing)) existing = dirname(existing);
    if (existing !== path && isDryRun()) return null;
    const real = fs.realpathSync.native(existing);
    const folder = join(real, relative(existing, path));
    if (existing !== path) {
      if (!isOutOfReach(real)) return null;
      makeFolders(folder);
    }
    const { mode, uid } = fs.lstatSync(folder);
    const isOurs = (mode & 0o777) === 0o700 && uid === process.geteuid?.();
    return isOurs && isOutOfReach(folder) ? folder : null;
  } catch {
    return null;
  }
}

/**
 * Node's own `recursive` option loops forever if creating a folder fails with ENOENT, as below /proc.
 * @param {string} folder
 */
function makeFolders(folder) {
  if (fs.existsSync(folder)) return;
  makeFolders(dirname(folder));
  fs.mkdirSync(folder, 0o700);
}

/**
 * Whether only this user and root can write to or replace the folder and its parents. In a sticky folder such as the
 * temporary one, users can remove only their own files.
 * @param {string} folder
 */
function isOutOfReach(folder) {
  for (let above = folder; ; above = dirname(above)) {
    const { mode, uid } = fs.lstatSync(above);
    if (uid !== 0 && uid !== process.geteuid?.()) return false;
    if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0) return false;
    if (above === dirname(above)) return true;
  }
}

/** @param {NodeJS.Module} module @param {string} path @param {string} folder */
function load(module, path, folder) {
  // V8 identifies a source only by its length, and npm gives all files the same mtime. The inode and the ctime
  // distinguish files that another version of the package has replaced.
  const { ino, size, ctimeMs } = fs.statSync(path);
  const cached = join(folder, [process.version, process.arch, ino, size, ctimeMs].join('-'));
  const cachedData = readOrNothing(cached);
  const script = new vm.Script(Module.wrap(fs.readFileSync(path, 'utf8')), {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected) compiled.push({ script, cached });
  const run = script.runInThisContext();
  const requireFrom = (/** @type {string} */ id) =>
    id.startsWith('./') ? neighbor(module, id, folder) : module.require(id);
  run.call(module.exports, module.exports, requireFrom, module, path, dirname(path));
}

/**
 * Like `require` of a file in dist/, without path resolution, which takes as long as loading the file.
 * @param {NodeJS.Module} module @param {string} id @param {string} folder
 */
function neighbor(module, id, folder) {
  const path = module.path + id.slice(1);
  const known = require.cache[path];
  if (known !== undefined) return known.exports;
  const added = new Module(path, module);
  added.filename = path;
  added.paths = module.paths;
  require.cache[path] = added;
  try {
    load(added, path, folder);
  } catch (error) {
    delete require.cache[path];
    throw error;
  }
  added.loaded = true;
  return added.exports;
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
      // E.g. the disk is full. The next run compiles again.
      fs.rmSync(temporary, { force: true });
    }
  }
}
