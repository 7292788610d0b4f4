import { GIF } from 'image-size/types/gif';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import { type Effort, pdfSize } from './pdf-size.ts';
import { textTokens } from './text-tokens.ts';

/**
 * Upper bounds of images, audio and documents in tokens, from the documentation of the providers (Anthropic's pages on
 * vision and PDF support, OpenAI's on images, Google's on tokens and media resolution, 2026).
 */
export const mediaLimits = {
  /** One for each patch of 16 × 16 pixels (Mistral); all others use fewer. */
  pixelsPerToken: 256,
  minTokensPerImage: 2_500,
  /** Qwen, the highest; Anthropic has 4,784, Google 2,240. */
  maxTokensPerImage: 16_384,
  /** Only GPT-4o mini: 2,833, and 5,667 for each of eight tiles. */
  gpt4oMiniPerImage: 48_169,
  /** Google; OpenAI has 10. */
  perSecondOfAudio: 32,
  /** Google: 258 for an image per second, 32 for audio, a few for timestamps. */
  perSecondOfVideo: 300,
  /** As an image, in addition to the text of the page. */
  perPage: 5_000,
  /** No provider and no parser of OpenRouter reads more pages of one document. */
  maxPages: 1_000,
} as const;

/** Bytes per second at the lowest common rates: a speech codec with 6 kbit/s, video with 50 kbit/s, telephone PCM. */
const slowest = { speech: 750, video: 6_250, pcm: 16_000 } as const;

/** Enough for the header of an image after its color profile and preview. */
const headCharacters = 400_000;

/** What providers read besides JPEG. Parsing others may take long. */
const formats = [PNG, GIF, WEBP];

/** The pixels of an image; Infinity where they are unknown. */
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

/** From its segments, because `image-size` searches every byte of an inconsistent file, for half a second. */
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
  /** Infinity where they are unknown. */
  readonly tokens: number;
  /** Pages that OpenRouter's parser charges for; 0 except for PDFs. */
  readonly pages: number;
}

/** A PDF by its pages and their text, a text file by its text. */
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

/** A document that cannot be read here. */
export const unknownFile: FileSize = {
  tokens: Number.POSITIVE_INFINITY,
  pages: mediaLimits.maxPages,
};

/** Whether it is valid UTF-8 without control characters except white space. */
function isText(text: string): boolean {
  return !/(?!\s)[\p{Cc}\ufffd]/u.test(text);
}

function bytesOf(base64: string): number {
  return Math.ceil((base64.length * 3) / 4);
}
