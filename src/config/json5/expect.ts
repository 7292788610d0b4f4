import { positionAt } from '../edit.ts';
import { Json5SyntaxError } from './syntax-error.ts';

export interface SyntaxHint {
  /** Offset of the bracket that is still open. */
  readonly openedAt?: number;
  /** A key has just ended. */
  readonly behindKey?: boolean;
}

/** What is expected after the one value of a file. */
export const fileEnd = 'the end of the file';

/** The error for a character that cannot stand where it stands. */
export function unexpected(
  text: string,
  at: number,
  expected: string,
  context: SyntaxHint = {},
): Json5SyntaxError {
  return new Json5SyntaxError(text, at, {
    expected,
    found: described(text, at),
    hint: hintFor(text, at, context) ?? hintOf(expected),
  });
}

export function tooDeep(text: string, at: number, levels: number): Json5SyntaxError {
  return new Json5SyntaxError(text, at, {
    expected: `at most ${levels} objects and lists in one another`,
    found: 'one more',
    hint: 'Is a bracket written far too often?',
  });
}

function described(text: string, at: number): string {
  if (at >= text.length) return fileEnd;
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (char === '\n' || char === '\r') return 'the end of the line';
  const word = /^[A-Za-z_$][\w$]{0,30}/.exec(text.slice(at, at + 31))?.[0];
  if (word !== undefined && !word.startsWith('sk')) return `"${word}"`;
  if (/[\p{Cc}\p{Cf}\p{Z}\p{Cs}]/u.test(char)) {
    return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return char === '"' ? "'\"'" : `"${char}"`;
}

function hintFor(
  text: string,
  at: number,
  { openedAt, behindKey }: SyntaxHint,
): string | undefined {
  const char = text[at];
  if (char === undefined) {
    if (openedAt === undefined) return undefined;
    const { line, column } = positionAt(text, openedAt);
    return `The "${text[openedAt]}" of line ${line}, column ${column} is never closed`;
  }
  if ('“”‘’„«»'.includes(char)) return 'Typographic quotes do not quote: write " or \'';
  if (char === '\n' || char === '\r') return 'A string ends on the line where it begins';
  if (char === '#') return 'A comment begins with "//"';
  if (char === '=') return 'Write key: value, not key = value';
  if (char === ';') return 'Members are separated by ","';
  if (/^(?:True|False|None|undefined|nil)\b/.test(text.slice(at, at + 10))) {
    return 'The words are true, false and null';
  }
  if (behindKey === true && '-./'.includes(char)) {
    return 'A key that holds "-", "." or "/" is written in quotes';
  }
  if (/[0-9]/.test(char) && text[at - 1] === '0') return 'A number does not begin with 0';
  if (/\w/.test(char) && /["']/.test(text.charAt(at - 1))) {
    return `A ${text[at - 1]} inside such a string is written \\${text[at - 1]}`;
  }
  if (openedAt !== undefined && !'}]'.includes(char)) return 'A comma is missing before this';
  return undefined;
}

function hintOf(expected: string): string {
  return expected === fileEnd
    ? 'The file is one object: remove what comes after it'
    : 'Correct it there; https://spec.json5.org says what may stand where';
}
