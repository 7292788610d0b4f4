import * as v from 'valibot';
import { formatUsd } from '../platform/money.ts';
import { readJson, shaped } from './answer.ts';
import type { Client } from './client.ts';
import type { Exchange } from './exchange.ts';
import * as shape from './shapes.ts';
import { WireError } from './wire-error.ts';

/** The usage of one model at one provider on one UTC day. */
export interface ActivityRow {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly model: string;
  readonly provider: string | null;
  /** USD, a decimal string. */
  readonly usd: string;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The last 30 completed UTC days, never today. Null if the key is not a management key. */
export async function activity(client: Client): Promise<ActivityRow[] | null> {
  const answer = await nullWithoutManagementKey(
    client.request({ path: '/activity' }, activityAnswer),
  );
  return answer === null ? null : answer.data;
}

const activityRow = v.pipe(
  v.object({
    date: shape.requiredText,
    model: shape.requiredText,
    provider_name: shape.text,
    usage: shape.requiredMoney,
    requests: shape.number,
    prompt_tokens: shape.number,
    completion_tokens: shape.number,
  }),
  v.transform(
    (row): ActivityRow => ({
      // Documented as a date, but observed with a time after it.
      date: row.date.slice(0, 10),
      model: row.model,
      provider: row.provider_name,
      usd: row.usage,
      requests: row.requests ?? 0,
      promptTokens: row.prompt_tokens ?? 0,
      completionTokens: row.completion_tokens ?? 0,
    }),
  ),
);

const activityAnswer = v.object({ data: shape.rows(activityRow) });

/** The credits of the whole account, in USD as decimal strings. */
export interface Credits {
  readonly totalCredits: string;
  readonly totalUsage: string;
}

/** Null if the key is not a management key. */
export async function credits(client: Client): Promise<Credits | null> {
  const answer = await nullWithoutManagementKey(
    client.request({ path: '/credits' }, creditsAnswer),
  );
  if (answer === null) return null;
  return { totalCredits: answer.data.total_credits, totalUsage: answer.data.total_usage };
}

const creditsAnswer = v.object({
  data: v.object({ total_credits: shape.requiredMoney, total_usage: shape.requiredMoney }),
});

/** Null if the endpoint refuses the key, since an ordinary key is not a mistake. Rethrows other errors. */
async function nullWithoutManagementKey<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const failure = error instanceof WireError ? error.failure : null;
    const isRefused = failure?.status === 401 || failure?.status === 403;
    if (failure?.kind === 'http' && isRefused) return null;
    throw error;
  }
}

/** Money in USD as decimal strings. Windows are OpenRouter's own: UTC day, week from Monday, UTC month. */
export interface KeyLimits {
  readonly usage: string;
  readonly usageDaily: string;
  readonly usageWeekly: string;
  readonly usageMonthly: string;
  /** Null if the key has none. */
  readonly limit: string | null;
  /** `daily`, `weekly`, `monthly`; null if the limit never resets. */
  readonly limitReset: string | null;
  /** ISO 8601, UTC. */
  readonly expiresAt: string | null;
}

export interface KeyInfo extends KeyLimits {
  readonly label: string;
  readonly limitRemaining: string | null;
  /**
   * What providers charged this UTC month for requests with keys of the user's own (BYOK), in USD. OpenRouter does not
   * charge it, so it is not part of `usageMonthly`. Null if the API does not return it.
   */
  readonly byokUsageMonthly: string | null;
  readonly isFreeTier: boolean;
  readonly isManagementKey: boolean;
  /** Of the account; null if the API does not return it. */
  readonly freeModelDailyRequests: FreeModelDailyRequests | null;
}

/** Requests to `:free` models in the UTC day. */
interface FreeModelDailyRequests {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
}

/** Information about the key that is sent. A rejected key is a WireError with status 401. */
export async function currentKey(client: Client): Promise<KeyInfo> {
  return readKeyInfo(client, await client.open({ path: '/key' }));
}

/** Reads the same information from an answer. */
export async function readKeyInfo({ reader }: Client, exchange: Exchange): Promise<KeyInfo> {
  const { data } = shaped(reader, answer, await readJson(reader, exchange));
  return {
    label: data.label ?? '',
    usage: data.usage,
    usageDaily: data.usage_daily,
    usageWeekly: data.usage_weekly,
    usageMonthly: data.usage_monthly,
    limit: data.limit,
    limitRemaining: data.limit_remaining,
    limitReset: data.limit_reset,
    byokUsageMonthly: data.byok_usage_monthly,
    isFreeTier: data.is_free_tier ?? false,
    isManagementKey: data.is_management_key ?? data.is_provisioning_key ?? false,
    expiresAt: data.expires_at,
    freeModelDailyRequests: data.free_model_daily_requests,
  };
}

/** The remaining limit, for people. */
export function limitText({ limit, limitRemaining, limitReset }: KeyInfo): string {
  if (limit === null) return 'no limit';
  const left =
    limitRemaining === null
      ? `a limit of ${formatUsd(limit)}`
      : `${formatUsd(limitRemaining)} of ${formatUsd(limit)} left`;
  return limitReset === null ? left : `${left}, resets ${limitReset}`;
}

const answer = v.object({
  data: v.object({
    label: shape.text,
    usage: shape.requiredMoney,
    usage_daily: shape.moneyOrZero,
    usage_weekly: shape.moneyOrZero,
    usage_monthly: shape.moneyOrZero,
    limit: shape.money,
    limit_remaining: shape.money,
    limit_reset: shape.text,
    byok_usage_monthly: shape.money,
    is_free_tier: shape.boolean,
    is_management_key: shape.boolean,
    // The older name of `is_management_key`.
    is_provisioning_key: shape.boolean,
    expires_at: shape.text,
    free_model_daily_requests: v.fallback(
      v.nullable(v.object({ limit: v.number(), remaining: v.number(), used: v.number() })),
      null,
    ),
  }),
});
