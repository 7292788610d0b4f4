const secretNames =
  'key|token|secret|password|passwd|passphrase|pass|pwd|credentials?|authorization|auth';

/**
 * Hides secrets in a diff, whose context lines may contain secrets of other programs: values with a secret-looking
 * name, passwords in URLs, and anything shaped like a key. Keeps references such as `${NAME}`, and OpenRouter keys, which `Io.mask`
 * shortens.
 */
export function hideSecrets(text: string): string {
  return text
    .replace(splitKey, (key) => key.replace(/(^|\n[-+ ]?)[^\n]+/g, '$1(hidden)'))
    .replace(computedKey, '$1(hidden)')
    .replace(assignment, (line, lead: string, value: string) => withHidden(line, lead, value))
    .replace(fishSet, (line, lead: string, value: string) => withHidden(line, lead, value))
    .replace(urlPassword, '$1(hidden)')
    .replace(/\bsk-(?!or-v1-)[\w-]{8,}/g, '(hidden)');
}

// Matches only the end of the name; searching for its start from every letter would take quadratic time.
const variable = `(?:${secretNames})`;

const quoted = String.raw`"(?:\\.|[^"\\\n])*"|"[^"\n]*"|'(?:\\.|[^'\\\n])*'|'[^'\n]*'`;

/**
 * Matches `NAME=value`, `name: "value"`, `"name": 'value'` and `Authorization: Bearer value`, up to the closing quote or
 * white space, but not `name: {`.
 */
const assignment = new RegExp(
  String.raw`(${variable}["']?[ \t]*(?:=[ \t]*|:[ \t]*(?![[{])))(${quoted}|(?:Bearer|Basic)[ \t]+[^\s"',;}]+|[^\s"',;}]+)`,
  'gi',
);

const fishSet = new RegExp(
  String.raw`(\bset[ \t]+(?:-\S{1,40}[ \t]+){0,8}[\w-]{0,80}${variable}[ \t]+)(${quoted}|[^\s"';]+)`,
  'gi',
);

/** Matches the password in `scheme://user:password@host`. */
const urlPassword = /(:\/\/[^\s/:@"']*:)(?!\$)[^\s/"']+(?=@)/g;

/**
 * Matches an OpenRouter key in pieces, which a shell or a JSON5 reader joins: `'sk-or-v1-'9f8e…`, or one that continues
 * on the next line of the diff.
 */
const splitKey =
  /sk-or-v1-[\w-]{0,80}(?:(?:["']{1,2}|\\(?:\r?\n[-+ ]?)?)[\w-]{1,80}){1,8}|sk-or-v1-[%$][^\n]*/gi;

/** Matches a value that the shell computes from a long word in the line, such as `"$(printf %s 9f8e…)"`. */
const computedKey = new RegExp(
  String.raw`(${variable}=["']?)(?:\$\(|\x60)[^\n]{0,200}?[\w+/-]{20}[^\n]*`,
  'gi',
);

function withHidden(line: string, lead: string, value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  const inner = quote === '' ? value : value.slice(1, -1);
  if (/^(?:$|\$|sk-or-v1-|(?:true|false|null)$)/.test(inner)) return line;
  return `${lead}${quote}(hidden)${quote}`;
}

/**
 * Hides secrets in JSON5 with a syntax error, where a closing quote, a colon or a comma may be missing. Each character
 * becomes an asterisk, so that a caret below the line stays in its column.
 */
export function maskSecrets(text: string): string {
  let isSecret = false;
  let isAfterName = false;
  return text.replace(urlUser, asterisks).replace(token, (part: string, offset: number) => {
    const rest = text.slice(offset + part.length);
    const isSeparator = isAfterName && part === '=';
    const isName = /^\s*:/.test(rest) || (!isSecret && /^\s*=/.test(rest));
    isAfterName = isName;
    if (isName) isSecret = secretName.test(part);
    else if (part === ',' || part === '}') isSecret = false;
    else if (isSecret && !isSeparator && !/^["']?\$/.test(part)) {
      return part.replace(/[^\s"'[\]{}:]/g, '*');
    } else if (/^\s*["']/.test(rest)) isSecret ||= secretName.test(part);
    return part.replace(/sk-[A-Za-z0-9_-]{8,}/g, asterisks);
  });
}

function asterisks(secret: string): string {
  return '*'.repeat(secret.length);
}

/** Matches the user name and password of a URL, up to the last `@`, since a password may contain one. */
const urlUser = /(?<=:\/\/)[^\s"']{1,200}(?=@)/g;

/** A string (possibly without its closing quote), a word, or a punctuation character. */
const token = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[^\s"',:={}[\]]+|[,:={}[\]]/g;
const secretName = new RegExp(`(?:${secretNames})["']?$`, 'i');
