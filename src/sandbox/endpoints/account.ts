import Big from 'big.js';
import { dayMs } from '../../platform/durations.ts';
import { type ApiKey, type Charge, freeUse, jsonNumber, utcDate, windowStart } from '../account.ts';
import { type Answer, ApiError, badRequest, json } from '../http.ts';
import { hashNumber, hashUuid } from '../ids.ts';
import type { Asked, Generation, State } from '../state.ts';
import { endpointsOf } from './models.ts';

/** `GET /key`: the key that was sent. */
export function currentKey({ state, key }: Asked): Answer {
  return json({ data: keyBody(state, knownKey(key)) });
}

/** Narrows the key of a route that requires one. */
export function knownKey(key: ApiKey | null): ApiKey {
  if (key === null) throw new ApiError(401, 'Missing Authentication header');
  return key;
}

function keyBody(state: State, key: ApiKey): Record<string, unknown> {
  return {
    ...limitsAndUsage(state, key),
    is_free_tier: state.account.credits.eq(0),
    is_management_key: key.management,
    is_provisioning_key: key.management,
    organization_id: null,
    workspace_id: null,
    allowed_data_regions: ['global'],
    free_model_daily_requests: freeUse(state).day,
    rate_limit: {
      requests: -1,
      interval: '10s',
      note: 'No longer counted; left in for old clients.',
    },
  };
}

/** The fields that `/key` and `/keys` have in common. */
export function limitsAndUsage({ account }: State, key: ApiKey): Record<string, unknown> {
  const remaining = account.limitRemaining(key);
  return {
    label: `${key.value.slice(0, 12)}...${key.value.slice(-3)}`,
    limit: key.limit === null ? null : jsonNumber(key.limit),
    limit_remaining: remaining === null ? null : Math.max(0, jsonNumber(remaining)),
    limit_reset: key.limitReset,
    usage: jsonNumber(account.usage(key, 'total')),
    usage_daily: jsonNumber(account.usage(key, 'daily')),
    usage_weekly: jsonNumber(account.usage(key, 'weekly')),
    usage_monthly: jsonNumber(account.usage(key, 'monthly')),
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    include_byok_in_limit: key.includeByok,
    expires_at: key.expiresAt?.toISOString() ?? null,
    creator_user_id: 'user_sandbox',
  };
}

/** `GET /credits`, with a management key. */
export function credits({ state }: Asked): Answer {
  return json({
    data: {
      total_credits: jsonNumber(state.account.credits),
      total_usage: jsonNumber(state.account.totalUsage()),
    },
  });
}

/** `GET /activity`, with a management key: the last 30 completed UTC days, newest first. */
export function activity({ state, call }: Asked): Answer {
  const today = Date.parse(utcDate(state.clock.now()));
  const days = Array.from({ length: 30 }, (_, index) =>
    utcDate(new Date(today - (index + 1) * dayMs)),
  );
  const date = call.query.get('date');
  if (date !== null && !days.includes(date)) {
    throw badRequest('Date must be one of the last 30 completed UTC days, as YYYY-MM-DD');
  }
  const rows = days
    .filter((day) => date === null || day === date)
    .flatMap((day) => [...pastUse(state, day), ...chargesOn(state, day)]);
  return json({ data: rows.map(activityBody) });
}

function chargesOn({ account }: State, day: string): UseRow[] {
  const rows = new Map<string, UseRow>();
  for (const charge of account.charges) {
    if (utcDate(charge.at) !== day) continue;
    const name = `${charge.model} ${charge.provider}`;
    const row = rows.get(name);
    rows.set(name, {
      day,
      model: charge.model,
      provider: charge.provider,
      cost: charge.cost.plus(row?.cost ?? new Big(0)),
      requests: 1 + (row?.requests ?? 0),
      promptTokens: charge.promptTokens + (row?.promptTokens ?? 0),
      completionTokens: charge.completionTokens + (row?.completionTokens ?? 0),
    });
  }
  return [...rows.values()];
}

