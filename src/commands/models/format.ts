import type { Io } from '../../platform/deps.ts';
import { type Cell, toCsv, toTsv } from '../../text/csv.ts';

/** `auto` is a table on a terminal and tab-separated in a pipe. */
export type Format = 'auto' | 'plain' | 'csv' | 'json';

/** Prints rows, the head first, as `format` asks; true when that was done and no table is wanted. */
export function printRows(io: Io, format: Format, rows: readonly (readonly Cell[])[]): boolean {
  if (format === 'csv') io.out(toCsv(rows));
  else if (format === 'plain' || !io.stdout.isTty) io.out(toTsv(rows));
  else return false;
  return true;
}
