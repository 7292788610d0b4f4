import { resolveKey } from '../host/key-sources.ts';
import { keyHash } from '../openrouter/managed-keys.ts';
import type { Deps } from '../platform/deps.ts';
import { UsageError, UserError } from '../platform/errors.ts';
import { keyFormatProblem, keyPrefix } from '../setup-file/key-format.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { HeldKey } from './places.ts';

/**
 * The key that a command is about: the one that begins as `prefix` says, by its digits or its hash, else the one of the
 * first entry. Throws UsageError for a prefix that does not name one, and UserError where no key is set.
 */
export async function chosenKey(
  deps: Pick<Deps, 'env' | 'place' | 'files' | 'io'>,
  setup: Setup,
  held: readonly HeldKey[],
  prefix: string | undefined,
): Promise<string> {
  if (prefix !== undefined) return keyNamed(held, prefix);
  const found = await resolveKey(deps, setup.entries[0]?.apiKey ?? null);
  if ('missing' in found) {
    throw new UserError(`There is no key yet: ${found.missing} is not set`, {
      type: 'key',
      hint: (program) => `Create one: ${program} key create`,
    });
  }
  const problem = keyFormatProblem(found.key);
  if (problem === null) return found.key;
  throw new UserError(`The key from ${found.source.where} ${problem}`, {
    type: 'key',
    hint: (program) => `See all keys: ${program} key`,
  });
}

function keyNamed(held: readonly HeldKey[], prefix: string): string {
  if (keyFormatProblem(prefix) === null) {
    throw new UsageError('A key in the command line shows in the list of processes', {
      hint: 'Pass only its first digits, as in --key sk-or-v1-1a2b',
    });
  }
  const start = prefix.replace(/(…|\.\.\.)$/, '');
  const keys = [...new Set(held.map(({ key }) => key))];
  const named = keys.filter((key) =>
    [key, key.slice('sk-or-v1-'.length), keyHash(key)].some((text) => text.startsWith(start)),
  );
  const [only] = named;
  if (only !== undefined && named.length === 1 && start !== '') return only;
  const known = keys.map(keyPrefix).join(', ');
  const what =
    named.length === 0 ? 'No key that is set begins' : `${named.length} keys that are set begin`;
  throw new UsageError(`${what} with "${start}"`, {
    hint: known === '' ? 'No key is set anywhere' : `Choose one of: ${known}`,
  });
}