function activityBody(row: UseRow): Record<string, unknown> {
  return {
    date: row.day,
    model: row.model,
    model_permaslug: row.model.replace(/:.*/, ''),
    endpoint_id: hashUuid(`${row.model} ${row.provider}`),
    provider_name: row.provider,
    usage: jsonNumber(row.cost),
    byok_usage_inference: 0,
    requests: row.requests,
    prompt_tokens: row.promptTokens,
    completion_tokens: row.completionTokens,
    reasoning_tokens: 0,
  };
}

/** What one model cost on one UTC day. */
interface UseRow
  extends Pick<Charge, 'model' | 'provider' | 'cost' | 'promptTokens' | 'completionTokens'> {
  readonly day: string;
  readonly requests: number;
}

const modelsUsed = ['google/gemini-2.5-flash', 'anthropic/claude-sonnet-4', 'openai/gpt-4o-mini'];

/**
 * Usage on a day before the sandbox started: the seeded monthly usage minus that of the first day, spread over the
 * earlier days of the month in hundredths of a cent. Days of earlier months cost nothing.
 */
function pastUse(state: State, day: string): UseRow[] {
  const { startedAt } = state.account;
  const first = windowStart(startedAt, 'monthly');
  const start = windowStart(startedAt, 'daily');
  const days = (start.getTime() - first.getTime()) / dayMs;
  const index = (Date.parse(day) - first.getTime()) / dayMs;
  if (index < 0 || index >= days) return [];
  const cost = share(state.account.seededThisMonth(), days, index);
  const model = state.catalog.find(modelsUsed[hashNumber(day, modelsUsed.length)] ?? '');
  const [endpoint] = model === undefined ? [] : endpointsOf(model);
  if (cost.lte(0) || model === undefined || endpoint === undefined) return [];
  return [
    {
      day,
      model: model.id,
      provider: endpoint.provider.name,
      cost,
      requests: 10 + hashNumber(`${day} requests`, 40),
      promptTokens: tokensFor(cost.times('0.6'), endpoint.prompt),
      completionTokens: tokensFor(cost.times('0.4'), endpoint.completion),
    },
  ];
}

/** The `index`-th of `count` equal parts in whole ten-thousandths; the first one includes the remainder. */
function share(total: Big, count: number, index: number): Big {
  const each = total.div(count).round(4, Big.roundDown);
  return index === 0 ? total.minus(each.times(count - 1)) : each;
}

function tokensFor(cost: Big, price: string): number {
  return Number(cost.div(price).round(0).toFixed());
}

/** `GET /generation?id=`: an earlier request with the same key. */
export function generation({ state, call, key }: Asked): Answer {
  const id = call.query.get('id') ?? '';
  const found = state.generations.get(id);
  if (found === undefined || found.key !== key?.value) {
    throw new ApiError(404, `Generation ${id} not found`, { errorType: 'not_found' });
  }
  return json({ data: generationBody(found) });
}

/** What OpenRouter also states about a request, and the sandbox does not know. */
const unknownMembers = [
  'app_id cache_discount external_user moderation_latency num_fetches num_input_audio_prompt',
  'num_media_completion num_media_prompt num_search_results preset_id provider_responses',
  'router service_tier upstream_id upstream_inference_cost user_agent web_search_engine',
  'workspace_id',
].flatMap((names) => names.split(' '));

function generationBody(found: Generation): Record<string, unknown> {
  return {
    ...Object.fromEntries(unknownMembers.map((name) => [name, null])),
    id: found.id,
    created_at: found.at.toISOString(),
    model: found.model,
    provider_name: found.provider,
    total_cost: found.costUsd,
    usage: found.costUsd,
    tokens_prompt: found.promptTokens,
    tokens_completion: found.completionTokens,
    native_tokens_prompt: found.promptTokens,
    native_tokens_completion: found.completionTokens,
    finish_reason: found.finishReason,
    native_finish_reason: found.finishReason,
    streamed: found.streamed,
    cancelled: false,
    latency: found.latencyMs,
    generation_time: found.latencyMs,
    origin: found.httpReferer ?? '',
    http_referer: found.httpReferer,
    api_type: 'completions',
    data_region: 'global',
    is_byok: false,
    native_tokens_cached: 0,
    native_tokens_completion_images: 0,
    native_tokens_reasoning: 0,
  };
}
