import { inflateSync } from 'node:zlib';
import { GIF } from 'image-size/types/gif';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import { textTokens } from './text-tokens.ts';

/**
 * Upper bounds of images, audio and documents in tokens, from the documentation of the providers (Anthropic's pages on
 * vision and PDF support, OpenAI's on images, Google's on tokens and media resolution, 2026).
 */
export const mediaLimits = {
  /** Mistral has one token per patch of 16 × 16 pixels; all others have fewer. */
  pixelsPerToken: 256,
  minTokensPerImage: 2_500,
  /** Qwen has the most; Anthropic has 4,784, Google 2,240. */
  maxTokensPerImage: 16_384,
  /** GPT-4o mini only: 2,833, plus 5,667 for each of eight tiles. */
  gpt4oMiniPerImage: 48_169,
  /** Google; OpenAI has 10. */
  perSecondOfAudio: 32,
  /** Google: 258 for an image per second, 32 for audio, a few for timestamps. */
  perSecondOfVideo: 300,
  /** The page as an image, in addition to its text. */
  perPage: 5_000,
  /** No provider and no parser of OpenRouter reads more pages of one document. */
  maxPages: 1_000,
} as const;

/** Bytes per second at the lowest common rates: a speech codec with 6 kbit/s, video with 50 kbit/s, telephone PCM. */
const slowest = { speech: 750, video: 6_250, pcm: 16_000 } as const;

/** Enough to reach the dimensions after a color profile and a preview. */
const headCharacters = 400_000;

/** The formats besides JPEG that providers accept. Parsing others may be slow. */
const formats = [PNG, GIF, WEBP];

