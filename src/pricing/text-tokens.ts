const [letterA, letterZ, space, quote, backslash, tilde] = [97, 122, 32, 34, 92, 126];

/**
 * An upper bound of the tokens of a text. No tokenizer makes more tokens than bytes, so this counts one for each UTF-8
 * byte, and two for characters that JSON escapes. But vocabularies contain nearly all pairs of lower-case letters, so
 * two adjacent letters are hardly ever separate tokens, and a space before a word belongs to the word. The result is
 * two to three times the real size for prose, and close to it for text without words (digits, base64, rare scripts).
 */
export function textTokens(text: string): number {
  let tokens = 0;
  let letters = 0;
  let spaceWaits = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= letterA && code <= letterZ) {
      if (letters % 3 !== 1) tokens += 1;
      letters += 1;
      spaceWaits = false;
      continue;
    }
    letters = 0;
    if (spaceWaits && (code <= space || code > tilde)) tokens += 1;
    spaceWaits = code === space;
    if (!spaceWaits) tokens += tokensOf(code);
  }
  return spaceWaits ? tokens + 1 : tokens;
}

/** One per byte; a surrogate is half of a four-byte character. */
function tokensOf(code: number): number {
  if (code < space || code === quote || code === backslash) return 2;
  if (code <= 0x7f) return 1;
  if (code <= 0x7ff || (code >= 0xd800 && code <= 0xdfff)) return 2;
  return 3;
}
