import { ID_Continue, ID_Start, Space_Separator } from 'json5/lib/unicode.js';

// Uses json5's own tables: newer Unicode tables would accept keys that `json5.parse` rejects.

/** LF, CR, LS and PS end a line, and therefore a `//` comment. */
export function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029;
}

/** White space that does not end a line, including the byte order mark. */
export function isBlank(code: number): boolean {
  if (code < 0x80) return code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c;
  return (
    code === 0xa0 ||
    code === 0xfeff ||
    (code >= 0x1680 && Space_Separator.test(String.fromCharCode(code)))
  );
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** Expects a full code point. */
export function startsIdentifier(code: number): boolean {
  if (code < 0x80) return isAsciiLetter(code) || code === 0x24 || code === 0x5f;
  return ID_Start.test(String.fromCodePoint(code));
}

/** Expects a full code point. */
export function continuesIdentifier(code: number): boolean {
  if (code < 0x80) return startsIdentifier(code) || isDigit(code);
  return code === 0x200c || code === 0x200d || ID_Continue.test(String.fromCodePoint(code));
}

/** Whether the name can be a key without quotes. */
export function isIdentifier(name: string): boolean {
  let first = true;
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    if (!(first ? startsIdentifier(code) : continuesIdentifier(code))) return false;
    first = false;
  }
  return !first;
}

function isAsciiLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
