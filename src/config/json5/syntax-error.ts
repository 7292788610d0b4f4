import { UserError } from '../../platform/errors.ts';
import { maskSecrets } from '../../text/hide-secrets.ts';
import { positionAt } from '../edit.ts';

export interface SyntaxDetails {
  /** E.g. `"," or "}"`. */
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}

/**
 * The text is not valid JSON5. `line` and `column` are 1-based. `frame` shows the surrounding lines with a caret; long
 * lines are cut, and anything that looks like a secret is masked.
 */
export class Json5SyntaxError extends UserError {
  override readonly name = 'Json5SyntaxError';
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly expected: string;
  readonly frame: string;

  constructor(text: string, offset: number, details: SyntaxDetails) {
    const { line, column } = positionAt(text, offset);
    const frame = codeFrame(text, line, column);
    super(`Expected ${details.expected}, found ${details.found} (line ${line}, column ${column})`, {
      type: 'syntax',
      detail: frame,
      hint: details.hint,
    });
    this.line = line;
    this.column = column;
    this.offset = offset;
    this.expected = details.expected;
    this.frame = frame;
  }
}

const widest = 100;

/** Two lines of context, the line itself with a caret below it, and one more line. */
function codeFrame(text: string, line: number, column: number): string {
  const all = text.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - 2);
  const last = Math.min(all.length, line + 1);
  // Mask one more line above, since a secret may be on the line below its name.
  const above = Math.max(1, first - 1);
  const lines = maskSecrets(all.slice(above - 1, last).join('\n')).split('\n');
  const digits = String(last).length;
  const from = column <= widest - 20 ? 0 : column - Math.floor(widest / 2);
  const rows: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const number = String(at).padStart(digits);
    const source = lines[at - above] ?? '';
    rows.push(`${at === line ? '>' : ' '} ${number} | ${shown(source, from)}`.trimEnd());
    if (at === line) rows.push(`  ${' '.repeat(digits)} | ${caret(source, from, column)}`);
  }
  return rows.join('\n');
}

function shown(line: string, from: number): string {
  const cut = line.slice(from, from + widest);
  const before = from > 0 && line.length > from ? '…' : '';
  return `${before}${cut}${line.length > from + widest ? '…' : ''}`.replace(/\p{Cc}|\p{Cf}/gu, ' ');
}

/** `shown` replaces a tab with one space, so each column is one character here too. */
function caret(line: string, from: number, column: number): string {
  const lead = from > 0 && line.length > from ? 1 : 0;
  return `${' '.repeat(Math.max(0, column - 1 - from + lead))}^`;
}

export interface SyntaxHint {
  /** Offset of the unclosed bracket. */
  readonly openedAt?: number;
  /** The error is right after a key. */
  readonly behindKey?: boolean;
}

export const fileEnd = 'the end of the file';

/** The error for a character that is not allowed at this position. */
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

/** The error for a bracket nested deeper than `levels`. */
export function tooDeep(text: string, at: number, levels: number): Json5SyntaxError {
  return new Json5SyntaxError(text, at, {
    expected: `at most ${levels} nested objects and arrays`,
    found: 'one more',
    hint: 'Is a bracket repeated far too often?',
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
  if ('“”‘’„«»'.includes(char)) return 'Replace typographic quotes with " or \'';
  if (char === '\n' || char === '\r') return 'Close the string on the line where it begins';
  if (char === '#') return 'A comment begins with "//"';
  if (char === '=') return 'Write key: value, not key = value';
  if (char === ';') return 'Members are separated by ","';
  if (/^(?:True|False|None|undefined|nil)\b/.test(text.slice(at, at + 10))) {
    return 'Write true, false or null';
  }
  if (behindKey === true && '-./'.includes(char)) {
    return 'Put quotes around a key with "-", "." or "/"';
  }
  if (/[0-9]/.test(char) && text[at - 1] === '0') return 'A number does not begin with 0';
  if (/\w/.test(char) && /["']/.test(text.charAt(at - 1))) {
    return `Write \\${text[at - 1]} for a ${text[at - 1]} inside the string`;
  }
  if (openedAt !== undefined && !'}]'.includes(char)) return 'A comma is missing before this';
  return undefined;
}

function hintOf(expected: string): string {
  return expected === fileEnd
    ? 'Remove what comes after the one object of the file'
    : 'See https://spec.json5.org for the syntax';
}
