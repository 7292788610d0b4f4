import { continuesIdentifier, isDigit, isHexDigit, isLineEnd, startsIdentifier } from './chars.ts';
import { fileEnd, type SyntaxHint, tooDeep, unexpected } from './syntax-error.ts';
import { deepestNesting, type Json5Node, type PlainScalar } from './tree.ts';
import { isLoneSlash, skipTrivia } from './trivia.ts';

const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeOf = { object: 0x7d, array: 0x5d } as const;

/** A container that is still open. */
interface Open {
  readonly kind: 'object' | 'array';
  readonly key: string | null;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly start: number;
  /** Index of its first member in `pending`. */
  readonly from: number;
}

/** Parses JSON5 1.0 (https://spec.json5.org). Throws Json5SyntaxError, also for nesting beyond `deepestNesting`. */
export function scanJson5(text: string): Json5Node {
  return new Scanner(text).document();
}

/** Whether the text has no value: it is empty, or only white space and comments. */
export function isBlankText(text: string): boolean {
  return skipTrivia(text, 0) === text.length;
}

class Scanner implements Cursor {
  readonly text: string;
  at = 0;
  private readonly open: Open[] = [];
  /** Members of open containers. One shared list gives each container an exactly sized array, which saves memory. */
  private readonly pending: Json5Node[] = [];

  constructor(text: string) {
    this.text = text;
  }

  document(): Json5Node {
    this.at = skipTrivia(this.text, 0);
    let node = this.beginValue('a value');
    for (let parent = this.open.at(-1); parent !== undefined; parent = this.open.at(-1)) {
      if (node !== null) this.addMember(node);
      this.at = skipTrivia(this.text, this.at);
      node = this.code() === closeOf[parent.kind] ? this.close(parent) : this.beginMember(parent);
    }
    if (node === null) throw this.unexpected('a value');
    return this.expectEnd(node);
  }

  /** Null if a container begins here, since its members are read first. */
  private beginValue(
    expected: string,
    key: string | null = null,
    keyStart = this.at,
    keyEnd = this.at,
  ): Json5Node | null {
    const start = this.at;
    const code = this.code();
    if (code !== openBrace && code !== openBracket) {
      const value = readScalar(this, expected);
      return { kind: 'scalar', key, keyStart, keyEnd, start, end: this.at, comma: -1, value };
    }
    if (this.open.length === deepestNesting) throw tooDeep(this.text, start, deepestNesting);
    const kind = code === openBrace ? 'object' : 'array';
    this.open.push({ kind, key, keyStart, keyEnd, start, from: this.pending.length });
    this.at += 1;
    return null;
  }

  private addMember(node: Json5Node): void {
    this.at = skipTrivia(this.text, this.at);
    if (this.code() === comma) {
      node.comma = this.at;
      this.at += 1;
    }
    this.pending.push(node);
  }

  private close({ kind, key, keyStart, keyEnd, start, from }: Open): Json5Node {
    this.open.pop();
    this.at += 1;
    const members = this.pending.splice(from);
    return { kind, key, keyStart, keyEnd, start, end: this.at, comma: -1, members };
  }

  private beginMember({ kind, start }: Open): Json5Node | null {
    const end = kind === 'object' ? '"}"' : '"]"';
    // A member of an outer container has its comma, or this container could not have begun.
    if (this.pending.at(-1)?.comma === -1) {
      throw this.unexpected(`"," or ${end}`, { openedAt: start });
    }
    if (this.at >= this.text.length) {
      throw this.unexpected(kind === 'object' ? 'a key or "}"' : 'a value or "]"', {
        openedAt: start,
      });
    }
    if (kind === 'array') return this.beginValue('a value or "]"');
    const keyStart = this.at;
    const key = readKey(this);
    const keyEnd = this.at;
    if (!isLoneSlash(this.text, keyEnd)) this.at = skipTrivia(this.text, keyEnd);
    if (this.code() !== colon) throw this.unexpected('":" after the key', { behindKey: true });
    this.at = skipTrivia(this.text, this.at + 1);
    return this.beginValue('a value', key, keyStart, keyEnd);
  }

  private code(): number {
    return this.text.charCodeAt(this.at);
  }

  private expectEnd(root: Json5Node): Json5Node {
    this.at = skipTrivia(this.text, this.at);
    if (this.at < this.text.length) throw this.unexpected(fileEnd);
    return root;
  }

  private unexpected(expected: string, hint: SyntaxHint = {}): Error {
    return unexpected(this.text, this.at, expected, hint);
  }
}

const quote = 0x22;
const apostrophe = 0x27;
const backslash = 0x5c;

/** A position in a text, which reading advances. */
interface Cursor {
  readonly text: string;
  at: number;
}

/** Reads the key of a member: a quoted string or an identifier, with Unicode escapes decoded. */
function readKey(cursor: Cursor): string {
  return isQuote(cursor.text.charCodeAt(cursor.at)) ? readString(cursor) : readIdentifier(cursor);
}

/** Reads a value that is not a container. */
function readScalar(cursor: Cursor, expected: string): PlainScalar {
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

/** Reads an escape; the cursor is after the backslash. */
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
/** A character that could continue a number. */
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
