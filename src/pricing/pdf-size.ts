import { inflateSync } from 'node:zlib';

export interface PdfSize {
  readonly pages: number;
  /** An upper bound of the characters on them. */
  readonly characters: number;
}

/** Limit of uncompressed data over all documents of a request, because a small file may decompress without end. */
export interface Effort {
  /** Uncompressed. */
  bytes: number;
  streams: number;
}

export function newEffort(): Effort {
  return { bytes: 16 * 1024 * 1024, streams: 20_000 };
}

/**
 * An upper bound of the content of a PDF. Null if it is unknown: the file is encrypted, compressed with anything but
 * zlib, not a PDF, or too large for the effort that is left.
 */
export function pdfSize(bytes: Uint8Array, effort: Effort = newEffort()): PdfSize | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.startsWith('%PDF-')) return null;
  const parts = streamsOf(text, effort);
  if (parts === null) return null;
  const structure = unescaped(parts.structure);
  if (structure.includes('/Encrypt')) return null;
  const pages = Math.max(count(structure, /\/Type\s*\/Page(?![A-Za-z])/g), largestCount(structure));
  const characters = parts.content.map(shownCharacters).reduce((sum, each) => sum + each, 0);
  return pages === 0 ? null : { pages, characters };
}

interface Parts {
  /** Everything outside streams, and objects inside streams. */
  readonly structure: string;
  /** What the pages draw. */
  readonly content: readonly string[];
}

function streamsOf(text: string, effort: Effort): Parts | null {
  const parts = { structure: [] as string[], content: [] as string[] };
  let from = 0;
  for (const { index, 0: mark } of text.matchAll(/(?<!end)stream\r?\n/g)) {
    if (index < from) continue;
    const before = text.slice(from, index);
    const dictionary = dictionaryIn(before);
    const start = index + mark.length;
    const end = text.indexOf('endstream', start);
    if (end < 0) return null;
    parts.structure.push(before);
    from = end + 'endstream'.length;
    if (isWithoutText(dictionary)) continue;
    effort.streams -= 1;
    const unpacked = effort.streams < 0 ? null : unpack(dictionary, text.slice(start, end), effort);
    if (unpacked === null) return null;
    parts[dictionary.includes('/ObjStm') ? 'structure' : 'content'].push(unpacked);
  }
  parts.structure.push(text.slice(from));
  return { structure: parts.structure.join(' '), content: parts.content };
}

/** That of the stream after it. Long white space would keep the patterns busy that look into it. */
function dictionaryIn(before: string): string {
  return unescaped(before.slice(Math.max(0, before.lastIndexOf(' obj')))).replace(/\s+/g, ' ');
}

/** Images, fonts, colors, metadata: streams without text of a page and without objects. */
function isWithoutText(dictionary: string): boolean {
  if (dictionary.includes('/ObjStm')) return false;
  return /\/(Image|Type1C|CIDFontType0C|OpenType|Length1|Metadata|XRef|Alternate|FunctionType)\b/.test(
    dictionary,
  );
}

function unpack(dictionary: string, data: string, effort: Effort): string | null {
  if (!dictionary.includes('/Filter')) return data.length <= effort.bytes ? data : null;
  if (!/\/Filter\s*\[?\s*\/FlateDecode\s*\]?\s*(\/|>>)/.test(dictionary)) return null;
  if (/\/Predictor\s+(?!1\b)/.test(dictionary) || effort.bytes <= 0) return null;
  try {
    const unpacked = inflateSync(Buffer.from(data, 'latin1'), { maxOutputLength: effort.bytes });
    effort.bytes -= unpacked.length;
    return unpacked.toString('latin1');
  } catch {
    // It may have taken all that there was.
    effort.bytes = 0;
    return null;
  }
}

/** Names may contain characters as numbers: `/P#61ge`. */
function unescaped(text: string): string {
  return text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function largestCount(structure: string): number {
  const counts = structure.matchAll(/\/Count\s+(\d{1,9})/g);
  return [...counts].reduce((most, [, pages]) => Math.max(most, Number(pages)), 0);
}

/**
 * The strings that are written: `(text)`, with other brackets inside, of a byte or two for a character; or `<0041>`. Not
 * by a regular expression, which brackets that never close would keep busy.
 */
function shownCharacters(content: string): number {
  let characters = 0;
  let depth = 0;
  for (let at = 0; at < content.length; at += 1) {
    const char = content[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth = Math.max(0, depth - 1);
    else if (depth > 0) {
      characters += 1;
      if (char === '\\') at += 1;
    } else if (char === '<') {
      hexDigits.lastIndex = at + 1;
      const length = hexDigits.exec(content)?.[0].length ?? 0;
      characters += length / 2;
      at += length;
    }
  }
  return Math.ceil(characters);
}

const hexDigits = /[0-9a-fA-F\s]*/y;

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
