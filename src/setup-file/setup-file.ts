import { type Path, positionAt } from '../config/edit.ts';
import { isBlankText } from '../config/json5/scan.ts';
import { duplicateKeys, type Json5Node, plainValue } from '../config/json5/tree.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText } from '../config/snapshot.ts';
import type { Files } from '../platform/deps.ts';
import type { FilePlace } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import { type Channel, readChannels } from './channels.ts';
import { type Entry, readEntry } from './entry.ts';
import { memberOffset, placeAt, scanFile } from './member-place.ts';
import { reportName } from './names.ts';
import type { SetupProblem } from './problems.ts';
import { memberOf, recordAt, refuse, type Spot } from './spot.ts';

export type { SetupProblem } from './problems.ts';

/** What the setup file means. Reading is lenient; all that is wrong with it is in `problems`, in file order. */
export interface Setup {
  readonly path: string;
  readonly exists: boolean;
  readonly text: string;
  /** As `json5.parse` gives it; undefined when there is no file or nothing in it. */
  readonly value: unknown;
  /** The members of `models` whose provider is `"openrouter"`. */
  readonly entries: readonly Entry[];
  /** The names of the other members of `models`; they are never touched. */
  readonly otherEntries: readonly string[];
  readonly channels: readonly Channel[];
  readonly problems: readonly SetupProblem[];
  /** Where a member is; of a missing one, where the nearest member around it is. Undefined when there is no file. */
  at(path: Path, part?: 'key' | 'value'): FilePlace | undefined;
}

/** A setup together with the file it was read from, for the edit that follows. */
export interface SetupFile extends Setup {
  readonly snapshot: FileSnapshot;
}

/**
 * Reads the setup file; a missing one is an empty setup. Throws UserError when it cannot be read, and
 * Json5SyntaxError, with its place in the file, when it does not parse.
 */
export async function readSetup(files: Files, path: string): Promise<SetupFile> {
  const snapshot = await readText(files, path);
  return { ...parseSetup(snapshot.text, path, snapshot.exists), snapshot };
}

/** The setup that a text means. `path` is only for places. Throws Json5SyntaxError. */
export function parseSetup(text: string, path: string, exists = true): Setup {
  // An editor writes a fresh object into a text without a value: it is no syntax error.
  const root = isBlankText(text) ? null : scanFile(text, path);
  const value = root === null ? undefined : plainValue(root);
  const problems: SetupProblem[] = root === null ? [] : duplicates(root, text);
  const spot: Spot = { value, path: [], report: (problem) => problems.push(problem) };
  if (exists && root === null) reportEmpty(spot);
  const meaning = readRoot(spot);
  const placed = problems.map((problem) => ({
    problem,
    offset: problem.offset ?? memberOffset(root, problem.path, problem.part),
  }));
  return {
    path,
    exists,
    text,
    value,
    ...meaning,
    problems: placed.sort((a, b) => a.offset - b.offset).map(({ problem }) => problem),
    at(wanted, part = 'value') {
      if (!exists) return undefined;
      return placeAt(path, text, memberOffset(root, wanted, part));
    },
  };
}

function duplicates(root: Json5Node, text: string): SetupProblem[] {
  return duplicateKeys(root).map(({ path, keys }) => {
    const first = positionAt(text, keys[0]?.start ?? 0).line;
    const name = JSON.stringify(path.at(-1));
    const message = `${name} is there already on line ${first}; only the last one counts`;
    // The object around it may itself be hidden by a later one of the same name, to which the path would lead.
    return { kind: 'duplicate-key', path, part: 'key', offset: keys.at(-1)?.start ?? 0, message };
  });
}

function reportEmpty(spot: Spot): void {
  spot.report({ kind: 'missing', path: [], part: 'value', message: 'The setup file is empty' });
}

function readRoot(spot: Spot): Pick<Setup, 'entries' | 'otherEntries' | 'channels'> {
  const root = recordAt(spot, 'with the members models and channels') ?? {};
  const present = Object.keys(root);
  for (const key of present) reportMisspelling(spot, key, present);
  const models = memberOf(spot, 'models');
  const members = Object.keys(recordAt(models, 'of entries by name') ?? {});
  const read = members.map((name) => readMember(memberOf(models, name), name));
  return {
    entries: read.filter((member) => typeof member !== 'string'),
    otherEntries: read.filter((member) => typeof member === 'string'),
    channels: readChannels(memberOf(spot, 'channels'), members),
  };
}

const rootKeys = ['models', 'channels'];

// The rest of the file is the program's that it belongs to: only what looks like a slip is worth a word.
function reportMisspelling(spot: Spot, key: string, present: readonly string[]): void {
  if (rootKeys.includes(key)) return;
  const to = nearestName(key, rootKeys);
  if (to === null) return;
  const path = [...spot.path, key];
  spot.report({
    kind: 'unknown-key',
    path,
    part: 'key',
    message: `${key} is not a known key; ${to} is`,
    suggestion: to,
    ...(present.includes(to) ? {} : { fix: { op: 'rename', path, to } as const }),
  });
}

/** An entry of ours, or the name of a member that is not. */
function readMember(spot: Spot, name: string): Entry | string {
  if (!isRecord(spot.value)) {
    refuse(spot, 'shape', 'must be an object with a provider and a model');
    return name;
  }
  if (spot.value.provider === 'openrouter') {
    return reportName(spot, name) ? name : readEntry(spot, name);
  }
  reportProvider(memberOf(spot, 'provider'), spot.value);
  return name;
}

// Another provider's entry is none of our business; ours with a slip in the provider is.
function reportProvider(spot: Spot, entry: Readonly<Record<string, unknown>>): void {
  const { value, path } = spot;
  const fix = { op: 'set', path, value: 'openrouter' } as const;
  const common = { path, part: 'value', suggestion: 'openrouter', fix } as const;
  if (typeof value === 'string' && nearestName(value, ['openrouter']) !== null) {
    const message = `provider is ${JSON.stringify(value)}; "openrouter" is meant`;
    spot.report({ ...common, kind: 'range', message });
  } else if (value === undefined && looksLikeOurs(entry)) {
    if (reportOtherName(spot, entry)) return;
    const message = 'provider is missing; "openrouter" is meant';
    spot.report({ ...common, kind: 'missing', message });
  } else if (typeof value !== 'string') {
    spot.report({ kind: 'missing', path, part: 'value', message: 'provider is missing' });
  }
}

/** Says that `Provider` and the like mean `provider`; false when there is none. */
function reportOtherName(spot: Spot, entry: Readonly<Record<string, unknown>>): boolean {
  const slip = Object.keys(entry).find((key) => nearestName(key, ['provider']) !== null);
  if (slip === undefined) return false;
  const path = [...spot.path.slice(0, -1), slip];
  spot.report({
    kind: 'unknown-key',
    path,
    part: 'key',
    message: `${slip} is not a known key; provider is`,
    suggestion: 'provider',
    fix: { op: 'rename', path, to: 'provider' },
  });
  return true;
}

function looksLikeOurs(entry: Readonly<Record<string, unknown>>): boolean {
  const texts = Object.values(entry).filter((value) => typeof value === 'string');
  return (
    texts.some((text) => /openrouter|sk-or-/i.test(text)) ||
    (typeof entry.defaultModel === 'string' && entry.defaultModel.includes('/'))
  );
}
