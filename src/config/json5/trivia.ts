import { isBlank, isLineEnd } from './chars.ts';
import { Json5SyntaxError } from './syntax-error.ts';
import type { Span } from './tree.ts';

/** A comment or a line terminator (CRLF counts as one). */
export interface Trivium extends Span {
  readonly kind: 'line-comment' | 'block-comment' | 'newline';
}

/** Offset of the first character at or after `from` that is not white space or part of a comment. */
export function skipTrivia(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x0a || isBlank(code) || isLineEnd(code)) at += 1;
    else if (code === 0x2f) at = commentEnd(text, at);
    else return at;
  }
}

/** Whether the character is a slash that does not begin a comment. */
export function isLoneSlash(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0x2f) return false;
  const next = text.charCodeAt(at + 1);
  return next !== 0x2f && next !== 0x2a;
}

/** The comments and line ends between two offsets with no token between them. */
export function triviaBetween(text: string, from: number, to: number): Trivium[] {
  const found: Trivium[] = [];
  let at = from;
  while (at < to) {
    const start = at;
    const code = text.charCodeAt(at);
    if (code === 0x2f) {
      at = commentEnd(text, at);
      found.push({
        kind: text.charCodeAt(start + 1) === 0x2f ? 'line-comment' : 'block-comment',
        start,
        end: at,
      });
    } else {
      at += code === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 1;
      if (isLineEnd(code)) found.push({ kind: 'newline', start, end: at });
    }
  }
  return found;
}

/** Offset after the white space (but not line ends) at `from`. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

function commentEnd(text: string, start: number): number {
  const next = text.charCodeAt(start + 1);
  if (next === 0x2f) {
    let at = start + 2;
    while (at < text.length && !isLineEnd(text.charCodeAt(at))) at += 1;
    return at;
  }
  if (next === 0x2a) {
    const end = text.indexOf('*/', start + 2);
    if (end >= 0) return end + 2;
    throw new Json5SyntaxError(text, start, {
      expected: 'the end of the comment, "*/"',
      found: 'a comment that runs to the end of the file',
      hint: 'Close it with "*/"',
    });
  }
  throw new Json5SyntaxError(text, start, {
    expected: 'a comment ("//" or "/*") or a value',
    found: 'a lone "/"',
    hint: 'A comment begins with "//"',
  });
}
