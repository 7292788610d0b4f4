import { endOfString } from './parse-json.ts';

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
