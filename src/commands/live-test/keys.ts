import { type MissingKey, resolveKey } from '../../host/key-sources.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import type { KeyedEntry } from '../../probe/plan.ts';
import type { Entry } from '../../setup-file/entry.ts';

/** Finds the key of each entry and conceals it. Throws UserError, type `key`, when there is none for any of them. */
export async function withKeys(world: Deps, entries: readonly Entry[]): Promise<KeyedEntry[]> {
  const keyed = await Promise.all(entries.map((entry) => withKey(world, entry)));
  const [first] = keyed;
  if (first !== undefined && keyed.every(({ key }) => key === null)) {
    throw noKey(await resolveKey(world, first.entry.apiKey));
  }
  return keyed;
}

async function withKey(world: Deps, entry: Entry): Promise<KeyedEntry & { readonly entry: Entry }> {
  const found = await resolveKey(world, entry.apiKey);
  if ('missing' in found) return { entry, key: null, variable: found.missing };
  return { entry, key: found.key };
}

function noKey(found: Awaited<ReturnType<typeof resolveKey>>): UserError {
  const { missing, searched }: Pick<MissingKey, 'missing' | 'searched'> =
    'missing' in found ? found : { missing: 'The key', searched: [] };
  return new UserError(`${missing} is not set: there is no key to test with`, {
    type: 'key',
    hint: (program) =>
      [
        `Looked in ${searched.join(', ')}`,
        `${program} init sets a key; --simulate rehearses without one`,
      ].join('\n'),
  });
}
