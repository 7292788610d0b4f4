import type { Budget, Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';

/** What the user asked `init` for, by flags or by answers, or what can be imported from the host. */
export interface SetupRequest {
  readonly entries: readonly EntryRequest[];
  /** If two are for the same channel, the later one wins. */
  readonly channels: readonly ChannelRequest[];
}

export const emptyRequest: SetupRequest = { entries: [], channels: [] };

export interface ChannelRequest {
  readonly channel: string;
  readonly entry: string;
}

/** An entry to create or to change. */
export interface EntryRequest {
  readonly name: string;
  /** What the entry is for; written as a comment above a new entry. */
  readonly comment: string;
  /** The member that the comment is about. */
  readonly about?: keyof EntryMembers;
  /** Only the members to set, in the order they are written. */
  readonly members: EntryMembers;
  /** Members to remove from an existing entry before those above are set. */
  readonly without?: readonly (keyof EntryMembers)[];
}

/** Members of an entry that a preset, a flag or an answer can set, in the format of the setup file. */
export interface EntryMembers {
  readonly defaultModel?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly fallbackModels?: readonly string[];
  readonly retryOnFailure?: boolean;
  readonly maxRetries?: number;
  readonly budget?: {
    readonly dailyLimit?: number;
    readonly monthlyLimit?: number;
    readonly alertThreshold?: number;
  };
  readonly complexModel?: string;
  readonly complexTriggers?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly providerPreferences?: {
    readonly exclude?: readonly string[];
    readonly prefer?: readonly string[];
  };
}

/** What `--without` can remove from an entry, with the members of each part. Add new parts here. */
export const partMembers = {
  // Without fallbacks, retries only repeat the request to the model that failed.
  fallbacks: ['fallbackModels', 'retryOnFailure', 'maxRetries'],
  complexity: ['complexModel', 'complexTriggers'],
  budget: ['budget'],
  headers: ['headers'],
  providers: ['providerPreferences'],
  parameters: ['parameters'],
} as const satisfies Readonly<Record<string, readonly (keyof EntryMembers)[]>>;

export type Part = keyof typeof partMembers;

export const parts = Object.keys(partMembers) as Part[];

/** The request without a part: removed from an existing entry, left out of a new one. */
export function withoutPart(entry: EntryRequest, part: Part): EntryRequest {
  const removed = partMembers[part];
  return {
    ...entry,
    members: withoutMembers(entry.members, removed),
    without: [...new Set([...(entry.without ?? []), ...removed])],
  };
}

function withoutMembers(members: EntryMembers, removed: readonly string[]): EntryMembers {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !removed.includes(name)));
}

/** The members without null, "", [] and {}. */
export function nonEmpty(members: Readonly<Record<string, unknown>>): EntryMembers {
  return Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) =>
        value !== null &&
        value !== '' &&
        (typeof value !== 'object' || Object.keys(value).length > 0),
    ),
  );
}

/** The request with all members that the entry will have: those of the file, overridden by those of the request. */
export function effectiveEntry(request: EntryRequest, setup: Setup): EntryRequest {
  const entry = setup.entries.find(({ name }) => name === request.name);
  if (entry === undefined) return request;
  const existing = withoutMembers(membersOf(entry), request.without ?? []);
  return { ...request, members: { ...existing, ...request.members } };
}

function membersOf(entry: Entry): EntryMembers {
  const { defaultModel, complexModel, complexTriggers, budget, maxRetries } = entry;
  const { parameters, fallbackModels, headers, providerPreferences } = entry;
  return nonEmpty({
    defaultModel,
    parameters,
    fallbackModels,
    headers,
    ...(complexModel === null ? {} : { complexModel, complexTriggers }),
    ...(entry.retryOnFailure ? { retryOnFailure: true, maxRetries } : {}),
    budget: budget === null ? null : amountsOf(budget),
    providerPreferences: nonEmpty(providerPreferences),
  });
}

function amountsOf({ dailyLimit, monthlyLimit, alertThreshold }: Budget): EntryMembers['budget'] {
  return {
    ...(dailyLimit === null ? {} : { dailyLimit: Number(dailyLimit) }),
    ...(monthlyLimit === null ? {} : { monthlyLimit: Number(monthlyLimit) }),
    ...(alertThreshold === null ? {} : { alertThreshold: Number(alertThreshold) }),
  };
}
