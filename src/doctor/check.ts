import type { DialectId } from '../config/dialect.ts';
import type { Edit, Path } from '../config/edit.ts';
import type { FilePlace } from '../platform/errors.ts';
import type { Facts } from './facts.ts';

/** The groups of the report, in its order; a check's id begins with its group. */
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

/** From low to high, as the host's own `doctor --lint` has them. */
export const severities = ['info', 'warning', 'error'] as const;
export type Severity = (typeof severities)[number];

/**
 * One check: a small question about facts, in a file of its own, and a row in the list beside the checks. It names
 * the facts that it touches, and is given no others. They are gathered once for all checks; where one cannot be had,
 * the check is skipped for the reason that the fact gives. All checks run side by side. One that throws is reported
 * as a finding and stops nobody else.
 */
export interface Check<Need extends keyof Facts = keyof Facts> {
  readonly id: CheckId;
  /** What it looks for, in one line of `--list-checks`. */
  readonly summary: string;
  readonly needs: readonly Need[];
  /** Nothing is wrong when the verdict holds no problem. */
  run(facts: Pick<Facts, Need>): Promise<Verdict>;
}

/** Declares a check; the compiler holds `run` to the facts named in `needs`. */
export function defineCheck<const Need extends keyof Facts>(check: Check<Need>): Check {
  return check;
}

export type Verdict = readonly (Problem | Remark)[];

/** Something worth knowing that is no problem; shown beside the name of the group. */
export interface Remark {
  readonly remark: string;
}

/** One thing that is wrong. No text of it holds a key. */
export interface Problem {
  readonly severity: Severity;
  readonly message: string;
  /** The way to the member of the setup file. */
  readonly path?: Path;
  readonly place?: FilePlace;
  /** Where the whole of a file is meant, and no place in it. */
  readonly file?: string;
  /** What to do about it, in one line. */
  readonly fixHint?: string;
  /** A code frame or the like, of several lines. */
  readonly detail?: string;
  /** There when a machine can mend it without guessing what is wanted. */
  readonly fix?: Fix;
}

/** A mend as data: the edits of each file that it takes. Nothing is written here. */
export interface Fix {
  /** What it does, e.g. `set defaultModel to "openai/gpt-4o"`. */
  readonly does: string;
  readonly files: readonly FileFix[];
}

export interface FileFix {
  readonly path: string;
  readonly dialect: DialectId;
  readonly edits: readonly Edit[];
  /** Permission bits that the file shall have. */
  readonly mode?: number;
  /** True when an edit holds a key. */
  readonly holdsKey?: boolean;
}

/** Thrown by a fact that cannot be had; the checks that need it are skipped for this reason. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
