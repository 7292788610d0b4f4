import type { Deps } from '../../deps.ts';
import { type FoundKey, type MissingKey, resolveKey } from '../../openclaw/key.ts';
import { readSetup, type SetupFile } from '../../openclaw/setup-file.ts';
import { setupFilePath } from '../../platform/paths.ts';
import type { InitOptions } from './options.ts';

/** What is there already, before anything is asked or planned. */
export interface Found {
  readonly setup: SetupFile;
  /** The key of the entry that `--name` says, else of the first; of a new entry where there is none. */
  readonly key: FoundKey | MissingKey;
}

/** Reads and writes nothing. Throws UserError for a setup file that cannot be read. */
export async function look(deps: Deps, { config, answers }: InitOptions): Promise<Found> {
  const setup = await readSetup(deps.files, setupFilePath(deps, config));
  const entry = setup.entries.find(({ name }) => name === answers.name) ?? setup.entries[0];
  const key = await resolveKey(deps, entry?.apiKey ?? null);
  if ('key' in key) deps.io.conceal(key.key);
  return { setup, key };
}
