import { continuesIdentifier, isDigit, isHexDigit, isLineEnd, startsIdentifier } from './chars.ts';
import { unexpected } from './syntax-error.ts';
import type { PlainScalar } from './tree.ts';

const quote = 0x22;
const apostrophe = 0x27;
const backslash = 0x5c;

/** A place in a text; what is read moves it on. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** The key of a member: a quoted string or an identifier, Unicode escapes read. */
export function readKey(cursor: Cursor): string {
  return isQuote(cursor.text.charCodeAt(cursor.at)) ? readString(cursor) : readIdentifier(cursor);
}

/** A value that is no container. */
export function readScalar(cursor: Cursor, expected: string): PlainScalar {
  const { text, at } = cursor;
  const code = text.charCodeAt(at);
  if (isQuote(code)) return readString(cursor);
  if (code === 0x74 && text.startsWith('true', at)) return readWord(cursor, 4, true);
  if (code === 0x66 && text.startsWith('false', at)) return readWord(cursor, 5, false);
  if (code === 0x6e && text.startsWith('null', at)) return readWord(cursor, 4, null);
  return readNumber(cursor, expected);
}

function isQuote(code: number): boolean {
  return code === quote || code === apostrophe;
}

function readWord<Value>(cursor: Cursor, length: number, value: Value): Value {
  cursor.at += length;
  return value;
}

function readString(cursor: Cursor): string {
  const { text } = cursor;
  const closing = text.charCodeAt(cursor.at);
  let value = '';
  let from = cursor.at + 1;
  for (let at = from; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === closing) {
      cursor.at = at + 1;
      return value + text.slice(from, at);
    }
    if (code === backslash) {
      value += text.slice(from, at);
      cursor.at = at + 1;
      value += readEscape(cursor);
      from = cursor.at;
      at = from - 1;
    } else if (code === 0x0a || code === 0x0d || at >= text.length) {
      const mark = closing === quote ? "'\"'" : '"\'"';
      throw unexpected(text, at, `the closing ${mark} of the string`);
    }
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** From behind the backslash. */
function readEscape(cursor: Cursor): string {
  const { text, at } = cursor;
  const char = text[at];
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (char === undefined) throw unexpected(text, at, 'the rest of the escape');
  cursor.at += 1;
  if (char === 'x') return readHex(cursor, 2);
  if (char === 'u') return readHex(cursor, 4);
  if (isLineEnd(code)) {
    if (code === 0x0d && next === 0x0a) cursor.at += 1;
    return '';
  }
  if (code === 0x30 && isDigit(next)) throw unexpected(text, at + 1, 'no digit after "\\0"');
  if (code === 0x30) return '\0';
  if (isDigit(code)) throw unexpected(text, at, 'an escape other than a digit');
  return simpleEscapes[char] ?? char;
}

function readHex(cursor: Cursor, digits: number): string {
  const { text, at: start } = cursor;
  const end = start + digits;
  for (let at = start; at < end; at += 1) {
    if (!isHexDigit(text.charCodeAt(at))) throw unexpected(text, at, `${digits} hex digits`);
  }
  cursor.at = end;
  return String.fromCharCode(Number.parseInt(text.slice(start, end), 16));
}

function readIdentifier(cursor: Cursor): string {
  const { text, at: start } = cursor;
  let name = '';
  let from = start;
  for (;;) {
    const { at } = cursor;
    const isEscape = text.charCodeAt(at) === backslash;
    const char = isEscape ? readIdentifierEscape(cursor) : text.codePointAt(at);
    const fits = at === start ? startsIdentifier : continuesIdentifier;
    if (char === undefined || !fits(char)) {
      if (isEscape) throw unexpected(text, at, 'an escaped letter or digit');
      if (at === start) throw unexpected(text, at, 'a key or "}"');
      return name + text.slice(from, at);
    }
    if (isEscape) {
      name += text.slice(from, at) + String.fromCodePoint(char);
      from = cursor.at;
    } else {
      cursor.at += char > 0xffff ? 2 : 1;
    }
  }
}

function readIdentifierEscape(cursor: Cursor): number {
  const { text, at } = cursor;
  if (text[at + 1] !== 'u') throw unexpected(text, at + 1, '"u" and 4 hex digits');
  cursor.at += 2;
  return readHex(cursor, 4).charCodeAt(0);
}

const numeral =
  /^([+-]?)(Infinity|NaN|0[xX][0-9A-Fa-f]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/;
/** Where a number may have more characters after it. */
const numeralChar = /[+\-.0-9A-Za-z]/;

function readNumber(cursor: Cursor, expected: string): number {
  const { text, at: start } = cursor;
  let end = start;
  while (end < text.length && numeralChar.test(text.charAt(end))) end += 1;
  const match = numeral.exec(text.slice(start, end));
  if (match === null) throw unexpected(text, start, expected);
  cursor.at = start + match[0].length;
  const magnitude = Number(match[2]);
  return match[1] === '-' ? -magnitude : magnitude;
}
