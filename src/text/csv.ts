/** A table cell; null and undefined are empty. */
export type Cell = string | number | boolean | null | undefined;

/**
 * RFC 4180: CRLF after every row, and quotes around cells with a separator, quote or line break. Spreadsheets run any
 * cell that starts with a formula character, including full-width forms (owasp.org, "CSV Injection"), so an apostrophe
 * is added before it. Amounts such as -0.5 are not changed.
 */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** Tab-separated lines for other programs. White space inside a cell becomes one space. */
export function toTsv(rows: readonly (readonly Cell[])[], empty = ''): string {
  return rows.map((row) => tsvLine(row.map((cell) => cellText(cell, empty)))).join('');
}

function tsvLine(texts: readonly string[]): string {
  // One search for all cells: a long table has thousands, and hardly any needs a change.
  const isWide = texts.join('|').search(wideSpace) >= 0;
  const cells = isWide ? texts.map((text) => text.replace(wideSpace, ' ')) : texts;
  return `${cells.join('\t')}\n`;
}

/** White space other than a single space. */
const wideSpace = /\s{2,}|[^\S ]/g;

const amount = /^-?\d+(\.\d+)?$/;

function csvCell(cell: Cell): string {
  const text = cellText(cell, '');
  // In locales with a decimal comma, spreadsheets split cells at semicolons, even quoted ones. Not a constant of the
  // module: its Unicode class takes half a millisecond to compile, and few runs write CSV.
  const formula =
    /((?:^|[;\t\r\n])[\s\p{C}]*)(?=[=+\-@|%\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])/gu;
  const inert = amount.test(text) ? text : text.replace(formula, "$1'");
  return /[",;\t\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function cellText(cell: Cell, empty: string): string {
  return cell === null || cell === undefined ? empty : String(cell);
}
