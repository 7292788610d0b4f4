import { isIdentifier } from './chars.ts';
import type { DraftContainer, DraftMember, DraftValue } from './draft-value.ts';
import type { Style } from './style.ts';
import type { PlainScalar } from './tree.ts';

/** Lines longer than this are broken if possible. */
export const lineWidth = 80;

export interface RenderPlace {
  readonly indent: string;
  /** Width of the text already on the line. */
  readonly column: number;
  readonly oneLine: boolean;
}

/**
 * Renders a new value. Its first line continues a line that is already `column` wide; the other lines get `indent`.
 * Objects take several lines, and arrays of scalars take one line if they fit. `oneLine` keeps everything on one line.
 */
export function renderValue(value: DraftValue, style: Style, place: RenderPlace): string {
  const pieces: string[] = [];
  writeValue(pieces, value, style, place);
  return pieces.join('');
}

/** A new member on its own lines, without its comma and final line end. */
export function renderLines(
  member: DraftMember,
  shape: DraftContainer['shape'],
  style: Style,
  indent: string,
): string {
  const pieces: string[] = [];
  writeLines(pieces, member, shape, style, indent);
  return pieces.join('');
}

// Appends to one list: building a string at each level would copy it again at every level above.
function writeValue(pieces: string[], value: DraftValue, style: Style, place: RenderPlace): void {
  if (value.kind === 'new') {
    pieces.push(renderScalar(value.value, style.quote));
    return;
  }
  if (value.kind !== 'draft') throw new TypeError('Only new values are rendered');
  const line = renderedOnLine(value, style, place);
  if (line !== null) {
    pieces.push(line);
    return;
  }
  const members = value.members();
  const [open = '', close = ''] = value.shape === 'array' ? '[]' : '{}';
  pieces.push(open);
  for (const [index, member] of members.entries()) {
    pieces.push(style.newline);
    writeLines(pieces, member, value.shape, style, place.indent + style.unit);
    if (index < members.length - 1 || style.trailingComma) pieces.push(',');
  }
  pieces.push(style.newline, place.indent, close);
}

/** Null if the value needs several lines. */
function renderedOnLine(
  container: DraftContainer,
  style: Style,
  { column, oneLine }: RenderPlace,
): string | null {
  const members = container.members();
  if (members.length === 0) return container.shape === 'array' ? '[]' : '{}';
  if (oneLine) return renderOneLine(container, style);
  if (container.shape !== 'array' || !members.every(isPlain)) return null;
  const line = renderOneLine(container, style);
  return column + line.length < lineWidth ? line : null;
}

function writeLines(
  pieces: string[],
  member: DraftMember,
  shape: DraftContainer['shape'],
  style: Style,
  indent: string,
): void {
  for (const line of commentLines(member, style)) {
    pieces.push(`${indent}// ${line}`.trimEnd(), style.newline);
  }
  const head = indent + renderHead(member, shape, style);
  pieces.push(head);
  writeValue(pieces, member.value, style, { indent, column: head.length, oneLine: false });
}

/** A new member on one line, with its comment before it. */
export function renderInline(
  member: DraftMember,
  shape: DraftContainer['shape'],
  style: Style,
): string {
  const text = commentLines(member, style).join(' ').replaceAll('*/', '* /').trim();
  const comment = text === '' ? '' : `/* ${text} */ `;
  const value = renderValue(member.value, style, { indent: '', column: 0, oneLine: true });
  return comment + renderHead(member, shape, style) + value;
}

export function renderKey(name: string, style: Pick<Style, 'keyQuote' | 'quote'>): string {
  if (style.keyQuote === '' && isIdentifier(name)) return name;
  return renderScalar(name, style.keyQuote === '' ? style.quote : style.keyQuote);
}

/** Only uses escapes that are valid JSON, so that plain JSON stays plain JSON. */
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

/** Quotes, backslash, control characters, LS, PS, the BOM, and lone surrogates, which UTF-8 cannot encode. */
const mustEscape =
  /["'\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function renderOneLine(container: DraftContainer, style: Style): string {
  const items = container.members().map((member) => renderInline(member, container.shape, style));
  if (container.shape === 'array') return `[${items.join(', ')}]`;
  return `{${style.pad}${items.join(', ')}${style.pad}}`;
}

function renderHead(member: DraftMember, shape: DraftContainer['shape'], style: Style): string {
  return shape === 'array' ? '' : renderKey(member.name, style) + style.colon;
}

function commentLines({ comment }: DraftMember, style: Style): string[] {
  return comment === null || !style.comments
    ? []
    : comment.split(/[\n\r\u2028\u2029]+/).map((line) => line.trimEnd());
}

function isPlain({ value }: DraftMember): boolean {
  return value.kind === 'new' || (value.kind === 'draft' && value.members().length === 0);
}
