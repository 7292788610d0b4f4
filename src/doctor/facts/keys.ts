import { type FoundKey, type MissingKey, resolveKey } from '../../openclaw/key.ts';
import type { Entry, Setup } from '../../openclaw/setup-file.ts';
import type { World } from '../facts.ts';

/** The key that one or more entries use. */
export interface EntryKey {
  /** As written; null where `apiKey` is left out. */
  readonly text: string | null;
  readonly entries: readonly Entry[];
  readonly found: FoundKey | MissingKey;
}

/** One for each different `apiKey` text. From here on, no key is printed whole. */
export async function readKeys(world: World, setup: Setup): Promise<readonly EntryKey[]> {
  const texts = [...new Set(setup.entries.map((entry) => entry.apiKey))];
  return Promise.all(
    texts.map(async (text) => {
      const found = await resolveKey(world, text);
      if ('key' in found) world.io.conceal(found.key);
      return { text, entries: setup.entries.filter((entry) => entry.apiKey === text), found };
    }),
  );
}
