import { type MissingKey, resolveKey } from '../../host/key-sources.ts';
import type { Client } from '../../openrouter/client.ts';
import { currentKey, type KeyInfo } from '../../openrouter/key.ts';
import { WireError } from '../../openrouter/wire-error.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { keyPrefix } from '../../setup-file/key-format.ts';
import type { KeyUse } from '../../spend/facts.ts';

/** A key and the entries that use it. */
export interface EntryKey extends Omit<KeyUse, 'info'> {
  /** The secret itself; null if it is missing. */
  readonly key: string | null;
}

/**
 * The keys of the entries, each once; without entries the default key. All of them are hidden in output from then on.
 * Throws UserError of type `key` when all are missing or, with `strict`, when any is.
 */
export async function findKeys(
  world: Deps,
  entries: readonly Entry[],
  strict: boolean,
): Promise<EntryKey[]> {
  const users = entries.length === 0 ? [{ name: null, apiKey: null }] : entries;
  const found = await Promise.all(users.map((user) => findKey(world, user)));
  const missing = found.flatMap((use) => use.missing ?? []);
  const [first] = missing;
  if (first !== undefined && (strict || missing.length === found.length)) throw noKey(first);
  return merged(found);
}

/** What `/key` returns for a key. Throws UserError when it cannot be read. */
export async function readKey(client: Client, { prefix, where }: EntryKey): Promise<KeyInfo> {
  try {
    return await currentKey(client);
  } catch (error) {
    if (error instanceof WireError) throw unreadable(error, `${prefix} (${where})`);
    throw error;
  }
}

interface FoundKey extends EntryKey {
  readonly missing: MissingKey | null;
}

async function findKey(
  world: Deps,
  { name, apiKey }: { readonly name: string | null; readonly apiKey: string | null },
): Promise<FoundKey> {
  const found = await resolveKey(world, apiKey);
  const entries = name === null ? [] : [name];
  if ('missing' in found) {
    return { key: null, prefix: null, where: found.missing, entries, missing: found };
  }
  const { key, source } = found;
  return { key, prefix: keyPrefix(key), where: source.where, entries, missing: null };
}

// Two variables may hold the same key, whose usage must not count twice.
function merged(found: readonly FoundKey[]): EntryKey[] {
  const uses = new Map<string, EntryKey>();
  for (const { key, prefix, where, entries } of found) {
    const id = key ?? `missing ${where}`;
    const before = uses.get(id)?.entries ?? [];
    uses.set(id, { key, prefix, where, entries: [...before, ...entries] });
  }
  return [...uses.values()];
}

function noKey({ missing, searched }: MissingKey): UserError {
  return new UserError(`${missing} is not set, and OpenRouter reports spending only with the key`, {
    type: 'key',
    hint: (program) =>
      [
        `Looked in ${searched.join(', ')}`,
        `${program} init sets a key; --offline shows what the ledger recorded`,
      ].join('\n'),
  });
}

function unreadable({ failure, message }: WireError, key: string): UserError {
  if (failure.status === 401) {
    return new UserError(`OpenRouter rejected the key ${key}: ${message}`, {
      type: 'key',
      hint: 'Check the key, or create a new one at https://openrouter.ai/settings/keys',
    });
  }
  const isUnreachable = failure.kind === 'network' || failure.kind === 'timeout';
  return new UserError(`The usage of ${key} could not be read: ${message}`, {
    type: isUnreachable ? 'network' : 'api',
    hint: 'Check the connection, the proxy and OPENROUTER_BASE_URL; --offline shows what the ledger recorded',
  });
}
