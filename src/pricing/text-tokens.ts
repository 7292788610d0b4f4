const [letterA, letterZ, space, quote, backslash, tilde] = [97, 122, 32, 34, 92, 126];

/**
 * The most tokens that a text can be. No tokenizer makes more tokens than bytes, and this starts from there: one for
 * each byte of UTF-8, two for what JSON has to escape. But vocabularies have nearly all pairs of small letters, so that
 * hardly two of them stay alone side by side, and a space before a word belongs to the word. Prose comes out at two to three
 * times its real size; texts without words in them (digits, base64, rare scripts) near theirs.
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

/** One for each byte; a surrogate is half of a character of four. */
function tokensOf(code: number): number {
  if (code < space || code === quote || code === backslash) return 2;
  if (code <= 0x7f) return 1;
  if (code <= 0x7ff || (code >= 0xd800 && code <= 0xdfff)) return 2;
  return 3;
}
