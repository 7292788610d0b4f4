import type { IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { without } from '../platform/record.ts';
import type { RequestBody } from '../pricing/measure.ts';
import { combineProviderOf } from '../routing/request.ts';
import type { Reservation } from '../spend/budget-ledger.ts';
import { type BilledEndpoint, billedEndpoint } from './billed-endpoints.ts';
import { type Budgets, OverBudget } from './budget.ts';
import { chat } from './formats/chat.ts';
import type { RequestSlot } from './limits.ts';
import type { LiveEntry } from './live-setup.ts';
import { allowedBy, jsonOf, linkBody, readJsonRequest } from './request-body.ts';

/** A pass-through request after the entry's rules were applied, with its reservation. */
export interface PreparedRequest {
  /** A stream if it is forwarded unchanged as it arrives. */
  readonly body: IncomingMessage | Buffer;
  /** Null if the entry has no limit. */
  readonly reservation: Reservation | null;
  readonly isBilled: boolean;
}

/** In USD. Enough to find out whether a budget is used up. */
const leastUsd = '0.000001';

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
    return {
      body: request,
      reservation: await budgets.reserveUsd(entry, leastUsd),
      isBilled: false,
    };
  }
  if (/^\s*multipart\//i.test(request.headers['content-type'] ?? '')) {
    // A form has no `provider`.
    allowedBy(entry, () => combineProviderOf(entry, undefined, []));
    const length = Number(request.headers['content-length'] ?? slot.limits.bodyBytes);
    const reservation = await reserveMost(budgets, entry, endpoint, null, length);
    return { body: request, reservation, isBilled: true };
  }
  const { body, bytes } = await readJsonRequest(request, slot);
  const allowed = allowedBody(entry, path, endpoint, body);
  const reservation = await reserve(budgets, entry, endpoint, allowed, bytes.length);
  const isSame = isDeepStrictEqual(allowed, body);
  return {
    body: isSame ? bytes : Buffer.from(jsonOf(body, allowed)),
    reservation,
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
): Promise<Reservation | null> {
  const { isListed, mostUsd } = endpoint;
  if (isListed && typeof body.model === 'string') {
    try {
      const link = { role: 'primary', model: body.model } as const;
      return (await budgets.reserve(entry, link, body))?.reservation ?? null;
    } catch (error) {
      const isUnpriced = error instanceof OverBudget && error.type === 'budget_unpriced';
      if (!isUnpriced || mostUsd === null) throw error;
    }
  }
  return reserveMost(budgets, entry, endpoint, body, bytes);
}

function reserveMost(
  budgets: Budgets,
  entry: LiveEntry,
  { mostUsd }: BilledEndpoint,
  body: RequestBody | null,
  bytes: number,
): Promise<Reservation | null> {
  const usd = mostUsd?.(body, bytes) ?? 0;
  return budgets.reserveUsd(entry, Math.max(Number(leastUsd), usd).toFixed(6));
}
