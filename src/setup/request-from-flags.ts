import { UsageError } from '../platform/errors.ts';
import { choiceHint, nearestName } from '../platform/nearest.ts';
import { findNamed } from '../setup-file/names.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { checkFlags } from './check-flags.ts';
import { isEmpty, type SetupFlags } from './flags.ts';
import { presetNamed } from './presets.ts';

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
 * The request that the flags describe for this setup: entries, each with only the members that the flags set, and
 * channels. Flags apply to the entry of `--name`. Without `--name` they apply to the only entry, otherwise to those
 * whose preset has the same member, otherwise to all. Throws UsageError for flags that cannot work, or if it is unclear
 * which entry is meant.
 */
export function requestFromFlags(given: SetupFlags, setup: Setup): SetupRequest {
  checkFlags(given);
  assertNamedEntryExists(given, setup);
  const flags = given.name === undefined ? given : { ...given, name: nameIn(setup, given.name) };
  const { preset = [], channel = [], without = [] } = flags;
  const named = withName(flags, initialEntries(flags, setup));
  const reduced = without.reduce((entries, part) => withoutParts(entries, part, flags), named);
  return {
    entries: memberGroups(flags).reduce(
      (entries, members) => withMembers(entries, members, flags),
      reduced,
    ),
    channels: [...preset.flatMap((name) => presetNamed(name).channels), ...channel].map((each) => ({
      ...each,
      entry: nameIn(setup, each.entry),
    })),
  };
}

/** The name as the setup file has it, perhaps in another case; a name that it lacks is returned as it is. */
function nameIn({ entries, otherEntries }: Setup, name: string): string {
  const others = otherEntries.map((other) => ({ name: other }));
  return findNamed([...entries, ...others], name)?.name ?? name;
}

/**
 * Throws UsageError for flags that only change an entry if `--name` is not one: there is nothing to remove from it, or
 * it is similar to one that exists. A misspelled name would otherwise become an entry of its own, with the model of the
 * preset "basic".
 */
export function assertNamedEntryExists(
  { name, preset, model, without }: SetupFlags,
  setup: Setup,
): void {
  const { entries, otherEntries } = setup;
  if (name === undefined || preset !== undefined || model !== undefined) return;
  const names = entries.map((entry) => entry.name);
  if ([...names, ...otherEntries].includes(nameIn(setup, name))) return;
  if (without === undefined && nearestName(name, names) === null) return;
  throw new UsageError(`There is no entry "${name}"`, {
    hint: [
      ...(names.length === 0 ? [] : [choiceHint(name, names)]),
      'For a new entry, pass --model or --preset too',
    ].join('\n'),
  });
}

/** Without any flags, uses the preset "basic", but only if its entry does not exist yet. */
export function withDefaultPreset(flags: SetupFlags, setup: Setup): SetupFlags {
  if (!isEmpty(flags)) return flags;
  return setup.entries.some(({ name }) => name === nameIn(setup, 'openrouter'))
    ? { name: 'openrouter' }
    : { preset: ['basic'] };
}

export function modelsIn({ model, complexModel, fallback = [] }: SetupFlags): readonly string[] {
  return [model, complexModel, ...fallback].filter((id) => id !== undefined);
}

function initialEntries(flags: SetupFlags, setup: Setup): readonly EntryRequest[] {
  const { preset = [], channel = [] } = flags;
  if (preset.length > 0) {
    const entries = preset.flatMap((name) => presetNamed(name).entries);
    return merged(entries.map((entry) => ({ ...entry, name: nameIn(setup, entry.name) })));
  }
  const basic = presetNamed('basic').entries;
  if (!concernsAnEntry(flags)) {
    return setup.entries.length === 0 && channel.length === 0 ? basic : [];
  }
  const name = flags.name ?? onlyEntry(setup);
  return setup.entries.some((entry) => entry.name === name)
    ? [{ name: name ?? '', comment: '', members: {} }]
    : basic;
}

function concernsAnEntry(flags: SetupFlags): boolean {
  const { preset, channel, ...ofEntries } = flags;
  return !isEmpty(ofEntries);
}

function onlyEntry(setup: Setup): string | null {
  const names = setup.entries.map((entry) => entry.name);
  if (names.length <= 1) return names[0] ?? null;
  throw new UsageError('The setup file has several entries, and it is unclear which one is meant', {
    hint: `Choose one with --name: ${names.join(', ')}`,
  });
}

/** If two presets have the same entry, the later one wins. */
function merged(entries: readonly EntryRequest[]): readonly EntryRequest[] {
  const byName = new Map<string, EntryRequest>();
  for (const entry of entries) {
    const members = { ...byName.get(entry.name)?.members, ...entry.members };
    byName.set(entry.name, { ...entry, members });
  }
  return [...byName.values()];
}

function withName({ name }: SetupFlags, entries: readonly EntryRequest[]): readonly EntryRequest[] {
  const [only] = entries;
  if (name === undefined || entries.some((entry) => entry.name === name)) return entries;
  if (only !== undefined && entries.length === 1) return [{ ...only, name }];
  throw new UsageError(`These presets do not make an entry "${name}"`, {
    hint: `Choose one with --name: ${entries.map((entry) => entry.name).join(', ')}`,
  });
}

/** The members that the flags set in an entry, in groups that belong together. */
function memberGroups(flags: SetupFlags): readonly EntryMembers[] {
  const { model, fallback, retries, complexModel, complexTrigger } = flags;
  const groups: readonly EntryMembers[] = [
    given({ defaultModel: model }),
    given({ fallbackModels: fallback }),
    retries === undefined ? {} : { retryOnFailure: retries > 0, maxRetries: retries },
    nonEmpty({
      budget: given({
        dailyLimit: numberOf(flags.dailyLimit),
        monthlyLimit: numberOf(flags.monthlyLimit),
        alertThreshold: numberOf(flags.alert),
      }),
    }),
    given({ complexModel, complexTriggers: complexTrigger }),
    nonEmpty({ headers: byName(flags.header) }),
    nonEmpty({
      providerPreferences: given({ exclude: flags.excludeProvider, prefer: flags.preferProvider }),
    }),
    nonEmpty({ parameters: byName(flags.param) }),
  ];
  return groups.filter((members) => Object.keys(members).length > 0);
}

function given(members: Readonly<Record<string, unknown>>): EntryMembers {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function byName(list: readonly { readonly name: string; readonly value: unknown }[] = []) {
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

function withoutParts(
  entries: readonly EntryRequest[],
  part: Part,
  { name }: SetupFlags,
): readonly EntryRequest[] {
  const targets = targetsOf(entries, partMembers[part], name);
  return entries.map((entry) => (targets.includes(entry) ? withoutPart(entry, part) : entry));
}

function withMembers(
  entries: readonly EntryRequest[],
  members: EntryMembers,
  { name }: SetupFlags,
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
  name: string | undefined,
): readonly EntryRequest[] {
  if (name !== undefined) return entries.filter((entry) => entry.name === name);
  const matching = entries.filter(({ members, without = [] }) =>
    [...Object.keys(members), ...without].some((member) => affected.includes(member)),
  );
  return matching.length > 0 ? matching : entries;
}

// Objects are merged member by member: `--daily-limit 5` keeps the preset's monthly limit.
function joined(base: EntryMembers, over: EntryMembers): EntryMembers {
  const objects = ['budget', 'headers', 'parameters', 'providerPreferences'] as const;
  const both = objects.flatMap((member) =>
    over[member] === undefined ? [] : [[member, { ...base[member], ...over[member] }]],
  );
  return { ...base, ...over, ...Object.fromEntries(both) };
}
