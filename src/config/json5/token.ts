import { continuesIdentifier, isDigit, isHexDigit, isLineEnd, startsIdentifier } from './chars.ts';
import { unexpected } from './syntax-error.ts';
import type { KeyNode, ScalarNode } from './tree.ts';

const quote = 0x22;
const apostrophe = 0x27;
const backslash = 0x5c;

/** The key of a member: a quoted string or an identifier, Unicode escapes read. */
export function scanKey(text: string, start: number): KeyNode {
  const code = text.charCodeAt(start);
  if (code === quote || code === apostrophe) {
    const { value, end } = scanString(text, start);
    return { start, end, name: value };
  }
  return scanIdentifier(text, start);
}

/** A value that is no container. */
export function scanScalar(text: string, start: number, expected: string): ScalarNode {
  const code = text.charCodeAt(start);
  if (code === quote || code === apostrophe) {
    const { value, end } = scanString(text, start);
    return { kind: 'scalar', start, end, value };
  }
  const node = scanWord(text, start, code) ?? scanNumber(text, start);
  if (node === null) throw unexpected(text, start, expected);
  return node;
}

function scanWord(text: string, start: number, code: number): ScalarNode | null {
  if (code === 0x74 && text.startsWith('true', start)) return word(start, 'true', true);
  if (code === 0x66 && text.startsWith('false', start)) return word(start, 'false', false);
  if (code === 0x6e && text.startsWith('null', start)) return word(start, 'null', null);
  return null;
}

function word(start: number, text: string, value: boolean | null): ScalarNode {
  return { kind: 'scalar', start, end: start + text.length, value };
}

function scanString(text: string, start: number): { value: string; end: number } {
  const closing = text.charCodeAt(start);
  let value = '';
  let from = start + 1;
  for (let at = from; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === closing) return { value: value + text.slice(from, at), end: at + 1 };
    if (code === backslash) {
      const escaped = scanEscape(text, at + 1);
      value += text.slice(from, at) + escaped.value;
      from = escaped.end;
      at = from - 1;
    } else if (code === 0x0a || code === 0x0d || at >= text.length) {
      throw unexpected(
        text,
        at,
        `the closing ${closing === quote ? "'\"'" : '"\'"'} of the string`,
      );
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

/** `at` is the offset behind the backslash. */
function scanEscape(text: string, at: number): { value: string; end: number } {
  const char = text[at];
  const code = text.charCodeAt(at);
  if (char === undefined) throw unexpected(text, at, 'the rest of the escape');
  if (char === 'x') return scanHex(text, at + 1, 2);
  if (char === 'u') return scanHex(text, at + 1, 4);
  if (isLineEnd(code)) {
    return { value: '', end: at + (code === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 1) };
  }
  if (code === 0x30 && isDigit(text.charCodeAt(at + 1))) {
    throw unexpected(text, at + 1, 'no digit after "\\0"');
  }
  if (code === 0x30) return { value: '\0', end: at + 1 };
  if (isDigit(code)) throw unexpected(text, at, 'an escape other than a digit');
  return { value: simpleEscapes[char] ?? char, end: at + 1 };
}

function scanHex(text: string, start: number, digits: number): { value: string; end: number } {
  for (let at = start; at < start + digits; at += 1) {
    if (!isHexDigit(text.charCodeAt(at))) throw unexpected(text, at, `${digits} hex digits`);
  }
  const end = start + digits;
  return { value: String.fromCharCode(Number.parseInt(text.slice(start, end), 16)), end };
}

function scanIdentifier(text: string, start: number): KeyNode {
  let name = '';
  let from = start;
  let at = start;
  for (;;) {
    const escaped = text.charCodeAt(at) === backslash;
    const char = escaped ? identifierEscape(text, at) : text.codePointAt(at);
    const fits = at === start ? startsIdentifier : continuesIdentifier;
    if (char === undefined || !fits(char)) {
      if (escaped) throw unexpected(text, at, 'an escaped letter or digit');
      if (at === start) throw unexpected(text, at, 'a key or "}"');
      return { start, end: at, name: name + text.slice(from, at) };
    }
    if (escaped) {
      name += text.slice(from, at) + String.fromCodePoint(char);
      from = at + 6;
    }
    at += escaped ? 6 : char > 0xffff ? 2 : 1;
  }
}

function identifierEscape(text: string, at: number): number {
  if (text[at + 1] !== 'u') throw unexpected(text, at + 1, '"u" and 4 hex digits');
  return scanHex(text, at + 2, 4).value.charCodeAt(0);
}

const numeral =
  /^([+-]?)(Infinity|NaN|0[xX][0-9A-Fa-f]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/;
/** Where a number may have more characters after it. */
const numeralChar = /[+\-.0-9A-Za-z]/;

function scanNumber(text: string, start: number): ScalarNode | null {
  let end = start;
  while (end < text.length && numeralChar.test(text.charAt(end))) end += 1;
  const match = numeral.exec(text.slice(start, end));
  if (match === null) return null;
  const magnitude = Number(match[2]);
  const value = match[1] === '-' ? -magnitude : magnitude;
  return { kind: 'scalar', start, end: start + match[0].length, value };
}
