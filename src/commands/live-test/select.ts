import { UsageError } from '../../platform/errors.ts';
import { nearestName } from '../../platform/nearest.ts';
import { chooseEntry } from '../../routing/choose.ts';
import type { Entry } from '../../setup-file/entry.ts';
import type { Setup } from '../../setup-file/setup-file.ts';

/**
 * The entry of the channel, the entries named, or all of them. Throws UsageError, with the nearest name, for one that
 * is not in the setup file, and UserError where it has no entry at all.
 */
export function selectEntries(
  setup: Setup,
  {
    entries,
    channel,
  }: { readonly entries: readonly string[]; readonly channel?: string | undefined },
): readonly Entry[] {
  if (channel !== undefined) {
    mustBeKnown(channel, setup.channels, 'channel');
    return [chooseEntry(setup, { channel }).entry];
  }
  for (const entry of entries) mustBeKnown(entry, setup.entries, 'OpenRouter entry');
  chooseEntry(setup, {});
  return entries.length === 0
    ? setup.entries
    : setup.entries.filter(({ name }) => entries.includes(name));
}

function mustBeKnown(
  name: string,
  known: readonly { readonly name: string }[],
  what: string,
): void {
  const names = known.map((each) => each.name);
  if (names.includes(name)) return;
  const near = nearestName(name, names);
  const there =
    names.length === 0 ? 'The setup file has none' : `Choose one of: ${names.join(', ')}`;
  throw new UsageError(`There is no ${what} "${name}"`, {
    hint: near === null ? there : `Did you mean ${near}?`,
  });
}
