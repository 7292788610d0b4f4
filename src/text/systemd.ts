/**
 * A word of a command line in a unit (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"). Control
 * characters are escaped, so that none ends the line, and so are `%` and `$`, which are expanded even inside quotes.
 */
export function unitWord(word: string): string {
  const escaped = escapedWord(word).replaceAll('$', '$$$$');
  return plainWord.test(escaped) ? escaped : `"${escaped}"`;
}

/** The program of a command line, in which systemd expands no variables, unlike in its arguments. */
export function unitProgram(path: string): string {
  const escaped = escapedWord(path);
  return plainWord.test(escaped) ? escaped : `"${escaped}"`;
}

/** A path as the value of a setting, which has no quotes; null for one that cannot be written. */
export function unitPath(path: string): string | null {
  const isWritable = !/[\u0000-\u001f\u007f]|^\s|[\s\\]$/.test(path);
  return isWritable ? path.replaceAll('%', '%%') : null;
}

const plainWord = /^[\w@%+=:,./-]+$/;

function escapedWord(word: string): string {
  return word
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('%', '%%')
    .replace(
      /[\u0001-\u001f\u007f]/g,
      (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
}

/**
 * The values of a setting in the text of a unit, in order. An empty one takes back those before it. White space around
 * `=` is ignored, a line that ends in a backslash goes on in the next one, and `#` or `;` begins a comment
 * (systemd.syntax(7)).
 */
export function unitValues(unit: string, setting: string): readonly string[] {
  let values: string[] = [];
  const lines = unit.split(/\r?\n/).filter((line) => !/^\s*[#;]/.test(line));
  for (const line of lines.join('\n').replaceAll('\\\n', ' ').split('\n')) {
    const [, name, value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== setting) continue;
    values = value === '' ? [] : [...values, value];
  }
  return values;
}