/** The pixels of an image; Infinity if unknown. */
export function imagePixels(base64: string): number {
  try {
    const head = Buffer.from(base64.slice(0, headCharacters), 'base64');
    if (head[0] === 0xff && head[1] === 0xd8) return jpegPixels(head);
    const format = formats.find(({ validate }) => validate(head));
    if (format === undefined) return Number.POSITIVE_INFINITY;
    const { width, height } = format.calculate(head);
    return width * height > 0 ? width * height : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Reads the segments itself, because `image-size` takes half a second to search every byte of an invalid file. */
function jpegPixels(head: Buffer): number {
  for (let at = 2; at + 9 <= head.length; at += 2 + head.readUInt16BE(at + 2)) {
    const [mark, type = 0] = head.subarray(at, at + 2);
    if (mark !== 0xff) break;
    const isFrame = type >= 0xc0 && type <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(type);
    const pixels = isFrame ? head.readUInt16BE(at + 5) * head.readUInt16BE(at + 7) : 0;
    if (pixels > 0) return pixels;
  }
  return Number.POSITIVE_INFINITY;
}

export function imageTokens(pixels: number, modelId: string): number {
  if (modelId.includes('gpt-4o-mini')) return mediaLimits.gpt4oMiniPerImage;
  const { pixelsPerToken, minTokensPerImage, maxTokensPerImage } = mediaLimits;
  return Math.min(
    maxTokensPerImage,
    Math.max(minTokensPerImage, Math.ceil(pixels / pixelsPerToken)),
  );
}

/** Infinity for FLAC, which compresses silence without limit. */
export function audioTokens(base64: string, format: string): number {
  if (/flac/i.test(format)) return Number.POSITIVE_INFINITY;
  const seconds = bytesOf(base64) / (pcmRate(base64, format) ?? slowest.speech);
  return Math.ceil(seconds * mediaLimits.perSecondOfAudio);
}

/** Bytes per second of uncompressed audio; null for compressed audio. */
function pcmRate(base64: string, format: string): number | null {
  if (/pcm/i.test(format)) return slowest.pcm;
  const head = Buffer.from(base64.slice(0, 60), 'base64');
  const isPcm =
    head.length >= 36 &&
    head.toString('latin1', 0, 4) === 'RIFF' &&
    head.toString('latin1', 8, 16) === 'WAVEfmt ' &&
    head.readUInt16LE(20) === 1;
  if (!isPcm) return null;
  const [channels, samples, bits] = [
    head.readUInt16LE(22),
    head.readUInt32LE(24),
    head.readUInt16LE(34),
  ];
  return Math.max(slowest.speech, (channels * samples * bits) / 8);
}

export function videoTokens(base64: string): number {
  return Math.ceil((bytesOf(base64) / slowest.video) * mediaLimits.perSecondOfVideo);
}

export interface FileSize {
  /** Infinity if unknown. */
  readonly tokens: number;
  /** Pages that OpenRouter's parser charges for; 0 unless it is a PDF. */
  readonly pages: number;
}

/** Measures a PDF by its pages and their text, a text file by its text. */
export function fileSize(base64: string, effort: Effort): FileSize {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('latin1', 0, 5) === '%PDF-') {
    const size = pdfSize(bytes, effort);
    if (size === null) return unknownFile;
    const pages = Math.min(size.pages, mediaLimits.maxPages);
    return { pages, tokens: pages * mediaLimits.perPage + size.characters };
  }
  const text = bytes.toString('utf8');
  return isText(text) ? { tokens: textTokens(text), pages: 0 } : unknownFile;
}

/** The size of a document that cannot be read here. */
export const unknownFile: FileSize = {
  tokens: Number.POSITIVE_INFINITY,
  pages: mediaLimits.maxPages,
};

/** Whether it is valid UTF-8 without control characters other than white space. */
function isText(text: string): boolean {
  return !/(?!\s)[\p{Cc}\ufffd]/u.test(text);
}

function bytesOf(base64: string): number {
  return Math.ceil((base64.length * 3) / 4);
}

export interface PdfSize {
  readonly pages: number;
  /** An upper bound of the characters on all pages. */
  readonly characters: number;
}

/** Limits the uncompressed data of all documents in a request, because a small file may be a decompression bomb. */
export interface Effort {
  /** The uncompressed bytes that are left. */
  bytes: number;
  streams: number;
}

export function newEffort(): Effort {
  return { bytes: 16 * 1024 * 1024, streams: 20_000 };
}

/**
 * An upper bound of the content of a PDF. Null if unknown: the file is encrypted, compressed with anything but zlib,
 * not a PDF, or too large for the remaining effort.
 */
export function pdfSize(bytes: Uint8Array, effort: Effort = newEffort()): PdfSize | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.startsWith('%PDF-')) return null;
  const parts = streamsOf(text, effort);
  if (parts === null) return null;
  const structure = unescaped(parts.structure);
  if (structure.includes('/Encrypt')) return null;
  const pages = Math.max(count(structure, /\/Type\s*\/Page(?![A-Za-z])/g), maxCount(structure));
  const characters = parts.content.map(shownCharacters).reduce((sum, each) => sum + each, 0);
  return pages === 0 ? null : { pages, characters };
}

interface Parts {
  /** Everything outside streams, and objects inside streams. */
  readonly structure: string;
  /** The content streams of the pages. */
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

/** The dictionary of the stream that follows. White space is collapsed, because much of it slows down the patterns. */
function dictionaryIn(before: string): string {
  return unescaped(before.slice(Math.max(0, before.lastIndexOf(' obj')))).replace(/\s+/g, ' ');
}

/** Whether a stream has neither page text nor objects: images, fonts, colors, metadata. */
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
    // It may have used up everything.
    effort.bytes = 0;
    return null;
  }
}

/** Names may contain escaped characters: `/P#61ge`. */
function unescaped(text: string): string {
  return text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function maxCount(structure: string): number {
  const counts = structure.matchAll(/\/Count\s+(\d{1,9})/g);
  return [...counts].reduce((most, [, pages]) => Math.max(most, Number(pages)), 0);
}

/**
 * Counts the characters in strings: `(text)`, which may contain nested brackets and have one or two bytes per
 * character, and `<0041>`. Not a regular expression, which would be slow for brackets that never close.
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
