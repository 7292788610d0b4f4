import type { Cell, OpenCell, Slot } from './cell.ts';
import { isIdentifier } from './chars.ts';
import type { PlainScalar } from './plain.ts';
import type { Style } from './style.ts';

/** Lines longer than this are broken where they can be. */
export const lineWidth = 80;

export interface RenderPlace {
  readonly indent: string;
  /** How wide the line is that the value continues. */
  readonly column: number;
  readonly oneLine: boolean;
}

/**
 * A new value as text. Its first line continues a line that is `column` wide, further ones get `indent`. Objects take
 * several lines, lists of plain values one line as long as it fits; `oneLine` keeps everything on one.
 */
export function renderCell(cell: Cell, style: Style, place: RenderPlace): string {
  const pieces: string[] = [];
  writeCell(pieces, cell, style, place);
  return pieces.join('');
}

/** A new member as lines of its own, without its comma and last line end. */
export function renderLines(
  slot: Slot,
  shape: OpenCell['shape'],
  style: Style,
  indent: string,
): string {
  const pieces: string[] = [];
  writeLines(pieces, slot, shape, style, indent);
  return pieces.join('');
}

// Into one list: a text for each level, made of those below it, would be copied once for every level above.
function writeCell(pieces: string[], cell: Cell, style: Style, place: RenderPlace): void {
  if (cell.kind === 'fresh') {
    pieces.push(renderScalar(cell.value, style.quote));
    return;
  }
  if (cell.kind !== 'open') throw new TypeError('Only new values are rendered');
  const line = renderedOnLine(cell, style, place);
  if (line !== null) {
    pieces.push(line);
    return;
  }
  const slots = cell.slots();
  const [open = '', close = ''] = cell.shape === 'array' ? '[]' : '{}';
  pieces.push(open);
  for (const [index, slot] of slots.entries()) {
    pieces.push(style.newline);
    writeLines(pieces, slot, cell.shape, style, place.indent + style.unit);
    if (index < slots.length - 1 || style.trailingComma) pieces.push(',');
  }
  pieces.push(style.newline, place.indent, close);
}

/** Null for what takes several lines. */
function renderedOnLine(
  cell: OpenCell,
  style: Style,
  { column, oneLine }: RenderPlace,
): string | null {
  const slots = cell.slots();
  if (slots.length === 0) return cell.shape === 'array' ? '[]' : '{}';
  if (oneLine) return renderOneLine(cell, style);
  if (cell.shape !== 'array' || !slots.every(isPlain)) return null;
  const line = renderOneLine(cell, style);
  return column + line.length < lineWidth ? line : null;
}

function writeLines(
  pieces: string[],
  slot: Slot,
  shape: OpenCell['shape'],
  style: Style,
  indent: string,
): void {
  for (const line of commentLines(slot.comment)) {
    pieces.push(`${indent}// ${line}`.trimEnd(), style.newline);
  }
  const head = indent + renderHead(slot, shape, style);
  pieces.push(head);
  writeCell(pieces, slot.cell, style, { indent, column: head.length, oneLine: false });
}

/** A new member on one line, its comment before it. */
export function renderInline(slot: Slot, shape: OpenCell['shape'], style: Style): string {
  const words = commentLines(slot.comment).join(' ').replaceAll('*/', '* /').trim();
  const comment = words === '' ? '' : `/* ${words} */ `;
  const value = renderCell(slot.cell, style, { indent: '', column: 0, oneLine: true });
  return comment + renderHead(slot, shape, style) + value;
}

export function renderKey(name: string, style: Pick<Style, 'keyQuote' | 'quote'>): string {
  if (style.keyQuote === '' && isIdentifier(name)) return name;
  return renderScalar(name, style.keyQuote === '' ? style.quote : style.keyQuote);
}

/** Escapes are those that JSON has too, so that a file of plain JSON stays one. */
export function renderScalar(value: PlainScalar, quote: Style['quote']): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'string') return String(value);
  const body = value.replace(mustEscape, (char) => {
    if (char === quote || char === '\\') return `\\${char}`;
    if (char === '"' || char === "'") return char;
    return shortEscapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return quote + body + quote;
}

/** Quotes, backslash, controls, LS, PS, the byte order mark, and halves of surrogate pairs, which UTF-8 has not. */
const mustEscape =
  /["'\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function renderOneLine(cell: OpenCell, style: Style): string {
  const items = cell.slots().map((slot) => renderInline(slot, cell.shape, style));
  if (cell.shape === 'array') return `[${items.join(', ')}]`;
  return `{${style.pad}${items.join(', ')}${style.pad}}`;
}

function renderHead(slot: Slot, shape: OpenCell['shape'], style: Style): string {
  return shape === 'array' ? '' : renderKey(slot.name, style) + style.colon;
}

function commentLines(comment: string | null): string[] {
  return comment === null ? [] : comment.split(/[\n\r\u2028\u2029]+/).map((line) => line.trimEnd());
}

function isPlain({ cell }: Slot): boolean {
  return cell.kind === 'fresh' || (cell.kind === 'open' && cell.slots().length === 0);
}
