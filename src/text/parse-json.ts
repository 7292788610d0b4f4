/** Maximum nesting. Much deeper values overflow the stack in recursive code such as JSON.stringify. */
export const maxJsonDepth = 500;

export class NestedTooDeep extends SyntaxError {
  override readonly name = 'NestedTooDeep';

  constructor() {
    super(`nested deeper than ${maxJsonDepth} levels`);
  }
}

/** `JSON.parse` for untrusted text. Throws SyntaxError, or its subclass NestedTooDeep. */
export function parseJson(text: string): unknown {
  if (isNestedTooDeep(text)) throw new NestedTooDeep();
  return JSON.parse(text);
}

/** `parseJson` that returns undefined for invalid JSON. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

export function isNestedTooDeep(json: string): boolean {
  // Each level needs two brackets.
  if (json.length <= 2 * maxJsonDepth) return false;
  let depth = 0;
  for (let at = 0; at < json.length && depth <= maxJsonDepth; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfString(json, at + 1);
    else if (code === openBracket || code === openBrace) depth += 1;
    else if (code === closeBracket || code === closeBrace) depth -= 1;
  }
  return depth > maxJsonDepth;
}

const [quote, openBracket, closeBracket, openBrace, closeBrace] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d];

/** Offset of the closing quote of a JSON string that begins before `from`, or the end of the text. */
export function endOfString(json: string, from: number): number {
  for (let end = json.indexOf('"', from); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (end - 1 - slashes >= from && json[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return json.length;
}

/** Maps rounded JavaScript integers to their original spelling in a JSON text. */
export type ExactNumbers = ReadonlyMap<string, string>;

/** Integers with fewer digits are exact in JavaScript. */
const inexactDigits = 16;

/** The integers in a JSON text that JavaScript would round, such as 9223372036854775807. */
export function exactNumbersIn(json: string): ExactNumbers {
  const found = new Map<string, string>();
  forEachGap(json, (from, to) => {
    if (to - from < inexactDigits) return;
    for (const [token] of json.slice(from, to).matchAll(/-?\d{16,}(?![\d.eE])/g)) {
      const rounded = String(Number(token));
      if (rounded !== token && !found.has(rounded)) found.set(rounded, token);
    }
  });
  return found;
}

/** Restores the original integers in the output of `JSON.stringify`. */
export function withExactNumbers(json: string, exact: ExactNumbers): string {
  const parts: string[] = [];
  let copied = 0;
  forEachGap(json, (from, to) => {
    const exactly = (token: string) => exact.get(token) ?? token;
    parts.push(json.slice(copied, from), json.slice(from, to).replace(/-?\d[\d.eE+-]*/g, exactly));
    copied = to;
  });
  return parts.join('') + json.slice(copied);
}

/** Calls `visit` with each part of a JSON text that is outside strings. */
function forEachGap(json: string, visit: (from: number, to: number) => void): void {
  for (let at = 0; at < json.length; ) {
    const quote = json.indexOf('"', at);
    const end = quote < 0 ? json.length : quote;
    if (end > at) visit(at, end);
    at = quote < 0 ? end : endOfString(json, quote + 1) + 1;
  }
}
