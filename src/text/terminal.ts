const ESCAPE_SEQUENCES =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
// Bidi overrides, embeddings, isolates and marks, zero-width characters and the BOM: they make text look like other text.
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

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
 * Keeps newline (CR LF too: RFC 4180 wants it), tab and colour sequences (`ESC [ … m`); drops every other C0 and C1
 * control and the bidirectional overrides that make a text read otherwise than it is (CVE-2021-42574).
 */
export function stripControls(text: string): string {
  return text.replace(
    /(\u001b\[[0-9;]*m|\r(?=\n))|\u001b|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (_match, kept: string | undefined) => kept ?? '',
  );
}

export function stripColors(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

/** Nothing in it breaks the line, steers the terminal, turns the direction of writing, or is half a character. */
export function isOneLine(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(text);
}
