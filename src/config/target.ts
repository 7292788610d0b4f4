import { basename, dirname, join, resolve } from 'node:path';
import type { Files } from '../deps.ts';
import { UserError } from '../errors.ts';
import { errorCode } from '../platform/files.ts';
import { fileError } from './file-error.ts';

/** As many as Linux follows. */
const mostLinks = 40;

/**
 * The file behind all symbolic links, whether it is there or not: a link to nothing yields the path it points to,
 * so that writing through it creates that file. Throws UserError for links that go in a circle.
 */
export async function resolveTarget(files: Files, path: string): Promise<string> {
  try {
    let at = resolve(path);
    for (let hops = 0; hops <= mostLinks; hops += 1) {
      const folder = await realFolder(files, dirname(at));
      at = join(folder, basename(at));
      const facts = await files.lstat(at);
      if (facts?.kind !== 'link') return at;
      at = resolve(folder, await files.readlink(at));
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
  throw new UserError(`Cannot read ${path}: symbolic links lead around in a circle`, {
    hint: 'Look at them with ls -l and remove the wrong one',
  });
}

/** A folder that is not there yet cannot hold links. */
async function realFolder(files: Files, folder: string): Promise<string> {
  try {
    return await files.realpath(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (errorCode(error) !== 'ENOENT' || parent === folder) throw error;
    return join(await realFolder(files, parent), basename(folder));
  }
}
