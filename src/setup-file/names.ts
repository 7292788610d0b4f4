import { isOneLine } from '../text/terminal.ts';
import type { Spot } from './spot.ts';
import { shown } from './words.ts';

const longest = 200;

/**
 * What is wrong with the name of an entry or a channel, or null. Names may be in any language; they are printed in
 * one line, and a name that changes the line around it would show something else than what it is.
 */
export function nameProblem(name: string): string | null {
  if (!isOneLine(name)) return 'has a line break or another character that cannot be shown';
  return name.length > longest ? `is longer than ${longest} characters` : null;
}

/** Reports a member whose name is impossible; false for one that is fine. */
export function reportName(spot: Spot, name: string): boolean {
  const problem = nameProblem(name);
  if (problem === null) return false;
  const message = `The name ${shown(name)} ${problem}; rename it`;
  spot.report({ kind: 'range', path: spot.path, part: 'key', message });
  return true;
}

/** A name without anything that a shell reads as more than a word, spaces aside: completions offer no other. */
export function isPlainName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N} ._:/@+~-]*$/u.test(name) && nameProblem(name) === null;
}
