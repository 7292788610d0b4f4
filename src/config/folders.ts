import { dirname } from 'node:path';
import type { Files } from '../platform/deps.ts';
import { fileError } from './file-error.ts';

/** Makes a folder and its parents; returns those that were missing, outermost first. Throws UserError. */
export async function makeFolders(files: Files, folder: string): Promise<string[]> {
  try {
    const made = await missingFolders(files, folder);
    if (made.length > 0) await files.makeFolder(folder, 0o700);
    return made;
  } catch (error) {
    throw fileError('create the folder of', folder, error);
  }
}

/** The folder and its parents that do not exist, outermost first. */
export async function missingFolders(files: Files, folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = folder; (await files.stat(at)) === null; at = dirname(at)) missing.unshift(at);
  return missing;
}

/** Removes the folders that `makeFolders` made, unless they are not empty. */
export async function removeFolders(files: Files, made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) {
    await files.removeFolder(folder).catch(() => undefined);
  }
}
