/** Escapes text for HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, characterReference);
}

/**
 * Escapes text for one line of GitHub Markdown, or for a table cell. Anything that could be markup, a link, a mention
 * or a formula becomes a character reference, which Markdown renders as the character.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>"'`\\|*_[\]{}()#+!~:@^$=]|(?<=www)\./gi, characterReference);
}

/** Escapes text for XML 1.0, which forbids most control characters and lone surrogates even when escaped. */
export function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (char) => xmlEntities[char] ?? char);
}

/** Returns ` name="value"` for each. White space is escaped too, since a parser would turn it into spaces. */
export function xmlAttributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => [
      name,
      escapeXml(String(value)).replace(/[\t\r\n]/g, characterReference),
    ])
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}

/**
 * Percent-encodes the value of an HTTP header where needed. A lone surrogate, which JSON may contain, cannot be encoded
 * and is replaced.
 */
export function encodeHeader(text: string): string {
  return encodeURI(text.toWellFormed());
}

/** Escapes a label value in Prometheus text format 0.0.4, without the surrounding quotes. */
export function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function characterReference(char: string): string {
  return `&#${char.charCodeAt(0)};`;
}

/** A word of a command that users can paste into a shell, quoted if necessary. */
export function shellWord(text: string): string {
  // Inside quotes, the tilde would not expand to the home folder.
  if (text.startsWith('~/')) return `~/${shellWord(text.slice(2))}`;
  return /^[\w./:@%+,=-]+$/.test(text) ? text : singleQuoted(text);
}

/** Single-quotes text for bash and zsh. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
