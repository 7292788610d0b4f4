import type { Io } from '../../deps.ts';

/** `auto` is a table on a terminal and tab-separated in a pipe. */
export type Format = 'auto' | 'plain' | 'csv' | 'json';

export type Cell = string | number | boolean | null;

/** Tab-separated lines; a tab or line break inside a cell becomes a space, null an empty cell. */
export function toTsv(rows: readonly (readonly Cell[])[]): string {
  return rows
    .map((row) => `${row.map((cell) => text(cell).replace(/\s+/g, ' ')).join('\t')}\n`)
    .join('');
}

/** RFC 4180: CRLF after every row, cells with a comma, quote or line break quoted. */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

/** Prints rows, the head first, as `format` asks; true when that was done and no table is wanted. */
export function printRows(io: Io, format: Format, rows: readonly (readonly Cell[])[]): boolean {
  if (format === 'csv') io.out(toCsv(rows));
  else if (format === 'plain' || !io.stdout.isTty) io.out(toTsv(rows));
  else return false;
  return true;
}

function quoted(cell: Cell): string {
  const plain = text(cell);
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function text(cell: Cell): string {
  return cell === null ? '' : String(cell);
}
