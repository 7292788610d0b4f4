import { isDeepStrictEqual } from 'node:util';
import { type HostImport, type ImportedEntry, importFromHost } from '../host/import.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { type EntryRequest, nonEmpty, type SetupRequest } from './setup-request.ts';

/**
 * The entries and channels of the host's config (`readHostConfig`) that the setup file lacks, perhaps none; null where
 * it does not mention OpenRouter. An entry with the same name or the same chain counts as there, and stays.
 */
export function requestFromHost(config: unknown, setup: Setup): SetupRequest | null {
  const imported = importFromHost(config);
  if (imported === null) return null;
  const names = new Map(imported.entries.map((entry) => [entry.name, nameIn(setup, entry)]));
  return {
    entries: imported.entries
      .map((entry) => entryRequest(entry, names.get(entry.name) ?? entry.name))
      .filter(({ name }) => !setup.entries.some((entry) => entry.name === name)),
    channels: missingChannels(imported, setup).map(({ channel, entry }) => ({
      channel,
      entry: names.get(entry) ?? entry,
    })),
  };
}

/** The name of the entry with the same chain, to which `apply` gives the host's name; else a free name. */
function nameIn({ entries, otherEntries }: Setup, imported: ImportedEntry): string {
  const { name } = imported;
  const equal = entries.filter((entry) => isDeepStrictEqual(chainOf(entry), chainOf(imported)));
  const hasName = (entry: Pick<Entry, 'name'>) => entry.name === name;
  const same = equal.find(hasName) ?? equal[0] ?? entries.find(hasName);
  return same?.name ?? (otherEntries.includes(name) ? `${name}-openrouter` : name);
}

function chainOf({ defaultModel, fallbackModels }: Pick<Entry, 'defaultModel' | 'fallbackModels'>) {
  return [defaultModel, ...fallbackModels];
}

function missingChannels({ channels }: HostImport, setup: Setup) {
  const existing = new Set(setup.channels.map(({ name }) => name));
  return channels.filter(({ channel }) => !existing.has(channel));
}

function entryRequest(imported: ImportedEntry, name: string): EntryRequest {
  const { defaultModel, fallbackModels, parameters, headers } = imported;
  const providerPreferences = nonEmpty({ ...imported.providerPreferences });
  return {
    name,
    comment: "Taken over from OpenClaw's own config.",
    members: nonEmpty({ defaultModel, parameters, fallbackModels, headers, providerPreferences }),
  };
}
