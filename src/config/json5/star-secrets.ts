/**
 * Hides what has the form of a key, and what is said of a name like `apiKey` or `Authorization`, references aside.
 * For text that does not parse: a string may lack its end, its colon or its comma. Same length as before, so that a
 * caret below stays under its column.
 */
export function starSecrets(text: string): string {
  let isSecret = false;
  return text.replace(piece, (part: string, offset: number) => {
    const rest = offset + part.length;
    if (startsAt(colon, text, rest)) isSecret = secretName.test(part);
    else if (part === ',' || part === '}') isSecret = false;
    else if (isSecret && !reference.test(part)) return part.replace(/[^\s"'[\]{}:]/g, '*');
    else if (startsAt(quote, text, rest)) isSecret ||= secretName.test(part);
    return part.replace(/sk-[A-Za-z0-9_-]{8,}/g, (key) => '*'.repeat(key.length));
  });
}

/** A string, which may lack its end, a word, or a single mark; not white space. */
const piece = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[^\s"',:{}[\]]+|[,:{}[\]]/g;
const secretName = /(?:key|token|secret|password|passwd|credential|authorization)["']?$/i;
const reference = /^["']?\$/;
const colon = /\s*:/y;
const quote = /\s*["']/y;

function startsAt(pattern: RegExp, text: string, offset: number): boolean {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = offset;
  return sticky.test(text);
}
