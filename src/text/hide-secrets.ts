const secretNames = 'key|token|secret|password|passwd|credential|authorization';

/**
 * Hides secrets in a diff, whose context lines may contain those of other programs: values with the name of a secret, and
 * keys by their form. Keeps OpenRouter keys, for `Io.mask`, which shows their beginning, and references such as
 * `${NAME}`.
 */
export function hideSecrets(text: string): string {
  return text
    .replace(assignment, (line, lead: string, value: string) => withHidden(line, lead, value))
    .replace(fishSet, (line, lead: string, value: string) => withHidden(line, lead, value))
    .replace(/\bsk-(?!or-v1-)[\w-]{8,}/g, '(hidden)');
}

// Only the end of the name, since searching for its beginning from each of its letters takes quadratic time.
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
 * Hides secrets in JSON5 with a syntax error, where a closing quote, a colon or a comma may be missing. Each character
 * becomes a star, so that a caret below the line stays at its column.
 */
export function maskSecrets(text: string): string {
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

/** A string, perhaps without its closing quote, a word, or a punctuation character. */
const token = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[^\s"',:{}[\]]+|[,:{}[\]]/g;
const secretName = new RegExp(`(?:${secretNames})["']?$`, 'i');
