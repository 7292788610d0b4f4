const secretNames = 'key|token|secret|password|passwd|credential|authorization';

/**
 * Hides the values of secrets in a diff, which shows lines around a change that may hold other people's: values whose
 * name is that of a secret, and keys by their form. Keys of OpenRouter stay for `Io.mask`, which shows their beginning;
 * references such as `${NAME}` stay as they are.
 */
export function hideSecrets(text: string): string {
  return text
    .replace(assignment, (line, lead: string, value: string) => withHidden(line, lead, value))
    .replace(fishSet, (line, lead: string, value: string) => withHidden(line, lead, value))
    .replace(/\bsk-(?!or-v1-)[\w-]{8,}/g, '(hidden)');
}

// The end of the name is enough: searching for its beginning from each of its letters takes quadratic time.
const variable = `(?:${secretNames})`;

/** `NAME=value`, `name: "value"`, `"name": 'value'`: the value up to its closing quote or white space. */
const assignment = new RegExp(
  String.raw`(${variable}["']?[ \t]*[:=][ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s"',;}]+)`,
  'gi',
);

const fishSet = new RegExp(
  String.raw`(\bset[ \t]+(?:-\S{1,40}[ \t]+){0,8}[\w-]{0,80}${variable}[ \t]+)("[^"\n]*"|'[^'\n]*'|[^\s"';]+)`,
  'gi',
);

function withHidden(line: string, lead: string, value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  const inner = quote === '' ? value : value.slice(1, -1);
  if (inner === '' || inner.startsWith('$') || inner.startsWith('sk-or-v1-')) return line;
  return `${lead}${quote}(hidden)${quote}`;
}

/**
 * Hides the same in JSON5 that does not parse, where a string may lack its end, its colon or its comma: stars take the
 * place of the characters, so that a caret below a line stays under its column.
 */
export function starSecrets(text: string): string {
  let isSecret = false;
  return text.replace(token, (part: string, offset: number) => {
    const rest = text.slice(offset + part.length);
    if (/^\s*:/.test(rest)) isSecret = secretName.test(part);
    else if (part === ',' || part === '}') isSecret = false;
    else if (isSecret && !/^["']?\$/.test(part)) return part.replace(/[^\s"'[\]{}:]/g, '*');
    else if (/^\s*["']/.test(rest)) isSecret ||= secretName.test(part);
    return part.replace(/sk-[A-Za-z0-9_-]{8,}/g, (key) => '*'.repeat(key.length));
  });
}

/** A string, which may lack its end, a word, or a single mark; not white space. */
const token = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[^\s"',:{}[\]]+|[,:{}[\]]/g;
const secretName = new RegExp(`(?:${secretNames})["']?$`, 'i');
