import { isRecord } from '../platform/record.ts';
import type { RequestBody } from '../pricing/measure.ts';
import { positive } from '../pricing/server-tools.ts';
import { textTokens } from '../pricing/text-tokens.ts';

/** A pass-through endpoint that OpenRouter bills. */
export interface BilledEndpoint {
  /** The members of `provider` that it reads, according to OpenRouter's API description; null for all. */
  readonly provider: readonly string[] | null;
  /** Whether the model's row in OpenRouter's list limits the price. */
  readonly isListed: boolean;
  /**
   * The most a request can cost if no row limits the price, in USD: well above the prices that OpenRouter listed in
   * 2026. `body` is null for a form, of which only the length is known. Null if there is no such limit.
   */
  readonly mostUsd: ((body: RequestBody | null, bytes: number) => number) | null;
}

const ofImages = ['allow_fallbacks', 'ignore', 'only', 'order', 'sort', 'options'];

const endpoints: ReadonlyMap<string, BilledEndpoint> = new Map<string, BilledEndpoint>([
  ['/completions', { provider: null, isListed: true, mostUsd: null }],
  // Up to $0.20 per million tokens.
  ['/embeddings', { provider: null, isListed: true, mostUsd: (_, bytes) => bytes / 1_000_000 }],
  // $0.002 for a search of up to 100 documents; a long document counts as several.
  ['/rerank', { provider: null, isListed: true, mostUsd: rerankUsd }],
  // Up to $0.25 per image, at the largest size.
  [
    '/images',
    { provider: ofImages, isListed: false, mostUsd: (body) => 0.5 * (positive(body?.n) ?? 1) },
  ],
  // Up to $0.10 per 1,000 characters.
  [
    '/audio/speech',
    { provider: ['options'], isListed: false, mostUsd: (_, bytes) => (0.3 * bytes) / 1_000 },
  ],
  // $0.006 per minute; a megabyte holds at most 17 minutes.
  [
    '/audio/transcriptions',
    { provider: ['options'], isListed: false, mostUsd: (_, bytes) => bytes / 10_000_000 },
  ],
  // Up to $0.75 per second.
  ['/videos', { provider: ['options'], isListed: false, mostUsd: videoUsd }],
]);

/** Null for a path that is free or unknown. `path` is without `/v1`. */
export function billedEndpoint(path: string): BilledEndpoint | null {
  return endpoints.get(path.toLowerCase().replace(/\/$/, '')) ?? null;
}

function rerankUsd(body: RequestBody | null): number {
  const documents = Array.isArray(body?.documents) ? body.documents : [];
  const pieces = documents.reduce((sum: number, document: unknown) => {
    const text = isRecord(document) ? JSON.stringify(document) : String(document);
    return sum + Math.ceil(textTokens(text) / 500);
  }, 0);
  return 0.005 * Math.ceil(Math.max(1, pieces) / 100);
}

/** Some models take the length from the input image or video. */
const longestVideoS = 30;

function videoUsd(body: RequestBody | null): number {
  return 0.75 * (positive(body?.duration) ?? longestVideoS);
}
