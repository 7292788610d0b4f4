import { UsageError } from '../platform/errors.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { presetNamed } from './presets.ts';
import { checkSettings, isEmpty, type Settings } from './settings.ts';
import {
  type EntryMembers,
  type EntryRequest,
  nonEmpty,
  type Part,
  partMembers,
  type SetupRequest,
  withoutPart,
} from './setup-request.ts';

/**
 * What the settings ask for in this setup: entries, each with just the members that they decide, and channels.
 * Settings are for the entry of `--name`; without it for the only one, else for those whose preset has the same
 * member, else for all. Throws UsageError for settings that cannot work, and where it is unclear which entry is meant.
 */
export function resolveSettings(settings: Settings, setup: Setup): SetupRequest {
  checkSettings(settings);
  const named = withName(settings, initialEntries(settings, setup));
  const reduced = settings.without.reduce(
    (entries, part) => withoutParts(entries, part, settings),
    named,
  );
  const presetChannels = settings.presets.flatMap((name) => presetNamed(name).channels);
  return {
    entries: memberGroups(settings).reduce(
      (entries, members) => withMembers(entries, members, settings),
      reduced,
    ),
    channels: [...presetChannels, ...settings.channels],
  };
}

/** Without settings, uses the preset "basic", but only where its entry does not exist yet. */
export function withDefaultPreset(settings: Settings, setup: Setup): Settings {
  if (!isEmpty(settings)) return settings;
  return setup.entries.some(({ name }) => name === 'openrouter')
    ? { ...settings, name: 'openrouter' }
    : { ...settings, presets: ['basic'] };
}

/** The model ids that the settings name. */
export function modelsIn({ model, complexModel, fallbacks }: Settings): readonly string[] {
  return [model, complexModel, ...(fallbacks ?? [])].filter((id) => id !== null);
}

function initialEntries(settings: Settings, setup: Setup): readonly EntryRequest[] {
  if (settings.presets.length > 0) {
    return merged(settings.presets.flatMap((name) => presetNamed(name).entries));
  }
  const basic = presetNamed('basic').entries;
  if (!concernsAnEntry(settings)) {
    return setup.entries.length === 0 && settings.channels.length === 0 ? basic : [];
  }
  const name = settings.name ?? onlyEntry(setup);
  return setup.entries.some((entry) => entry.name === name)
    ? [{ name: name ?? '', comment: '', members: {} }]
    : basic;
}

function concernsAnEntry(settings: Settings): boolean {
  if (settings.name !== null || settings.without.length > 0) return true;
  return memberGroups(settings).length > 0;
}

function onlyEntry(setup: Setup): string | null {
  const names = setup.entries.map((entry) => entry.name);
  if (names.length <= 1) return names[0] ?? null;
  throw new UsageError('The setup file has several entries, and it is unclear which one is meant', {
    hint: `Choose one with --name: ${names.join(', ')}`,
  });
}

/** Where two presets have the same entry, the later one wins. */
function merged(entries: readonly EntryRequest[]): readonly EntryRequest[] {
  const byName = new Map<string, EntryRequest>();
  for (const entry of entries) {
    const members = { ...byName.get(entry.name)?.members, ...entry.members };
    byName.set(entry.name, { ...entry, members });
  }
  return [...byName.values()];
}

function withName({ name }: Settings, entries: readonly EntryRequest[]): readonly EntryRequest[] {
  const [only] = entries;
  if (name === null || entries.some((entry) => entry.name === name)) return entries;
  if (only !== undefined && entries.length === 1) return [{ ...only, name }];
  throw new UsageError(`These presets do not make an entry "${name}"`, {
    hint: `Choose one with --name: ${entries.map((entry) => entry.name).join(', ')}`,
  });
}

/** The members that the settings set in an entry, in groups that belong together. */
function memberGroups(settings: Settings): readonly EntryMembers[] {
  const { model, fallbacks, retries, complexModel, complexTriggers } = settings;
  const groups: readonly EntryMembers[] = [
    given({ defaultModel: model }),
    given({ fallbackModels: fallbacks }),
    retries === null ? {} : { retryOnFailure: retries > 0, maxRetries: retries },
    nonEmpty({
      budget: given({
        dailyLimit: numberOf(settings.dailyLimit),
        monthlyLimit: numberOf(settings.monthlyLimit),
        alertThreshold: numberOf(settings.alertThreshold),
      }),
    }),
    given({ complexModel, complexTriggers }),
    nonEmpty({ headers: byName(settings.headers) }),
    nonEmpty({
      providerPreferences: given({
        exclude: settings.excludeProviders,
        prefer: settings.preferProviders,
      }),
    }),
    nonEmpty({ parameters: byName(settings.parameters) }),
  ];
  return groups.filter((members) => Object.keys(members).length > 0);
}

function given(members: Readonly<Record<string, unknown>>): EntryMembers {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function byName(list: readonly { readonly name: string; readonly value: unknown }[]) {
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

function withoutParts(
  entries: readonly EntryRequest[],
  part: Part,
  { name }: Settings,
): readonly EntryRequest[] {
  const targets = targetsOf(entries, partMembers[part], name);
  return entries.map((entry) => (targets.includes(entry) ? withoutPart(entry, part) : entry));
}

function withMembers(
  entries: readonly EntryRequest[],
  members: EntryMembers,
  { name }: Settings,
): readonly EntryRequest[] {
  const targets = targetsOf(entries, Object.keys(members), name);
  if (members.defaultModel !== undefined && targets.length > 1) {
    throw new UsageError('--model is for one entry, and these presets make several', {
      hint: `Choose one with --name: ${targets.map((entry) => entry.name).join(', ')}`,
    });
  }
  return entries.map((entry) =>
    targets.includes(entry) ? { ...entry, members: joined(entry.members, members) } : entry,
  );
}

function targetsOf(
  entries: readonly EntryRequest[],
  affected: readonly string[],
  name: string | null,
): readonly EntryRequest[] {
  if (name !== null) return entries.filter((entry) => entry.name === name);
  const matching = entries.filter(({ members, without = [] }) =>
    [...Object.keys(members), ...without].some((member) => affected.includes(member)),
  );
  return matching.length > 0 ? matching : entries;
}

// Objects are joined member by member: `--daily-limit 5` leaves the preset's monthly limit as it is.
function joined(base: EntryMembers, over: EntryMembers): EntryMembers {
  const objects = ['budget', 'headers', 'parameters', 'providerPreferences'] as const;
  const both = objects.flatMap((member) =>
    over[member] === undefined ? [] : [[member, { ...base[member], ...over[member] }]],
  );
  return { ...base, ...over, ...Object.fromEntries(both) };
}
