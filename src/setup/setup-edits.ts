import { isDeepStrictEqual } from 'node:util';
import type { Edit, Path } from '../config/edit.ts';
import { UsageError, UserError } from '../platform/errors.ts';
import { choiceHint } from '../platform/nearest.ts';
import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import { type Entry, entryKeys } from '../setup-file/entry.ts';
import { presentHeader } from '../setup-file/headers.ts';
import { defaultKeyVariable, keyVariable } from '../setup-file/key-format.ts';
import { assertShape } from '../setup-file/problems.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { commentOf } from './presets.ts';
import type { ChosenKey } from './setup-key.ts';
import type { ChannelRequest, EntryRequest, SetupRequest } from './setup-request.ts';

/**
 * Turns a request into edits of the setup file; repeating the same request gives no edits. Pure. Throws UsageError for
 * a request that cannot work, and UserError if the file prevents it (an entry of another provider with that name, a
 * root that is not an object).
 */
export function setupEdits(
  { entries, channels }: SetupRequest,
  key: EntryKey,
  setup: Setup,
): readonly Edit[] {
  assertShape(setup);
  return [
    ...entries.flatMap((entry, index) =>
      editsOf(entry, setup, key, index === 0 && setup.entries.length === 0),
    ),
    ...channelEdits(channels, setup, entries),
  ];
}

/** The key settings that the entries need. */
export type EntryKey = Pick<ChosenKey, 'variable' | 'rcFile'>;

function editsOf(
  request: EntryRequest,
  setup: Setup,
  key: EntryKey,
  isFirst: boolean,
): readonly Edit[] {
  const { name, members, without = [] } = request;
  const path: Path = ['models', name];
  const entry = setup.entries.find((other) => other.name === name);
  if (entry === undefined) {
    assertNameIsFree(name, setup);
    const value = newEntry(request, key.variable ?? defaultKeyVariable);
    assertConsistent(request, value);
    return [{ op: 'set', path, value, comment: commentOf(request, isFirst) }];
  }
  const current = recordAt(setup.value, path);
  const removed = new Set<string>(without.filter((member) => current[member] !== undefined));
  const before = Object.fromEntries(Object.entries(current).filter(([key]) => !removed.has(key)));
  const apiKey = keepsKey(entry, key) ? {} : { apiKey: reference(key.variable) };
  const after = { ...apiKey, ...members };
  assertConsistent(request, resultOf(before, after));
  return [
    ...[...removed]
      .filter((member) => !Object.hasOwn(after, member))
      .map((member): Edit => ({ op: 'remove', path: [...path, member] })),
    ...Object.entries(after).flatMap(([member, value]) =>
      removed.has(member)
        ? setEdit([...path, member], current[member], value)
        : memberEdits([...path, member], before[member], value),
    ),
  ];
}

// A literal key in the entry would take precedence over a new one in the rc file.
function keepsKey({ apiKey }: Entry, { variable, rcFile }: EntryKey): boolean {
  if (variable !== null || apiKey === null) return false;
  return rcFile === null || keyVariable(apiKey) !== null;
}

function assertNameIsFree(name: string, setup: Setup): void {
  if (!setup.otherEntries.includes(name)) return;
  const place = setup.at(['models', name], 'key');
  const free = name === 'openrouter' ? 'router' : `${name}-openrouter`;
  throw new UserError(`"${name}" in the setup file is an entry of another provider`, {
    type: 'conflict',
    hint: `Choose another name, e.g. --name ${free}`,
    ...(place === undefined ? {} : { place }),
  });
}

function newEntry({ members }: EntryRequest, variable: string): Record<string, unknown> {
  const all: Record<string, unknown> = {
    provider: 'openrouter',
    apiKey: reference(variable),
    ...members,
  };
  return Object.fromEntries(
    entryKeys.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])),
  );
}

function reference(variable: string | null): string {
  return `\${${variable ?? defaultKeyVariable}}`;
}

/** Objects are changed member by member, so that the user's additions are kept. */
function memberEdits(path: Path, before: unknown, after: unknown): readonly Edit[] {
  if (!isRecord(before) || !isRecord(after)) return setEdit(path, before, after);
  return Object.entries(after).flatMap(([name, value]) => {
    const key = path.at(-1) === 'headers' ? presentHeader(before, name) : name;
    return memberEdits([...path, key], before[key], value);
  });
}

function setEdit(path: Path, before: unknown, value: unknown): readonly Edit[] {
  return isDeepStrictEqual(before, value) ? [] : [{ op: 'set', path, value }];
}

function resultOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const budget =
    after.budget === undefined
      ? {}
      : { budget: { ...recordAt(before, ['budget']), ...recordAt(after, ['budget']) } };
  return { ...before, ...after, ...budget };
}

/** Checks members that only make sense together, as the file will have them. */
function assertConsistent(
  { name, members }: EntryRequest,
  entry: Readonly<Record<string, unknown>>,
): void {
  const { dailyLimit, monthlyLimit } = recordAt(entry, ['budget']);
  // An alert that the file has already does not stop other changes.
  const setsAlert = members.budget?.alertThreshold !== undefined;
  if (setsAlert && (dailyLimit ?? monthlyLimit ?? null) === null) {
    throw new UsageError(`"${name}" would have an alert but no limit`, {
      hint: 'Give --daily-limit or --monthly-limit too',
    });
  }
  if (Number(dailyLimit) > Number(monthlyLimit)) {
    throw new UsageError(
      `The daily limit of "${name}" ($${dailyLimit}) is above its monthly limit ($${monthlyLimit})`,
      { hint: 'Change one of them with --daily-limit or --monthly-limit' },
    );
  }
  if ((entry.complexModel === undefined) === (entry.complexTriggers === undefined)) return;
  throw new UsageError(
    entry.complexModel === undefined
      ? `"${name}" would have triggers but no complex model`
      : `"${name}" would have a complex model that nothing triggers`,
    { hint: 'Give both --complex-model and --complex-trigger' },
  );
}

function channelEdits(
  requests: readonly ChannelRequest[],
  setup: Setup,
  entries: readonly EntryRequest[],
): readonly Edit[] {
  const channels = new Map(requests.map(({ channel, entry }) => [channel, entry]));
  const names = [...setup.entries, ...entries].map(({ name }) => name).concat(setup.otherEntries);
  return [...channels].flatMap(([channel, entry]) => {
    assertEntryExists({ channel, entry }, names);
    const path: Path = ['channels', channel];
    const before = valueAt(setup.value, path);
    return isRecord(before)
      ? memberEdits(path, before, { model: entry })
      : [{ op: 'set', path, value: { model: entry } }];
  });
}

function assertEntryExists({ channel, entry }: ChannelRequest, names: readonly string[]): void {
  if (names.includes(entry)) return;
  throw new UsageError(`The channel "${channel}" would use "${entry}", which does not exist`, {
    hint:
      names.length === 0
        ? 'Make an entry first, with --preset or with --name and --model'
        : choiceHint(entry, names),
  });
}
