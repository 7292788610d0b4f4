import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** If the terminal is narrow, columns with the highest number are dropped first. 0, the default, is never dropped. */
  readonly drop?: number;
  /** The column to truncate with an ellipsis if dropping columns is not enough. */
  readonly flexible?: boolean;
}

export interface TableOptions {
  /** Available width in cells, including the margin. */
  readonly width: number;
  readonly margin?: number;
  readonly ellipsis?: string;
  readonly paintHead?: (text: string) => string;
}

const gap = 2;
const narrowest = 12;

/**
 * Lines of an aligned table without borders. Cells may contain colors and wide characters. No line is wider than
 * `width`, unless the columns that are never dropped are.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string[] {
  const margin = options.margin ?? 2;
  const natural = columns.map((column, index) =>
    Math.max(stringWidth(column.head), ...rows.map((row) => stringWidth(row[index] ?? ''))),
  );
  const kept = fittingColumns(columns, natural, options.width - margin);
  const widths = flex(columns, natural, kept, options.width - margin);
  const line = (cells: readonly string[]) =>
    (
      ' '.repeat(margin) +
      kept
        .map((index) =>
          fitCell(cells[index] ?? '', widths[index] ?? 0, columns[index]?.align, options),
        )
        .join(' '.repeat(gap))
    ).trimEnd();
  const head = line(columns.map((column) => column.head));
  return [options.paintHead?.(head) ?? head, ...rows.map(line)];
}

function fittingColumns(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
): number[] {
  let kept = columns.map((_column, index) => index);
  const droppable = kept
    .filter((index) => (columns[index]?.drop ?? 0) > 0)
    .sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0));
  for (const index of droppable) {
    if (totalWidth(natural, kept) <= width) break;
    kept = kept.filter((other) => other !== index);
  }
  return kept;
}

function flex(
  columns: readonly Column[],
  natural: readonly number[],
  kept: readonly number[],
  width: number,
): number[] {
  const widths = [...natural];
  const over = totalWidth(natural, kept) - width;
  const flexible = kept.find((index) => columns[index]?.flexible === true);
  if (over > 0 && flexible !== undefined) {
    widths[flexible] = Math.max(narrowest, (natural[flexible] ?? 0) - over);
  }
  return widths;
}

function totalWidth(widths: readonly number[], kept: readonly number[]): number {
  return kept.reduce(
    (sum, index) => sum + (widths[index] ?? 0),
    gap * Math.max(0, kept.length - 1),
  );
}

function fitCell(
  cell: string,
  width: number,
  align: Column['align'],
  { ellipsis = '…' }: TableOptions,
): string {
  const text = stringWidth(cell) > width ? truncate(cell, width, ellipsis) : cell;
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** Truncates a text, which may contain colors and wide characters, to at most `width` cells. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (stringWidth(text) <= width) return text;
  const room = Math.max(1, width - stringWidth(ellipsis));
  const [first = ''] = wrapAnsi(text, room, { hard: true, wordWrap: false, trim: false }).split(
    '\n',
  );
  return first + ellipsis;
}

/** Wraps a paragraph at word boundaries. Every line after the first is indented by `indent` cells. */
export function wrap(text: string, width: number, indent = 0): string {
  const lines = wrapAnsi(text, Math.max(narrowest, width - indent), { trim: true }).split('\n');
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Pads the text on the right to `width` cells. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
