import { join } from 'node:path';
import { readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { stateFolder } from '../platform/paths.ts';
import { parseJson } from '../text/parse-json.ts';

export function journalPath(world: Pick<Deps, 'env' | 'place'>, name: string): string {
  return join(stateFolder(world), name);
}

/** The JSON in a journal: undefined where there is none, null where it is damaged. */
export async function readJournalFile(world: Pick<Deps, 'files'>, path: string): Promise<unknown> {
  const { exists, text } = await readText(world.files, path);
  if (!exists) return undefined;
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** Only its owner can read it. */
export async function writeJournalFile(deps: Deps, path: string, value: unknown): Promise<void> {
  const before = await readText(deps.files, path);
  await writeAtomic(deps, before, `${JSON.stringify(value)}\n`, { mode: 0o600, setMode: 0o600 });
}
