import { inflateSync } from 'node:zlib';

export interface PdfSize {
  readonly pages: number;
  /** Characters that stand on them, from above. */
  readonly characters: number;
}

/** Of all parts of a file together, unpacked. What is larger is not looked into. */
const mostBytes = 16 * 1024 * 1024;

/**
 * How much a PDF holds, from above. Null where that cannot be told: it is encrypted, packed in a way that is not
 * zlib's, or none at all.
 */
export function pdfSize(bytes: Uint8Array): PdfSize | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.startsWith('%PDF-')) return null;
  const parts = streamsOf(text);
  if (parts === null) return null;
  const structure = unescaped(parts.structure);
  if (structure.includes('/Encrypt')) return null;
  const pages = Math.max(count(structure, /\/Type\s*\/Page(?![A-Za-z])/g), largestCount(structure));
  return pages === 0 ? null : { pages, characters: shownCharacters(parts.content) };
}

interface Parts {
  /** Everything outside of streams, and the objects that are kept in streams. */
  readonly structure: string;
  /** What the pages draw and write. */
  readonly content: string;
}

function streamsOf(text: string): Parts | null {
  const parts = { structure: [] as string[], content: [] as string[] };
  let left = mostBytes;
  let from = 0;
  for (const { index, 0: mark } of text.matchAll(/(?<!end)stream\r?\n/g)) {
    if (index < from) continue;
    const dictionary = unescaped(
      text.slice(Math.max(from, text.lastIndexOf(' obj', index)), index),
    );
    const start = index + mark.length;
    const end = text.indexOf('endstream', start);
    if (end < 0) return null;
    parts.structure.push(text.slice(from, index));
    from = end + 'endstream'.length;
    if (isPicture(dictionary)) continue;
    const unpacked = unpack(dictionary, text.slice(start, end), left);
    if (unpacked === null) return null;
    left -= unpacked.length;
    parts[dictionary.includes('/ObjStm') ? 'structure' : 'content'].push(unpacked);
  }
  parts.structure.push(text.slice(from));
  return { structure: parts.structure.join(' '), content: parts.content.join(' ') };
}

/** Pictures, fonts, colours, descriptions: what holds no text of a page, and no objects. */
function isPicture(dictionary: string): boolean {
  if (dictionary.includes('/ObjStm')) return false;
  return /\/(Image|Type1C|CIDFontType0C|OpenType|Length1|Metadata|XRef|Alternate|FunctionType)\b/.test(
    dictionary,
  );
}

function unpack(dictionary: string, data: string, most: number): string | null {
  if (!dictionary.includes('/Filter')) return data.length <= most ? data : null;
  if (!/\/Filter\s*\[?\s*\/FlateDecode\s*\]?\s*(\/|>>)/.test(dictionary)) return null;
  if (/\/Predictor\s+(?!1\b)/.test(dictionary) || most <= 0) return null;
  try {
    return inflateSync(Buffer.from(data, 'latin1'), { maxOutputLength: most }).toString('latin1');
  } catch {
    return null;
  }
}

/** A name may be written with its characters as numbers: `/P#61ge`. */
function unescaped(text: string): string {
  return text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function largestCount(structure: string): number {
  const counts = structure.matchAll(/\/Count\s+(\d{1,9})/g);
  return [...counts].reduce((most, [, pages]) => Math.max(most, Number(pages)), 0);
}

/** The strings that are written: `(text)` with a byte or two for a character, or `<0041>`. */
function shownCharacters(content: string): number {
  let characters = 0;
  for (const [shown] of content.matchAll(/\((?:\\[\s\S]|[^\\()])*\)|<[0-9a-fA-F\s]*>/g)) {
    characters += (shown.length - 2) / (shown.startsWith('<') ? 2 : 1);
  }
  return Math.ceil(characters);
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
