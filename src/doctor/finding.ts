import type { DialectId } from '../config/dialect.ts';
import type { Edit, Path } from '../config/edit.ts';
import type { FilePlace, Hint } from '../platform/errors.ts';
import { valueAt } from '../platform/record.ts';
import type { Setup } from '../setup-file/setup-file.ts';

/** The groups of the report, in order. The id of a check begins with its group. */
export const groups = [
  'files',
  'environment',
  'key',
  'models',
  'chain',
  'budget',
  'channels',
  'complexity',
  'headers',
  'network',
  'host',
] as const;
export type Group = (typeof groups)[number];
export type CheckId = `${Group}/${string}`;

/** From low to high, with the same names as the host's own `doctor --lint`. */
export const severities = ['info', 'warning', 'error'] as const;
export type Severity = (typeof severities)[number];

/** One problem, several, or none. */
export type Problems = Problem | readonly Problem[];

export type Verdict = Problems | Remark | readonly (Problem | Remark)[];

/** Worth knowing, but not a problem; shown next to the name of the group. */
export interface Remark {
  readonly remark: string;
}

/** A single problem. None of its texts contains a key. */
export interface Problem {
  readonly severity: Severity;
  readonly message: string;
  /** The path of the member in the setup file. */
  readonly path?: Path;
  readonly place?: FilePlace;
  /** The file, if the problem has no position in it. */
  readonly file?: string;
  /** What to do about it, in one line. */
  readonly fixHint?: Hint;
  /** A code frame or other text of several lines. */
  readonly detail?: string;
  /** Only set if the problem can be fixed without guessing what the user wants. */
  readonly fix?: Fix;
}

/** A fix as data: the edits to each file, made together or not at all. Nothing is written yet. */
export interface Fix {
  /** E.g. `set defaultModel to "openai/gpt-4o"`. */
  readonly does: string;
  readonly files: readonly FileFix[];
}

export interface FileFix {
  readonly path: string;
  readonly dialect: DialectId;
  readonly edits: readonly Edit[];
  /** Permission bits that the file will get. */
  readonly mode?: number;
  /** True if an edit contains a key, or the file has one; false if an edit takes the key out. */
  readonly holdsKey?: boolean;
}

export interface Finding extends Problem {
  readonly checkId: CheckId;
  readonly fixHint?: string;
}

/** The location of a problem, to be spread into it. */
export function atMember(
  setup: Pick<Setup, 'at'>,
  path: Path,
  part: 'key' | 'value' = 'value',
): Pick<Problem, 'path' | 'place'> {
  const place = setup.at(path, part);
  return place === undefined ? { path } : { path, place };
}

/**
 * The texts of a list in the setup file, each with its own path. `read` are the parsed values, used for a member that
 * is not a list.
 */
export function listedTexts(
  { value }: Pick<Setup, 'value'>,
  path: Path,
  read: readonly string[],
): readonly { readonly text: string; readonly path: Path }[] {
  const written = valueAt(value, path);
  if (!Array.isArray(written)) return read.map((text) => ({ text, path }));
  return written.flatMap((text: unknown, index) =>
    typeof text === 'string' && text.trim() !== '' ? [{ text, path: [...path, index] }] : [],
  );
}

/** A fix that removes an item from its list, to be spread into the problem; empty if the path does not name an item. */
export function takeOut(
  setup: Pick<Setup, 'path'>,
  path: Path,
  does: string,
): Pick<Problem, 'fix'> {
  if (typeof path.at(-1) !== 'number') return {};
  return { fix: setupFix(setup, does, { op: 'remove', path, keepComments: true }) };
}

export function setupFix({ path }: Pick<Setup, 'path'>, does: string, edit: Edit): Fix {
  return { does, files: [{ path, dialect: 'json5', edits: [edit] }] };
}
