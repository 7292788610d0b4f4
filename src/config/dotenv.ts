import { UserError } from '../platform/errors.ts';
import { appendTo } from '../platform/list.ts';
import type { Dialect } from './dialect.ts';
import { variableEdit } from './dialect.ts';
import {
  applyTextEdits,
  type Edit,
  type EditResult,
  type Note,
  positionAt,
  type TextEdit,
} from './edit.ts';

/** The host's `.env`, parsed like the npm package dotenv: if a name is set more than once, the last line wins. */
export const dotenvDialect: Dialect = {
  id: 'dotenv',
  read: (text) => Object.fromEntries(linesOf(text).map(({ name, value }) => [name, value])),
  edit: editDotenv,
};

interface Line {
  readonly name: string;
  readonly value: string;
  /** Start of the value, including its quotes. */
  readonly start: number;
  readonly end: number;
  readonly lineStart: number;
  readonly lineEnd: number;
}

function linesOf(text: string): Line[] {
  // Leading white space may include a byte order mark.
  const head =
    /(?:^|(?<=[\n\r]))[^\S\n\r]*(?:export[^\S\n\r]+)?([\w.-]+)(?:[^\S\n\r]*=|:(?=[^\S\n\r]))[^\S\n\r]*/g;
  const lines: Line[] = [];
  for (let match = head.exec(text); match !== null; match = head.exec(text)) {
    const start = head.lastIndex;
    const raw = rawValue(text, start);
    const end = start + raw.length;
    const rest = /[^\n\r]*(?:\r\n|\n|\r|$)/y;
    rest.lastIndex = end;
    rest.exec(text);
    lines.push({
      name: match[1] ?? '',
      value: unquoted(raw),
      start,
      end,
      lineStart: match.index,
      lineEnd: rest.lastIndex,
    });
    head.lastIndex = Math.max(end, rest.lastIndex - 1);
  }
  return lines;
}

/** The value up to its closing quote (which may be on a later line), or up to a comment or the end of the line. */
function rawValue(text: string, start: number): string {
  const end = quotedEnd(text, start);
  if (end !== null) return text.slice(start, end);
  const bare = /[^#\n\r]*/y;
  bare.lastIndex = start;
  return (bare.exec(text)?.[0] ?? '').trimEnd();
}

/**
 * Offset after the closing quote: the first unescaped quote, or else the last escaped quote that only a comment may
 * follow. Null if there is none. Does not use dotenv's regular expression, which overflows the stack on values of
 * several megabytes.
 */
function quotedEnd(text: string, start: number): number | null {
  const quote = text.charAt(start);
  if (!/['"`]/.test(quote)) return null;
  const ends: number[] = [];
  for (let at = text.indexOf(quote, start + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    ends.push(at + 1);
    if (at === start + 1 || text[at - 1] !== '\\') break;
  }
  const isLast = /[^\S\n\r]*(?:#[^\n\r]*)?(?=[\n\r]|$)/y;
  return (
    ends.findLast((end) => {
      isLast.lastIndex = end;
      return isLast.test(text);
    }) ?? null
  );
}

/** `\n` and `\r` are escapes only in double quotes. */
function unquoted(raw: string): string {
  const quote = raw[0];
  if (quote === undefined || !/['"`]/.test(quote)) return raw;
  const isClosed = raw.length > 1 && raw.endsWith(quote);
  const body = isClosed ? raw.slice(1, -1) : raw;
  return quote === '"' ? body.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : body;
}

function editDotenv(before: string, edits: readonly Edit[]): EditResult {
  let text = before;
  const notes: Note[] = [];
  const textEdits: TextEdit[] = [];
  for (const edit of edits) {
    const { name, value } = variableEdit(edit);
    const lines = linesOf(text).filter((line) => line.name === name);
    const next = value === null ? lines.map(removal) : setting(text, name, value, lines, notes);
    text = applyTextEdits(text, next);
    appendTo(textEdits, next);
  }
  const whole = [{ offset: 0, length: before.length, text }];
  return { text, textEdits: edits.length === 1 || text === before ? textEdits : whole, notes };
}

function removal({ lineStart, lineEnd }: Line): TextEdit {
  return { offset: lineStart, length: lineEnd - lineStart, text: '' };
}

function setting(
  text: string,
  name: string,
  value: string,
  lines: readonly Line[],
  notes: Note[],
): TextEdit[] {
  const last = lines.at(-1);
  for (const { start } of lines.slice(0, -1)) {
    const { line } = positionAt(text, start);
    notes.push({ message: `${name} is also set on line ${line}; the later one wins` });
  }
  if (last === undefined) {
    const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
    const head = text === '' || /[\n\r]$/.test(text) ? '' : newline;
    return [
      { offset: text.length, length: 0, text: `${head}${name}=${quoted(value, null)}${newline}` },
    ];
  }
  if (last.value === value) return [];
  const before = text[last.start] ?? null;
  return [{ offset: last.start, length: last.end - last.start, text: quoted(value, before) }];
}

/** dotenv cannot escape a quote inside the same quotes, so the value must not contain all three kinds. */
function quoted(value: string, before: string | null): string {
  if (before !== '"' && before !== "'" && /^[\w./:@%+=,-]+$/.test(value)) return value;
  const kinds = before === '"' ? ['"', "'", '`'] : ["'", '"', '`'];
  for (const quote of kinds) {
    if (
      !value.includes(quote) &&
      !value.endsWith('\\') &&
      !(quote === '"' && /\\[nr]/.test(value))
    ) {
      return quote + value + quote;
    }
  }
  throw new UserError(
    'This value cannot be written to a .env file: it contains every kind of quote',
    {
      type: 'key',
    },
  );
}
