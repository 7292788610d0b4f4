import { type FoundKey, type MissingKey, resolveKey } from '../../host/key-sources.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { keyVariable } from '../../setup-file/key-format.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import type { World } from './context.ts';

/** The key that one or more entries use. */
export interface EntryKey {
  readonly entries: readonly Entry[];
  readonly found: FoundKey | MissingKey;
}

/** One for each variable or literal key. From here on, no key is printed whole. */
export async function readKeys(world: World, setup: Setup): Promise<readonly EntryKey[]> {
  const sourceOf = ({ apiKey }: Entry) => keyVariable(apiKey) ?? apiKey;
  const sources = [...new Set(setup.entries.map(sourceOf))];
  return Promise.all(
    sources.map(async (source) => {
      const entries = setup.entries.filter((entry) => sourceOf(entry) === source);
      const found = await resolveKey(world, entries[0]?.apiKey ?? null);
      return { entries, found };
    }),
  );
}
