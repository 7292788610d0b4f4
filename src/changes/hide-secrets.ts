/**
 * A diff shows the lines around a change too, and an rc file holds other people's secrets: whatever has the name of a
 * secret, or the form of one, is hidden. Keys of OpenRouter stay for `Io.mask`, which shows their beginning;
 * references such as `${NAME}` stay as they are.
 */
export function hideSecrets(text: string): string {
  return text
    .replace(assigned, (line, lead: string, value: string) => hidden(line, lead, value))
    .replace(setInFish, (line, lead: string, value: string) => hidden(line, lead, value))
    .replace(/\bsk-(?!or-v1-)[\w-]{8,}/g, '(hidden)');
}

// Its end is enough; to look for where it begins, from every letter of it, takes the square of its length.
const secretName = `(?:key|token|secret|password|passwd|credential|authorization)`;

/** `NAME=value`, `name: "value"`, `"name": 'value'`: the value up to its closing quote or white space. */
const assigned = new RegExp(
  String.raw`(${secretName}["']?[ \t]*[:=][ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s"',;}]+)`,
  'gi',
);

const setInFish = new RegExp(
  String.raw`(\bset[ \t]+(?:-\S{1,40}[ \t]+){0,8}[\w-]{0,80}${secretName}[ \t]+)("[^"\n]*"|'[^'\n]*'|[^\s"';]+)`,
  'gi',
);

function hidden(line: string, lead: string, value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  const inner = quote === '' ? value : value.slice(1, -1);
  if (inner === '' || inner.startsWith('$') || inner.startsWith('sk-or-v1-')) return line;
  return `${lead}${quote}(hidden)${quote}`;
}
