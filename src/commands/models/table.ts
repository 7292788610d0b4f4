import type { Stream } from '../../platform/deps.ts';
import { createStyle } from '../../terminal/style.ts';
import { type Column, renderTable } from '../../terminal/table.ts';

/** Lines of a table as wide as the terminal; a column with nothing in it is left out. */
export function modelTable(
  stream: Stream,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const { ellipsis, dim } = createStyle(stream);
  const filled = columns.map((_column, index) => rows.some((row) => row[index] !== ''));
  return renderTable(
    columns.filter((_column, index) => filled[index]),
    rows.map((row) => row.filter((_cell, index) => filled[index])),
    { width: stream.columns, ellipsis, paintHead: dim },
  );
}
