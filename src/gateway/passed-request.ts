import type { IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import Big from 'big.js';
import { isRecord, without } from '../platform/record.ts';
import type { RequestBody } from '../pricing/measure.ts';
import { positive } from '../pricing/server-tools.ts';
import { textTokens } from '../pricing/text-tokens.ts';
import type { WorstCase } from '../pricing/worst-case.ts';
import { combineProviderOf } from '../routing/request.ts';
import type { Reservation } from '../spend/budget-ledger.ts';
import { type Budgets, OverBudget } from './budget.ts';
import { chat } from './formats.ts';
import type { RequestSlot } from './limits.ts';
import type { LiveEntry } from './live-setup.ts';
import { allowedBy, jsonOf, linkBody, readJsonRequest } from './request-body.ts';

/** A pass-through request after the entry's rules were applied, with its reservation. */
export interface PreparedRequest {
  /** A stream if it is forwarded unchanged as it arrives. */
  readonly body: IncomingMessage | Buffer;
  /** Null if the entry has no limit. */
  readonly reservation: Reservation | null;
  /** Its cost by tokens; null if it was not reserved by the prices of a model. */
  readonly costOfTokens: WorstCase['costOfTokens'] | null;
  readonly isBilled: boolean;
}

type Reserved = Pick<PreparedRequest, 'reservation' | 'costOfTokens'>;

/** In USD. Enough to find out whether a budget is used up. */
const minUsd = '0.000001';

/**
 * Applies the entry's rules and its budget, which cover every endpoint that OpenRouter bills. Throws HttpError, or
 * CancelError if the client has disconnected.
 */
export async function preparePassed(
  budgets: Budgets,
  entry: LiveEntry,
  path: string,
  request: IncomingMessage,
  slot: RequestSlot,
): Promise<PreparedRequest> {
  const endpoint = billedEndpoint(path);
  if (endpoint === null) {
    const reservation = await budgets.reserveUsd(entry, minUsd);
    return { body: request, reservation, costOfTokens: null, isBilled: false };
  }
  if (/^\s*multipart\//i.test(request.headers['content-type'] ?? '')) {
    // A form has no `provider`.
    allowedBy(entry, () => combineProviderOf(entry, undefined, []));
    const length = Number(request.headers['content-length'] ?? slot.limits.bodyBytes);
    const reserved = await reserveMax(budgets, entry, endpoint, null, length);
    return { body: request, ...reserved, isBilled: true };
  }
  const { body, bytes } = await readJsonRequest(request, slot);
  const allowed = allowedBody(entry, path, endpoint, body);
  const reserved = await reserve(budgets, entry, endpoint, allowed, bytes.length);
  const isSame = isDeepStrictEqual(allowed, body);
  return {
    body: isSame ? bytes : Buffer.from(jsonOf(body, allowed)),
    ...reserved,
    isBilled: true,
  };
}

function allowedBody(
  entry: LiveEntry,
  path: string,
  { provider: known }: BilledEndpoint,
  body: RequestBody,
): RequestBody {
  // The legacy completions endpoint takes the same parameters as chat completions.
  if (path.startsWith('/completions') && typeof body.model === 'string') {
    return linkBody(entry, body.model, chat, body);
  }
  const provider = allowedBy(entry, () => combineProviderOf(entry, body.provider, known));
  return provider === undefined ? without(body, new Set(['provider'])) : { ...body, provider };
}

/** Reserves by the model's row in the list if there is one, otherwise the most that the endpoint can cost. */
async function reserve(
  budgets: Budgets,
  entry: LiveEntry,
  endpoint: BilledEndpoint,
  body: RequestBody,
  bytes: number,
): Promise<Reserved> {
  const { isListed, maxUsd } = endpoint;
  if (isListed && typeof body.model === 'string') {
    try {
      const link = { role: 'primary', model: body.model } as const;
      const allowance = await budgets.reserve(entry, link, body);
      return {
        reservation: allowance?.reservation ?? null,
        costOfTokens: allowance?.worst.costOfTokens ?? null,
      };
    } catch (error) {
      const isUnpriced = error instanceof OverBudget && error.type === 'budget_unpriced';
      if (!isUnpriced || maxUsd === null) throw error;
    }
  }
  return reserveMax(budgets, entry, endpoint, body, bytes);
}

async function reserveMax(
  budgets: Budgets,
  entry: LiveEntry,
  { maxUsd }: BilledEndpoint,
  body: RequestBody | null,
  bytes: number,
): Promise<Reserved> {
  const most = Math.max(Number(minUsd), maxUsd?.(body, bytes) ?? 0);
  const usd = new Big(most).round(6, Big.roundUp).toFixed();
  return { reservation: await budgets.reserveUsd(entry, usd), costOfTokens: null };
}

/** A pass-through endpoint that OpenRouter bills. */
interface BilledEndpoint {
  /** The members of `provider` that it reads, according to OpenRouter's API description; null for all. */
  readonly provider: readonly string[] | null;
  /** Whether the model's row in OpenRouter's list limits the price. */
  readonly isListed: boolean;
  /**
   * The most a request can cost if no row limits the price, in USD: well above the prices that OpenRouter listed in
   * 2026. `body` is null for a form, of which only the length is known. Null if there is no such limit.
   */
  readonly maxUsd: ((body: RequestBody | null, bytes: number) => number) | null;
}

const ofImages = ['allow_fallbacks', 'ignore', 'only', 'order', 'sort', 'options'];

const endpoints: ReadonlyMap<string, BilledEndpoint> = new Map<string, BilledEndpoint>([
  ['/completions', { provider: null, isListed: true, maxUsd: null }],
  // Up to $0.20 per million tokens.
  ['/embeddings', { provider: null, isListed: true, maxUsd: (_, bytes) => bytes / 1_000_000 }],
  // $0.002 for a search of up to 100 documents; a long document counts as several.
  ['/rerank', { provider: null, isListed: true, maxUsd: rerankUsd }],
  // Up to $0.25 per image, at the largest size.
  [
    '/images',
    { provider: ofImages, isListed: false, maxUsd: (body) => 0.5 * (positive(body?.n) ?? 1) },
  ],
  // Up to $0.10 per 1,000 characters.
  [
    '/audio/speech',
    { provider: ['options'], isListed: false, maxUsd: (_, bytes) => (0.3 * bytes) / 1_000 },
  ],
  // $0.006 per minute; a megabyte holds at most 17 minutes.
  [
    '/audio/transcriptions',
    { provider: ['options'], isListed: false, maxUsd: (_, bytes) => bytes / 10_000_000 },
  ],
  // Up to $0.75 per second.
  ['/videos', { provider: ['options'], isListed: false, maxUsd: videoUsd }],
]);

/** Null for a path that is free or unknown. `path` is without `/v1`. */
function billedEndpoint(path: string): BilledEndpoint | null {
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
const maxVideoS = 30;

function videoUsd(body: RequestBody | null): number {
  return 0.75 * (positive(body?.duration) ?? maxVideoS);
}
