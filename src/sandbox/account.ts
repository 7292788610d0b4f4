import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import { ApiError } from './http.ts';

/** Usage before the sandbox started, in its day, week and month; USD as decimal strings. */
export interface UsageSeed {
  readonly daily?: string;
  readonly weekly?: string;
  readonly monthly?: string;
  readonly total?: string;
}

export interface ApiKey {
  readonly value: string;
  readonly name: string;
  readonly management: boolean;
  readonly disabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly includeByok: boolean;
  readonly limit: Big | null;
  readonly limitReset: Exclude<Window, 'total'> | null;
  readonly seed: UsageSeed;
}

export interface Charge {
  readonly at: Date;
  readonly key: string;
  readonly model: string;
  readonly provider: string;
  readonly cost: Big;
  readonly free: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The keys of one account and what was spent with them. */
export interface Account {
  /** USD ever bought. */
  readonly credits: Big;
  readonly startedAt: Date;
  readonly charges: readonly Charge[];
  /** Ignores disabled and expired keys. */
  find(key: string): ApiKey | undefined;
  /** All but management keys, the newest first. */
  list(): readonly ApiKey[];
  /** Adds the key or replaces the one with the same value. */
  put(key: ApiKey): void;
  remove(key: ApiKey): void;
  charge(charge: Charge): void;
  usage(key: ApiKey, window: Window): Big;
  /** USD left of the key's limit; null without one. May be negative. */
  limitRemaining(key: ApiKey): Big | null;
  totalUsage(): Big;
  /** The seeded monthly usage minus the seeded daily usage, i.e. the cost of earlier days of that month. */
  seededThisMonth(): Big;
}

/** Unknown keys are treated as `stranger`; without it they are not found. */
export function createAccount(
  clock: Clock,
  credits: Big,
  keys: readonly ApiKey[],
  stranger?: ApiKey,
): Account {
  const byValue = new Map(keys.map((key) => [key.value, key]));
  const charges: Charge[] = [];
  const sums = new Map<string, Big>();
  const startedAt = clock.now();

  const usage = (key: ApiKey, window: Window): Big => {
    const start = windowStart(clock.now(), window);
    const seed = startedAt >= start ? (key.seed[window] ?? '0') : '0';
    return (sums.get(sumName(key.value, window, start)) ?? new Big(0)).plus(seed);
  };
  const charge = (made: Charge): void => {
    charges.push(made);
    for (const window of windows) {
      const name = sumName(made.key, window, windowStart(made.at, window));
      sums.set(name, made.cost.plus(sums.get(name) ?? 0));
    }
  };

  return {
    credits,
    startedAt,
    charges,
    find: (value) => {
      const key = byValue.get(value) ?? stranger;
      const isExpired = key?.expiresAt != null && key.expiresAt <= clock.now();
      return key === undefined || key.disabled || isExpired ? undefined : key;
    },
    list: () => [...byValue.values()].filter(({ management }) => !management).reverse(),
    put: (key) => void byValue.set(key.value, key),
    remove: (key) => void byValue.delete(key.value),
    charge,
    usage,
    limitRemaining: (key) =>
      key.limit === null ? null : key.limit.minus(usage(key, key.limitReset ?? 'total')),
    totalUsage: () =>
      [...byValue.values()].reduce((sum, key) => sum.plus(usage(key, 'total')), new Big(0)),
    seededThisMonth: () =>
      [...byValue.values()].reduce(
        (sum, { seed }) => sum.plus(seed.monthly ?? '0').minus(seed.daily ?? '0'),
        new Big(0),
      ),
  };
}

export function newApiKey(
  key: Pick<ApiKey, 'value' | 'name' | 'createdAt'> & Partial<ApiKey>,
): ApiKey {
  return {
    management: false,
    disabled: false,
    updatedAt: null,
    expiresAt: null,
    includeByok: false,
    limit: null,
    limitReset: null,
    seed: {},
    ...key,
  };
}

/** OpenRouter sends money as JSON numbers; the nearest double prints as the same decimal. */
export function jsonNumber(amount: Big): number {
  return Number(amount.toFixed());
}

// A running sum for each window; adding up all charges for every request would take quadratic time.
function sumName(key: string, window: Window, start: Date): string {
  return `${key} ${window} ${start.getTime()}`;
}

/** OpenRouter counts in UTC: days, weeks from Monday, calendar months. */
const windows = ['daily', 'weekly', 'monthly', 'total'] as const;

export type Window = (typeof windows)[number];

export function windowStart(now: Date, window: Window): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  switch (window) {
    case 'daily':
      return new Date(Date.UTC(year, month, day));
    case 'weekly':
      return new Date(Date.UTC(year, month, day - ((now.getUTCDay() + 6) % 7)));
    case 'monthly':
      return new Date(Date.UTC(year, month, 1));
    case 'total':
      return new Date(0);
  }
}

/** YYYY-MM-DD in UTC. */
export function utcDate(at: Date): string {
  return at.toISOString().slice(0, 10);
}

// https://openrouter.ai/docs/api-reference/limits
const perMinute = 20;
const perDay = 50;
const perDayOnceBought = 1000;
const creditsForMore = 10;

interface Use {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
}

interface Charged {
  readonly account: Account;
  readonly clock: Clock;
}

/** Requests to free models in the last minute and on this UTC day. */
export function freeUse({ account, clock }: Charged): { minute: Use; day: Use } {
  const now = clock.now();
  const since = (at: number): number =>
    account.charges.filter((charge) => charge.free && charge.at.getTime() >= at).length;
  const daily = account.credits.gte(creditsForMore) ? perDayOnceBought : perDay;
  return {
    minute: use(perMinute, since(now.getTime() - 59_999)),
    day: use(daily, since(windowStart(now, 'daily').getTime())),
  };
}

/** Throws OpenRouter's 429 if free models were used too often. */
export function checkFreeLimits(state: Charged): void {
  const now = state.clock.now().getTime();
  const { minute, day } = freeUse(state);
  if (day.remaining === 0) {
    const tomorrow = windowStart(state.clock.now(), 'daily').getTime() + 86_400_000;
    throw limited('free-models-per-day', day.limit, tomorrow, now);
  }
  if (minute.remaining === 0) {
    throw limited('free-models-per-min', minute.limit, now + 60_000, now);
  }
}

function use(limit: number, used: number): Use {
  return { limit, used, remaining: Math.max(0, limit - used) };
}

function limited(name: string, limit: number, resetAt: number, now: number): ApiError {
  const seconds = Math.ceil((resetAt - now) / 1000);
  const shown = {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': String(resetAt),
  };
  return new ApiError(429, `Rate limit exceeded: ${name}.`, {
    errorType: 'rate_limit_exceeded',
    metadata: { headers: shown },
    headers: { 'retry-after': String(seconds), ...shown },
  });
}
