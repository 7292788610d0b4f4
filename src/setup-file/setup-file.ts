import { positionAt } from '../config/edit.ts';
import { isBlankText } from '../config/json5/scan.ts';
import { duplicateKeys, type Json5Node, plainValue } from '../config/json5/tree.ts';
import { memberOffset, placeAt, scanFile } from '../config/member-place.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText } from '../config/snapshot.ts';
import type { Files, Place } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest.ts';
import { tildePath } from '../platform/paths.ts';
import { isRecord } from '../platform/record.ts';
import { type Channel, readChannels } from './channels.ts';
import {
  type Cursor,
  memberOf,
  readRecord,
  readString,
  replaceBy,
  report,
  reportUnknownKey,
  reportValue,
} from './cursor.ts';
import { type Entry, readEntry } from './entry.ts';
import { reportName } from './names.ts';
import type { SetupProblem, SetupProblems } from './problems.ts';

/** The parsed setup file. Reading is lenient: all mistakes are in `problems`, in file order. */
export interface Setup extends SetupProblems {
  readonly path: string;
  readonly exists: boolean;
  readonly text: string;
  /** As returned by `json5.parse`; undefined if the file is missing or empty. */
  readonly value: unknown;
  /** The members of `models` with the provider `"openrouter"`. */
  readonly entries: readonly Entry[];
  /** The names of the other members of `models`. */
  readonly otherEntries: readonly string[];
  readonly channels: readonly Channel[];
}

/** A setup and the file it was read from, for later edits. */
export interface SetupFile extends Setup {
  readonly snapshot: FileSnapshot;
}

/**
 * Reads the setup file; a missing file is an empty setup. Throws UserError if it cannot be read, and Json5SyntaxError
 * with the location if it cannot be parsed.
 */
export async function readSetup(files: Files, path: string): Promise<SetupFile> {
  const snapshot = await readText(files, path);
  return { ...parseSetup(snapshot.text, path, snapshot.exists), snapshot };
}

/** Throws UserError if there is no setup file. */
export function assertSetupExists({ exists, path }: Setup, place: Place): void {
  if (exists) return;
  throw new UserError(`There is no setup file at ${tildePath(path, place)}`, {
    type: 'not_found',
    hint: (command) => `Create it with ${command('init')}, or pass its path with --config`,
  });
}

/** Parses the text of a setup file. `path` is used only for locations. Throws Json5SyntaxError. */
export function parseSetup(text: string, path: string, exists = true): Setup {
  const root = isBlankText(text) ? null : scanFile(text, path);
  const value = root === null ? undefined : plainValue(root);
  const problems: SetupProblem[] = root === null ? [] : duplicates(root, text);
  const cursor: Cursor = { value, path: [], problems };
  if (exists && root === null) report(cursor, 'missing', 'The setup file is empty');
  const members = readRoot(cursor);
  const placed = problems.map((problem) => ({
    problem,
    offset: problem.offset ?? memberOffset(root, problem.path, problem.part),
  }));
  return {
    path,
    exists,
    text,
    value,
    ...members,
    problems: placed.sort((a, b) => a.offset - b.offset).map(({ problem }) => problem),
    at(member, part = 'value') {
      return exists ? placeAt(path, text, memberOffset(root, member, part)) : undefined;
    },
  };
}

function duplicates(root: Json5Node, text: string): SetupProblem[] {
  return duplicateKeys(root).map(({ path, keys }) => {
    const first = positionAt(text, keys[0]?.start ?? 0).line;
    const name = JSON.stringify(path.at(-1));
    const message = `${name} already exists on line ${first}; only the last one has an effect`;
    // The path is not enough: a later object of the same name may hide the one that contains the key.
    return { kind: 'duplicate-key', path, part: 'key', offset: keys.at(-1)?.start ?? 0, message };
  });
}

const rootKeys = ['models', 'channels'];

function readRoot(cursor: Cursor): Pick<Setup, 'entries' | 'otherEntries' | 'channels'> {
  const keys = Object.keys(readRecord(cursor, 'with the members models and channels') ?? {});
  // The root may contain keys of other programs, so only misspelled keys are reported.
  for (const key of keys.filter((key) => !rootKeys.includes(key))) {
    const known = nearestName(key, rootKeys);
    if (known !== null) reportUnknownKey(memberOf(cursor, key), known, keys);
  }
  // Used by editors to validate the file.
  readString(memberOf(cursor, '$schema'), 'the address of a JSON Schema');
  const models = memberOf(cursor, 'models');
  const names = Object.keys(readRecord(models, 'of entries by name') ?? {});
  const members = names.map((name) => readMember(memberOf(models, name), name));
  const entries = members.filter((member) => typeof member !== 'string');
  reportSimilarNames(models, entries);
  return {
    entries,
    otherEntries: members.filter((member) => typeof member === 'string'),
    channels: readChannels(memberOf(cursor, 'channels'), new Set(names)),
  };
}

/** Names that are typed, and those that clients send, match without regard to case unless one matches exactly. */
function reportSimilarNames(models: Cursor, entries: readonly Entry[]): void {
  const earlier = new Map<string, string>();
  for (const { name } of entries) {
    const folded = name.toLowerCase();
    const first = earlier.get(folded);
    earlier.set(folded, first ?? name);
    if (first === undefined) continue;
    const both = `${JSON.stringify(first)} and ${JSON.stringify(name)}`;
    const message = `The entries ${both} differ only in case; any other capitalization refers to the first`;
    report(memberOf(models, name), 'similar-name', message, { part: 'key' });
  }
}

/** Reads a member of `models`: an OpenRouter entry, or the name of another member. */
function readMember(cursor: Cursor, name: string): Entry | string {
  const { value } = cursor;
  if (!isRecord(value)) {
    reportValue(cursor, 'shape', 'must be an object with a provider and a model');
    return name;
  }
  if (value.provider === 'openrouter') {
    return reportName(cursor, name) ? name : readEntry(cursor, name);
  }
  reportProvider(cursor, value);
  return name;
}

/** Reports a missing provider, and a provider that probably means OpenRouter. */
function reportProvider(cursor: Cursor, entry: Readonly<Record<string, unknown>>): void {
  const provider = memberOf(cursor, 'provider');
  const { value } = provider;
  const fix = replaceBy(provider, 'openrouter');
  if (typeof value === 'string') {
    if (nearestName(value, ['openrouter']) === null) return;
    const message = `provider is ${JSON.stringify(value)} (did you mean "openrouter"?)`;
    report(provider, 'range', message, fix);
  } else if (value !== undefined || !looksLikeOpenRouter(entry)) {
    report(provider, 'missing', 'provider is missing');
  } else {
    const keys = Object.keys(entry);
    const misspelt = keys.find((key) => nearestName(key, ['provider']) !== null);
    if (misspelt !== undefined) reportUnknownKey(memberOf(cursor, misspelt), 'provider', keys);
    else report(provider, 'missing', 'provider is missing (did you mean "openrouter"?)', fix);
  }
}

function looksLikeOpenRouter(entry: Readonly<Record<string, unknown>>): boolean {
  const texts = Object.values(entry).filter((value) => typeof value === 'string');
  return (
    texts.some((text) => /openrouter|sk-or-/i.test(text)) ||
    (typeof entry.defaultModel === 'string' && entry.defaultModel.includes('/'))
  );
}
