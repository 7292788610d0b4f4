const ESCAPE_SEQUENCES =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
// Bidi overrides, embeddings, isolates and marks, zero-width characters and the BOM: they make text look like other text.
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const KEY = /sk-or-[A-Za-z0-9_-]{8,}/g;
const LONGEST = 500;

/**
 * Text from outside, fit for one line of a terminal: no ANSI escapes, no C0 or C1 controls, no bidi overrides,
 * line breaks folded to a space. For every string of the API, but not for what a model wrote.
 */
export function cleanText(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCES, '')
    .replace(LINE_BREAKS, ' ')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .trim();
}

/**
 * `cleanText`, at most 500 characters, with everything that looks like a key, and the given key, masked:
 * an upstream provider may echo the request in its error.
 */
export function cleanMessage(text: string, key: string | null = null): string {
  // Cleaned first: an invisible character inside an echoed key must not hide it from the mask.
  const cleaned = cleanText(text);
  const masked = (key === null ? cleaned : cleaned.replaceAll(key, keyPrefix(key))).replace(
    KEY,
    keyPrefix,
  );
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST - 1)}…` : masked;
}

function keyPrefix(key: string): string {
  const shown = /^sk-or-v1-[0-9a-f]{4}(?=[0-9a-f]{8})/.exec(key)?.[0] ?? '';
  return shown === '' ? '[key]' : `${shown}…`;
}
