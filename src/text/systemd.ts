/**
 * A word of a command line in a unit (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"): a control
 * character is written as its escape, so that nothing ends the line, and `%` and `$`, which are expanded even inside
 * quotes, stand for themselves.
 */
export function unitWord(word: string): string {
  const escaped = escapedWord(word).replaceAll('$', '$$$$');
  return plainWord.test(escaped) ? escaped : `"${escaped}"`;
}

/** The program of a command line: unlike its arguments it is not searched for variables. */
export function unitProgram(path: string): string {
  const escaped = escapedWord(path);
  return plainWord.test(escaped) ? escaped : `"${escaped}"`;
}

/** A path that is the whole value of a setting, where there are no quotes; null for one that cannot be written. */
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
