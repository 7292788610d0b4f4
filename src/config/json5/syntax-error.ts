import { UserError } from '../../platform/errors.ts';
import { positionAt } from '../edit.ts';
import { starSecrets } from './star-secrets.ts';

export interface SyntaxDetails {
  /** What could have stood there, in words, e.g. `"," or "}"`. */
  readonly expected: string;
  /** What stands there, in words. */
  readonly found: string;
  readonly hint: string;
}

/**
 * The text is not JSON5. `line` and `column` are 1-based; `frame` shows the lines around with a caret, long lines
 * cut and whatever looks like a secret masked.
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
      hint: details.hint,
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
  const whole = text.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - 2);
  const last = Math.min(whole.length, line + 1);
  // With one line more before: a value may stand below its name.
  const above = Math.max(1, first - 1);
  const lines = starSecrets(whole.slice(above - 1, last).join('\n')).split('\n');
  const digits = String(last).length;
  const from = column <= widest - 20 ? 0 : column - Math.floor(widest / 2);
  const rows: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const number = String(at).padStart(digits);
    const source = lines[at - above] ?? '';
    rows.push(`${at === line ? '>' : ' '} ${number} | ${shown(source, from)}`.trimEnd());
    if (at === line) rows.push(`  ${' '.repeat(digits)} | ${caret(source, from, column)}`);
  }
  return rows.join('\n');
}

function shown(line: string, from: number): string {
  const cut = line.slice(from, from + widest);
  const before = from > 0 && line.length > from ? '…' : '';
  return `${before}${cut}${line.length > from + widest ? '…' : ''}`.replace(/\p{Cc}|\p{Cf}/gu, ' ');
}

/** Tabs become one space above, so one column is one cell here too. */
function caret(line: string, from: number, column: number): string {
  const lead = from > 0 && line.length > from ? 1 : 0;
  return `${' '.repeat(Math.max(0, column - 1 - from + lead))}^`;
}
