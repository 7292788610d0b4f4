import { UsageError } from '../platform/errors.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { Answers } from './answers.ts';
import { type EntryDraft, type EntryMembers, presetOf } from './presets.ts';
import { membersOf, type Part, withoutPart } from './without.ts';

/**
 * The entries that the answers make or change, each with just the members that they decide. Flags are about the
 * entry that `name` says; without it about the only one, else about those whose preset has the same member, else
 * about all. Throws UsageError where that leaves in doubt which entry is meant.
 */
export function draftsFrom(answers: Answers, setup: Setup): readonly EntryDraft[] {
  const drafts = renamed(answers, firstDrafts(answers, setup));
  const less = answers.without.reduce((left, part) => lessened(left, part, answers), drafts);
  return overrides.reduce((changed, override) => overridden(changed, override, answers), less);
}

function firstDrafts(answers: Answers, setup: Setup): readonly EntryDraft[] {
  if (answers.presets.length > 0) {
    return merged(answers.presets.flatMap((name) => presetOf(name).entries));
  }
  const basic = presetOf('basic').entries;
  if (!isAboutAnEntry(answers)) {
    return setup.entries.length === 0 && answers.channels.length === 0 ? basic : [];
  }
  const name = answers.name ?? entryMeant(setup);
  return setup.entries.some((entry) => entry.name === name)
    ? [{ name: name ?? '', comment: '', members: {} }]
    : basic;
}

function isAboutAnEntry(answers: Answers): boolean {
  const { name, without } = answers;
  if (name !== null || without.length > 0) return true;
  return overrides.some((override) => override.members(answers) !== null);
}

function entryMeant(setup: Setup): string | null {
  const names = setup.entries.map((entry) => entry.name);
  if (names.length <= 1) return names[0] ?? null;
  throw new UsageError('Which entry is meant? There are several', {
    hint: `Say it with --name: ${names.join(', ')}`,
  });
}

/** Two presets may speak of the same entry: the later one has the last word. */
function merged(drafts: readonly EntryDraft[]): readonly EntryDraft[] {
  const byName = new Map<string, EntryDraft>();
  for (const draft of drafts) {
    const members = { ...byName.get(draft.name)?.members, ...draft.members };
    byName.set(draft.name, { ...draft, members });
  }
  return [...byName.values()];
}

function renamed({ name }: Answers, drafts: readonly EntryDraft[]): readonly EntryDraft[] {
  const [only] = drafts;
  if (name === null || drafts.some((draft) => draft.name === name)) return drafts;
  if (only !== undefined && drafts.length === 1) return [{ ...only, name }];
  throw new UsageError(`--name "${name}" is none of the entries that these presets make`, {
    hint: `Choose one of: ${drafts.map((draft) => draft.name).join(', ')}`,
  });
}

/** A flag, or a few that belong together, as members of an entry; null when it was not given. */
interface Override {
  readonly flag: string;
  readonly member: keyof EntryMembers;
  members(answers: Answers): EntryMembers | null;
}

const overrides: readonly Override[] = [
  {
    flag: '--model',
    member: 'defaultModel',
    members: ({ model }) => (model === null ? null : { defaultModel: model }),
  },
  {
    flag: '--fallback',
    member: 'fallbackModels',
    members: ({ fallbacks }) => (fallbacks === null ? null : { fallbackModels: fallbacks }),
  },
  {
    flag: '--retries',
    member: 'maxRetries',
    members: ({ retries }) =>
      retries === null ? null : { retryOnFailure: retries > 0, maxRetries: retries },
  },
  {
    flag: '--daily-limit',
    member: 'budget',
    members: ({ dailyLimit, monthlyLimit, alertThreshold }) =>
      nested('budget', {
        dailyLimit: dailyLimit === null ? undefined : Number(dailyLimit),
        monthlyLimit: monthlyLimit === null ? undefined : Number(monthlyLimit),
        alertThreshold: alertThreshold === null ? undefined : Number(alertThreshold),
      }),
  },
  {
    flag: '--complex-model',
    member: 'complexModel',
    members: ({ complexModel, complexTriggers }) =>
      complexModel === null && complexTriggers === null
        ? null
        : {
            ...(complexModel === null ? {} : { complexModel }),
            ...(complexTriggers === null ? {} : { complexTriggers }),
          },
  },
  {
    flag: '--header',
    member: 'headers',
    members: ({ headers }) =>
      nested('headers', Object.fromEntries(headers.map(({ name, value }) => [name, value]))),
  },
  {
    flag: '--exclude-provider',
    member: 'providerPreferences',
    members: ({ excludeProviders, preferProviders }) =>
      nested('providerPreferences', {
        exclude: excludeProviders ?? undefined,
        prefer: preferProviders ?? undefined,
      }),
  },
  {
    flag: '--param',
    member: 'parameters',
    members: ({ parameters }) =>
      nested('parameters', Object.fromEntries(parameters.map(({ name, value }) => [name, value]))),
  },
];

function nested(member: keyof EntryMembers, values: Record<string, unknown>): EntryMembers | null {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0 ? null : { [member]: Object.fromEntries(given) };
}

function lessened(
  drafts: readonly EntryDraft[],
  part: Part,
  { name }: Answers,
): readonly EntryDraft[] {
  const targets = targetsOf(drafts, membersOf[part], name);
  return drafts.map((draft) => (targets.includes(draft) ? withoutPart(draft, part) : draft));
}

function overridden(
  drafts: readonly EntryDraft[],
  override: Override,
  answers: Answers,
): readonly EntryDraft[] {
  const members = override.members(answers);
  if (members === null) return drafts;
  const targets = targetsOf(drafts, [override.member], answers.name);
  if (override.member === 'defaultModel' && targets.length > 1) {
    throw new UsageError(
      `${override.flag} is meant for one entry, and these presets make several`,
      {
        hint: `Say which with --name: ${targets.map((draft) => draft.name).join(', ')}`,
      },
    );
  }
  return drafts.map((draft) =>
    targets.includes(draft) ? { ...draft, members: joined(draft.members, members) } : draft,
  );
}

function targetsOf(
  drafts: readonly EntryDraft[],
  speaking: readonly (keyof EntryMembers)[],
  name: string | null,
): readonly EntryDraft[] {
  if (name !== null) return drafts.filter((draft) => draft.name === name);
  const having = drafts.filter(({ members, without = [] }) =>
    speaking.some((member) => members[member] !== undefined || without.includes(member)),
  );
  return having.length > 0 ? having : drafts;
}

// Objects are joined member by member: `--daily-limit 5` leaves the month of the preset as it is.
function joined(base: EntryMembers, over: EntryMembers): EntryMembers {
  return {
    ...base,
    ...over,
    ...joinedMember('budget', base, over),
    ...joinedMember('headers', base, over),
    ...joinedMember('parameters', base, over),
    ...joinedMember('providerPreferences', base, over),
  };
}

function joinedMember(
  member: 'budget' | 'headers' | 'parameters' | 'providerPreferences',
  base: EntryMembers,
  over: EntryMembers,
): EntryMembers {
  if (over[member] === undefined) return {};
  return { [member]: { ...base[member], ...over[member] } };
}
