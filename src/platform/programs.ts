import { join } from 'node:path';
import type { Deps, FileFacts } from './deps.ts';

/** The program with that name on PATH; null if there is none. */
export async function programOnPath(
  { env, files }: Pick<Deps, 'env' | 'files'>,
  name: string,
): Promise<string | null> {
  const folders = (env.PATH ?? '').split(':').filter((part) => part !== '');
  const paths = [...new Set(folders)].map((folder) => join(folder, name));
  const found = await Promise.all(paths.map((path) => files.stat(path).catch(() => null)));
  return paths[found.findIndex((facts) => facts !== null && isProgram(facts))] ?? null;
}

export function isProgram({ kind, mode }: Pick<FileFacts, 'kind' | 'mode'>): boolean {
  return kind === 'file' && (mode & 0o111) !== 0;
}
