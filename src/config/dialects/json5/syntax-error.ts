import { UserError } from '../../../errors.ts';
import { positionAt } from '../../edit.ts';

export interface SyntaxDetails {
  /** What could have stood there, in words, e.g. `"," or "}"`. */
  readonly expected: string;
  /** What stands there, in words. */
  readonly found: string;
  readonly hint?: string;
}

/**
 * The text is not JSON5. `line` and `column` are 1-based; `frame` shows the lines around with a caret, long lines
 * cut and whatever looks like a key masked.
 */
export class Json5SyntaxError extends UserError {
  override readonly name = 'Json5SyntaxError';
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly expected: string;
  readonly frame: string;

  constructor(text: string, offset: number, details: SyntaxDetails) {
    const { line, column } = positionAt(text, offset);
    const frame = codeFrame(text, line, column);
    super(`Expected ${details.expected}, found ${details.found} (line ${line}, column ${column})`, {
      type: 'syntax',
      detail: frame,
      ...(details.hint === undefined ? {} : { hint: details.hint }),
    });
    this.line = line;
    this.column = column;
    this.offset = offset;
    this.expected = details.expected;
    this.frame = frame;
  }
}

const widest = 100;

/** Two lines before, the line itself with a caret below, one line after. */
function codeFrame(text: string, line: number, column: number): string {
  const lines = text.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const digits = String(last).length;
  const from = column <= widest - 20 ? 0 : column - Math.floor(widest / 2);
  const rows: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const number = String(at).padStart(digits);
    rows.push(
      `${at === line ? '>' : ' '} ${number} | ${shown(lines[at - 1] ?? '', from)}`.trimEnd(),
    );
    if (at === line)
      rows.push(`  ${' '.repeat(digits)} | ${caret(lines[at - 1] ?? '', from, column)}`);
  }
  return rows.join('\n');
}

function shown(line: string, from: number): string {
  const masked = maskKeys(line);
  const cut = masked.slice(from, from + widest);
  const before = from > 0 && masked.length > from ? '…' : '';
  return `${before}${cut}${masked.length > from + widest ? '…' : ''}`.replace(
    /\p{Cc}|\p{Cf}/gu,
    ' ',
  );
}

/** Tabs become one space above, so one column is one cell here too. */
function caret(line: string, from: number, column: number): string {
  const lead = from > 0 && line.length > from ? 1 : 0;
  return `${' '.repeat(Math.max(0, column - 1 - from + lead))}^`;
}

/** Same length as before, so that the caret stays under its column. */
function maskKeys(line: string): string {
  return line.replace(/sk-[A-Za-z0-9_-]{8,}/g, (key) => '*'.repeat(key.length));
}
