import type { Edit } from '../../config/edit.ts';
import { readText } from '../../config/snapshot.ts';
import { variablesIn } from '../../config/variables.ts';
import { defaultKeyVariable, keyPrefix, keyVariable, resolveKey } from '../../host/key-sources.ts';
import { hostPaths } from '../../host/location.ts';
import type { Deps } from '../../platform/deps.ts';
import type { Entry } from '../../setup-file/entry.ts';

/** The key on its way into the host's `.env`, where a service of the host sees it too. */
export interface CarriedKey {
  /** There already · to be written · nowhere to be found. */
  readonly state: 'there' | 'carried' | 'missing';
  readonly variable: string;
  /** E.g. `sk-or-v1-1a2b…`; null when it is missing. */
  readonly prefix: string | null;
  /** Where it comes from, for people. */
  readonly source: string | null;
  /** Of the host's `.env`. */
  readonly edits: readonly Edit[];
}

export async function keyFor(deps: Deps, entry: Entry, wanted: boolean): Promise<CarriedKey> {
  const variable = keyVariable(entry.apiKey) ?? defaultKeyVariable;
  const found = wanted ? await resolveKey(deps, entry.apiKey) : null;
  const inDotenv = await valueInDotenv(deps, variable);
  if (found === null || 'missing' in found) {
    const state = inDotenv === null ? 'missing' : 'there';
    return { state, variable, prefix: null, source: null, edits: [] };
  }
  deps.io.conceal(found.key);
  const isThere = inDotenv === found.key;
  return {
    state: isThere ? 'there' : 'carried',
    variable,
    prefix: keyPrefix(found.key),
    source: found.source.where,
    edits: isThere ? [] : [{ op: 'set', path: [variable], value: found.key }],
  };
}

async function valueInDotenv(deps: Deps, variable: string): Promise<string | null> {
  const { text } = await readText(deps.files, hostPaths(deps).dotenv);
  const value = variablesIn(text, 'dotenv')[variable];
  return typeof value === 'string' && value !== '' ? value : null;
}
