import { isDeepStrictEqual } from 'node:util';
import type { Edit, Path } from '../config/edit.ts';
import type { RcFile } from '../host/shell-files.ts';
import { UsageError, UserError } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { entryKeys } from '../setup-file/entry.ts';
import { defaultKeyVariable, keyVariable } from '../setup-file/key-format.ts';
import { refuseShape } from '../setup-file/refuse-shape.ts';
import type { Entry, Setup } from '../setup-file/setup-file.ts';
import type { Answers, ChannelAnswer, KeyAnswer } from './answers.ts';
import { type KnownModels, withLivingModels } from './living-models.ts';
import { commentOf, type EntryDraft } from './presets.ts';
import { type Wish, wishFrom } from './wish.ts';

/** What the answers come to. Nothing to do is no edit at all: the same answers twice change nothing the second time. */
export interface Plan {
  /** Of the setup file. */
  readonly edits: readonly Edit[];
  /** The entries that the answers are about, changed or not. */
  readonly entries: readonly string[];
  /** Of the rc file; null when the key is left where it is. The edit holds the key. */
  readonly key: {
    readonly rcFile: RcFile;
    readonly variable: string;
    readonly edits: readonly Edit[];
  } | null;
  /** What was decided that a person should hear of, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Answers and the file as it is, to edits. Pure. Without a catalogue (`null`) ids are taken as they are.
 * Throws UsageError for answers that cannot work, UserError where the file stands in the way (another provider's
 * entry of that name, a root that is no object) or a model does not exist.
 */
export function planSetup(answers: Answers, setup: Setup, known: KnownModels | null): Plan {
  return planWish(wishFrom(answers, setup), setup, known);
}

/** `planSetup` for entries that are drawn up already. */
export function planWish(wish: Wish, setup: Setup, known: KnownModels | null): Plan {
  refuseShape(setup);
  const living = wish.drafts.map((draft) => withLivingModels(draft, known, wish.typed));
  const drafts = living.map(({ draft }) => draft);
  const entryEdits = drafts.flatMap((draft) => editsOf(draft, setup, wish.key));
  return {
    edits: [...entryEdits, ...channelEdits(wish.channels, setup, drafts)],
    entries: drafts.map(({ name }) => name),
    key: keyPlan(wish.key, setup, drafts),
    notes: [...new Set(living.flatMap(({ notes }) => notes))],
  };
}

function editsOf(draft: EntryDraft, setup: Setup, key: KeyAnswer): readonly Edit[] {
  const path: Path = ['models', draft.name];
  const entry = setup.entries.find(({ name }) => name === draft.name);
  if (entry === undefined) {
    checkNameIsFree(draft, setup);
    const value = newEntry(draft, key.variable ?? defaultKeyVariable);
    checkTogether(draft.name, value);
    return [{ op: 'set', path, value, comment: commentOf(draft) }];
  }
  const there = recordOf(valueAt(setup.value, path));
  const gone = new Set<string>(draft.without?.filter((member) => there[member] !== undefined));
  const before = Object.fromEntries(Object.entries(there).filter(([name]) => !gone.has(name)));
  const apiKey = keepsKey(entry, key) ? {} : reference(key.variable);
  const wanted = { ...apiKey, ...draft.members };
  const edits = Object.entries(wanted).flatMap(([key, value]) =>
    gone.has(key)
      ? replaced([...path, key], there[key], value)
      : memberEdits([...path, key], before[key], value),
  );
  checkTogether(draft.name, afterwards(before, wanted));
  const removed = [...gone].filter((member) => !Object.hasOwn(wanted, member));
  return [...removed.map((member): Edit => ({ op: 'remove', path: [...path, member] })), ...edits];
}

// A key that stands in the entry itself would go on being used, and a new one in the rc file would not.
function keepsKey({ apiKey }: Entry, { variable, secret }: KeyAnswer): boolean {
  if (variable !== null || apiKey === null) return false;
  return secret === null || keyVariable(apiKey) !== null;
}

function checkNameIsFree({ name }: EntryDraft, setup: Setup): void {
  if (!setup.otherEntries.includes(name)) return;
  const place = setup.at(['models', name], 'key');
  throw new UserError(
    `"${name}" in the setup file is not an entry of OpenRouter; it is left alone`,
    {
      type: 'conflict',
      hint: `Choose another name with --name, e.g. --name ${name === 'openrouter' ? 'router' : `${name}-openrouter`}`,
      ...(place === undefined ? {} : { place }),
    },
  );
}

function newEntry(draft: EntryDraft, variable: string): Record<string, unknown> {
  const members: Record<string, unknown> = {
    provider: 'openrouter',
    ...reference(variable),
    ...draft.members,
  };
  return Object.fromEntries(
    entryKeys.flatMap((key) => (members[key] === undefined ? [] : [[key, members[key]]])),
  );
}

function reference(variable: string | null): { apiKey: string } {
  return { apiKey: `\${${variable ?? defaultKeyVariable}}` };
}

/** Objects are changed member by member, so that what a person added to them stays. */
function memberEdits(path: Path, before: unknown, wanted: unknown): readonly Edit[] {
  if (!isRecord(before) || !isRecord(wanted)) return replaced(path, before, wanted);
  return Object.entries(wanted).flatMap(([name, value]) => {
    const key = path.at(-1) === 'headers' ? sameHeader(before, name) : name;
    return memberEdits([...path, key], before[key], value);
  });
}

function replaced(path: Path, before: unknown, value: unknown): readonly Edit[] {
  return isDeepStrictEqual(before, value) ? [] : [{ op: 'set', path, value }];
}

// Header names are the same in any case (RFC 9110 section 5.1): `http-referer` is not to be there twice.
function sameHeader(headers: Readonly<Record<string, unknown>>, name: string): string {
  const same = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
  return same ?? name;
}

function afterwards(
  before: Readonly<Record<string, unknown>>,
  wanted: object,
): Record<string, unknown> {
  const { budget } = recordOf(wanted);
  const joined =
    budget === undefined ? {} : { budget: { ...recordOf(before.budget), ...recordOf(budget) } };
  return { ...before, ...wanted, ...joined };
}

/** Members that make sense only together, as they will stand in the file. */
function checkTogether(name: string, entry: Readonly<Record<string, unknown>>): void {
  const { dailyLimit, monthlyLimit } = recordOf(entry.budget);
  if (Number(dailyLimit) > Number(monthlyLimit)) {
    throw new UsageError(
      `The daily limit of "${name}" ($${dailyLimit}) is above its monthly limit ($${monthlyLimit})`,
      {
        hint: 'Change one of them with --daily-limit or --monthly-limit',
      },
    );
  }
  if ((entry.complexModel === undefined) === (entry.complexTriggers === undefined)) return;
  throw new UsageError(
    entry.complexModel === undefined
      ? `"${name}" would have triggers and no model for them`
      : `"${name}" would have a complex model that nothing triggers`,
    { hint: 'Give both --complex-model and --complex-trigger' },
  );
}

function channelEdits(
  channels: readonly ChannelAnswer[],
  setup: Setup,
  drafts: readonly EntryDraft[],
): readonly Edit[] {
  const said = new Map(channels.map(({ channel, entry }) => [channel, entry]));
  const names = [...setup.entries, ...drafts].map(({ name }) => name).concat(setup.otherEntries);
  return [...said].flatMap(([channel, entry]) => {
    checkEntryExists({ channel, entry }, names);
    return channelEdit({ channel, entry }, setup);
  });
}

function checkEntryExists({ channel, entry }: ChannelAnswer, names: readonly string[]): void {
  if (names.includes(entry)) return;
  const near = nearestName(entry, names);
  throw new UsageError(
    `The channel "${channel}" is to use "${entry}", and there is no such entry`,
    {
      hint: near === null ? entriesHint(names) : `Did you mean "${near}"?`,
    },
  );
}

function entriesHint(names: readonly string[]): string {
  return names.length === 0
    ? 'There is no entry yet: make one with --preset, or with --name and --model'
    : `Choose one of: ${[...new Set(names)].join(', ')}`;
}

function channelEdit({ channel, entry }: ChannelAnswer, setup: Setup): readonly Edit[] {
  const path: Path = ['channels', channel];
  return isRecord(valueAt(setup.value, path))
    ? memberEdits(path, valueAt(setup.value, path), { model: entry })
    : [{ op: 'set', path, value: { model: entry } }];
}

function keyPlan(key: KeyAnswer, setup: Setup, drafts: readonly EntryDraft[]): Plan['key'] {
  if (key.secret === null || key.rcFile === null) return null;
  const own = setup.entries.find(({ name }) => drafts.some((draft) => draft.name === name));
  const variable = key.variable ?? keyVariable(own?.apiKey ?? null) ?? defaultKeyVariable;
  return {
    rcFile: key.rcFile,
    variable,
    edits: [{ op: 'set', path: [variable], value: key.secret }],
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
