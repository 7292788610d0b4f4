import { keyPrefix } from '../setup-file/key-format.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { Account } from './facts/openrouter.ts';

/**
 * What `key limit` and `key rotate` need in order to change this key, e.g. ` --key sk-or-v1-1a2b`. Empty for the key of
 * the first entry, which they change by default.
 */
export function keyOption(
  { entries: [first] }: Setup,
  accounts: readonly Account[],
  { found }: Pick<Account['key'], 'found'>,
): string {
  if (!('key' in found)) return '';
  const isDefault = accounts.some(
    ({ key }) =>
      'key' in key.found &&
      key.found.key === found.key &&
      key.entries.some(({ name }) => name === first?.name),
  );
  return isDefault ? '' : ` --key ${keyPrefix(found.key).replace('…', '')}`;
}
