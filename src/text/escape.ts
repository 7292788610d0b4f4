/** Text for HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, characterReference);
}

/**
 * Text for one line of GitHub's Markdown, or a cell of a table. What could be markup, a link, a mention or a formula
 * becomes a character reference, which Markdown shows as the character.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>"'`\\|*_[\]{}()#+!~:@^$=]|(?<=www)\./gi, characterReference);
}

/** Text for XML 1.0, which excludes most control characters and lone surrogates even when they are escaped. */
export function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (char) => xmlEntities[char] ?? char);
}

/** ` name="value"` for each. White space is escaped too, since a parser would turn it into spaces. */
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
 * The value of an HTTP header, with percent-encoding where needed. A lone surrogate, which JSON may contain, cannot be
 * encoded and is replaced.
 */
export function encodeHeader(text: string): string {
  return encodeURI(text.toWellFormed());
}

/** The value of a label in Prometheus' text format 0.0.4, between its quotes. */
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
