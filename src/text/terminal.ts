const ESCAPE_SEQUENCES =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
// Bidirectional controls, zero-width characters and the BOM, which can make text look like different text.
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Every match of the patterns above starts with one of these. */
const MAY_NEED_CLEANING =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/**
 * Makes untrusted text safe for one terminal line: removes ANSI escapes, C0 and C1 controls and bidirectional controls,
 * and turns line breaks into spaces. Use for every string from the API except model output.
 */
export function cleanText(text: string): string {
  if (!MAY_NEED_CLEANING.test(text)) return text.trim();
  return text
    .replace(ESCAPE_SEQUENCES, '')
    .replace(LINE_BREAKS, ' ')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .trim();
}

/** Every match of the pattern of `stripControls` starts with one of these. */
const MAY_BE_DROPPED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/**
 * Keeps newlines (also CR LF, which RFC 4180 requires), tabs and color sequences (`ESC [ … m`). Drops all other C0 and
 * C1 controls, and bidirectional overrides, which make text look different from what it is (CVE-2021-42574).
 */
export function stripControls(text: string): string {
  if (!MAY_BE_DROPPED.test(text)) return text;
  return text.replace(
    /(\u001b\[[0-9;]*m|\r(?=\n))|\u001b|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (_match, allowed: string | undefined) => allowed ?? '',
  );
}

export function stripColors(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

/**
 * A regular expression (for the `u` flag) that matches a character with no effect on the line around it: not a line
 * break, control character, bidirectional control or lone surrogate.
 */
export const printable =
  '[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]';
const line = new RegExp(`^${printable}*$`, 'u');

/** Whether all characters are printable. */
export function isOneLine(text: string): boolean {
  return line.test(text);
}
