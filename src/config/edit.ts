/** Path to a value: object keys and array indices from the root; `[]` is the root itself. */
export type Path = readonly (string | number)[];

/** Formats a path, e.g. `models.main.fallbackModels[0]`. Keys that are not plain names are quoted: `["a.b"]`. */
export function pathText(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!isPlainKey(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

/** Tries the ASCII pattern first because the Unicode tables take milliseconds to load. */
function isPlainKey(key: string): boolean {
  return /^[A-Za-z_$][\w$-]*$/.test(key) || /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key);
}

/**
 * One change to a document. Edits apply in order, each to the result of the previous one.
 * - `set` creates missing parents; an array index equal to the length appends. Existing objects and arrays are merged
 *   member by member, so that comments inside them survive. `comment` (one or more lines, without `//`) goes above a
 *   newly created member and is ignored if the member already exists.
 * - `insert` adds an array item before the given index, which may equal the length.
 * - `remove` also removes the member's comments, unless `keepComments` is set.
 * - `remove` and `rename` do nothing if the member does not exist.
 */
export type Edit =
  | { readonly op: 'set'; readonly path: Path; readonly value: unknown; readonly comment?: string }
  | { readonly op: 'insert'; readonly path: Path; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: Path; readonly keepComments?: boolean }
  | { readonly op: 'rename'; readonly path: Path; readonly to: string };

/** Replaces `length` UTF-16 code units at `offset` of the old text with `text`. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Something the user should know about an edit, in one sentence. Line numbers refer to the text before the edit. */
export interface Note {
  readonly message: string;
}

/** 1-based line and column, 0-based offset, both in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** `textEdits` are sorted, do not overlap, and turn the old text into `text`. */
export interface EditResult {
  readonly text: string;
  readonly textEdits: TextEdit[];
  readonly notes: Note[];
}

/** Applies edits, which must be sorted by offset and must not overlap; throws RangeError otherwise. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const edit of edits) {
    if (edit.offset < done || edit.length < 0 || edit.offset + edit.length > text.length) {
      throw new RangeError(`Text edit at ${edit.offset} overlaps another or is out of the text`);
    }
    parts.push(text.slice(done, edit.offset), edit.text);
    done = edit.offset + edit.length;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

const findLine = lineFinder(/\r\n|\n|\r/g);

/** Line and column of an offset. Lines end with LF, CRLF or CR. */
export function positionAt(text: string, offset: number): Position {
  const { index, start } = findLine(text, offset);
  return { line: index + 1, column: offset - start + 1, offset };
}

/** Offsets of one line; `end` is the offset of its line terminator. */
export interface Line {
  /** 0-based. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Returns a function that finds the line at an offset. It caches the lines of the last text, so that many lookups in
 * one text cost a single pass. `lineEnd` must be a global pattern.
 */
export function lineFinder(lineEnd: RegExp): (text: string, offset: number) => Line {
  let known: Lines = linesOf('', lineEnd);
  return (text, offset) => {
    if (known.text !== text) known = linesOf(text, lineEnd);
    const { starts, ends } = known;
    const index = lastUpTo(starts, offset);
    return { index, start: starts[index] ?? 0, end: ends[index] ?? text.length };
  };
}

interface Lines {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function linesOf(text: string, lineEnd: RegExp): Lines {
  const starts = [0];
  const ends: number[] = [];
  const pattern = new RegExp(lineEnd);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    ends.push(match.index);
    starts.push(pattern.lastIndex);
  }
  ends.push(text.length);
  return { text, starts, ends };
}

/** Index of the last number not greater than `max` in a sorted list that starts with one. */
function lastUpTo(sorted: readonly number[], max: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= max) low = middle;
    else high = middle - 1;
  }
  return low;
}
