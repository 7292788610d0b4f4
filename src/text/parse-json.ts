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
