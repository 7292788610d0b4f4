import { escapeXml } from './escape.ts';

type PlistValue = string | number | boolean | readonly PlistValue[] | PlistMembers;
interface PlistMembers {
  readonly [name: string]: PlistValue;
}

/** A property list in XML (plist(5)), as launchd reads it. What XML cannot hold is left out. */
export function plistText(members: PlistMembers): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${elementOf(members, '')}
</plist>
`;
}

/** Whether a text can be written without a loss. */
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

/** A parser turns a carriage return into a line feed unless it is escaped. */
function textOf(text: string): string {
  return escapeXml(text).replaceAll('\r', '&#13;');
}

function isList(value: readonly PlistValue[] | PlistMembers): value is readonly PlistValue[] {
  return Array.isArray(value);
}
