import type { OwnCommand } from '../platform/own-command.ts';
import { shellWord } from '../text/escape.ts';
import { variableFor } from './key-format.ts';

/** The command that stores a key in the variable of this entry. Without a name, `init` would add another entry. */
export function commandToStoreKey(command: OwnCommand, entry: string): string {
  return `printf %s "$KEY" | ${command(`init --yes --name ${shellWord(entry)} --key-stdin`)}`;
}

/** The variable that contains the key of the first entry; `key create` stores a new key in it. */
export function mainVariable(entries: readonly { readonly apiKey: string | null }[]): string {
  return variableFor(entries[0]?.apiKey ?? null);
}
