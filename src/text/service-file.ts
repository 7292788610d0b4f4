import { escapeXml } from './escape.ts';

/**
 * A word of a command line in a systemd unit (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting").
 * Escapes control characters, which would end the line, and `%` and `$`, which systemd expands even inside quotes.
 */
export function unitWord(word: string): string {
  const escaped = escapedWord(word).replaceAll('$', '$$$$');
  return plainWord.test(escaped) ? escaped : `"${escaped}"`;
}

/** The program of a command line. Unlike in its arguments, systemd expands no variables in it. */
export function unitProgram(path: string): string {
  const escaped = escapedWord(path);
  return plainWord.test(escaped) ? escaped : `"${escaped}"`;
}

/** A path as the value of a setting, which cannot be quoted; null if the path cannot be written. */
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
 * The values of a setting in a unit, in order. An empty value resets the previous ones. White space around `=` is
 * ignored, a backslash at the end of a line continues it, and `#` or `;` begins a comment (systemd.syntax(7)).
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

type PlistValue = string | number | boolean | readonly PlistValue[] | PlistMembers;
interface PlistMembers {
  readonly [name: string]: PlistValue;
}

/** An XML property list (plist(5)) for launchd. Characters that XML cannot represent are left out. */
export function plistText(members: PlistMembers): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${elementOf(members, '')}
</plist>
`;
}

/** Whether the text can be represented without loss. */
export function isPlistText(text: string): boolean {
  return !/\p{Surrogate}|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u.test(text);
}

function elementOf(value: PlistValue, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${textOf(value)}</string>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  const deeper = `${indent}  `;
  const lines = isList(value)
    ? value.map((item) => elementOf(item, deeper))
    : Object.entries(value).flatMap(([name, member]) => [
        `${deeper}<key>${textOf(name)}</key>`,
        elementOf(member, deeper),
      ]);
  const tag = isList(value) ? 'array' : 'dict';
  return [`${indent}<${tag}>`, ...lines, `${indent}</${tag}>`].join('\n');
}

/** XML parsers turn a carriage return into a line feed unless it is escaped. */
function textOf(text: string): string {
  return escapeXml(text).replaceAll('\r', '&#13;');
}

function isList(value: readonly PlistValue[] | PlistMembers): value is readonly PlistValue[] {
  return Array.isArray(value);
}
