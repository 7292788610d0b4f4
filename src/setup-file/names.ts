import { isOneLine, printable } from '../text/terminal.ts';
import { type Cursor, report, showValue } from './cursor.ts';

const maxLength = 200;

export const namePattern = `^${printable}{0,${maxLength}}$`;

/**
 * What is wrong with the name of an entry or a channel, or null. Names may be in any language, but must print on one
 * line and contain no characters that change the line around them.
 */
export function nameProblem(name: string): string | null {
  if (!isOneLine(name)) return 'has a line break or another unprintable character';
  return [...name].length > maxLength ? `is longer than ${maxLength} characters` : null;
}

/** The item of that name: an exact match, otherwise one whose name differs only in case. */
export function findNamed<T extends { readonly name: string }>(
  known: readonly T[],
  name: string,
): T | undefined {
  const folded = name.toLowerCase();
  return (
    known.find((each) => each.name === name) ??
    known.find((each) => each.name.toLowerCase() === folded)
  );
}

/** Reports an invalid name. Returns whether the name is invalid. */
export function reportName(cursor: Cursor, name: string): boolean {
  const problem = nameProblem(name);
  if (problem === null) return false;
  report(cursor, 'range', `The name ${showValue(name)} ${problem}; rename it`, { part: 'key' });
  return true;
}

/** Whether the name is safe to offer in completions: apart from spaces, it has no characters special to a shell. */
export function isPlainName(name: string): boolean {
  // The Unicode tables take milliseconds to load.
  const isPlain =
    /^\w[\w ._:/@+~-]*$/.test(name) || /^[\p{L}\p{N}_][\p{L}\p{M}\p{N} ._:/@+~-]*$/u.test(name);
  return isPlain && nameProblem(name) === null;
}
