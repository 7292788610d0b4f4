/**
 * Text for one line of GitHub's Markdown, a cell of a table too: what could be markup, a link, a mention or a formula
 * is written as HTML knows it, which Markdown takes for the character itself.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>"'`\\|*_[\]{}()#+!~:@^$=]|(?<=www)\./gi, (sign) => `&#${sign.charCodeAt(0)};`);
}
