import { isDeepStrictEqual } from 'node:util';
import { type HostImport, type ImportedEntry, importFromHost } from '../host/import.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { EntryDraft, EntryMembers } from './presets.ts';
import type { Wish } from './wish.ts';

/** What the host's own config has of OpenRouter and the setup file lacks: perhaps nothing. */
export type Takeover = Pick<Wish, 'drafts' | 'channels'>;

/**
 * The host's config (`readHostConfig`) as entries and channels that the setup file does not have yet; null where it
 * says nothing of OpenRouter. What the setup file says stays: an entry of that name, or with the same chain, is there.
 */
export function takeoverFrom(config: unknown, setup: Setup): Takeover | null {
  const found = importFromHost(config);
  if (found === null) return null;
  const names = new Map(found.entries.map((entry) => [entry.name, nameIn(setup, entry)]));
  const drafts = found.entries.map((entry) => draftOf(entry, names.get(entry.name) ?? entry.name));
  return {
    drafts: drafts.filter(({ name }) => !setup.entries.some((entry) => entry.name === name)),
    channels: missingChannels(found, setup).map(({ channel, entry }) => ({
      channel,
      entry: names.get(entry) ?? entry,
    })),
  };
}

/** The name of the entry that says the same, as `apply` gives it the host's name; else a name that is free. */
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
  const there = new Set(setup.channels.map(({ name }) => name));
  return channels.filter(({ channel }) => !there.has(channel));
}

function draftOf(imported: ImportedEntry, name: string): EntryDraft {
  const { defaultModel, fallbackModels, parameters, headers } = imported;
  const { exclude, prefer } = imported.providerPreferences;
  const members: EntryMembers = {
    defaultModel,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(fallbackModels.length === 0 ? {} : { fallbackModels }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(exclude.length + prefer.length === 0
      ? {}
      : {
          providerPreferences: {
            ...(exclude.length === 0 ? {} : { exclude }),
            ...(prefer.length === 0 ? {} : { prefer }),
          },
        }),
  };
  return { name, comment: "Taken over from OpenClaw's own config.", members };
}
