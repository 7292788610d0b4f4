import { windowStart } from './account.ts';
import { ApiError } from './http.ts';
import type { State } from './state.ts';

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

/** Requests to free models in the last minute and on this UTC day. */
export function freeUse({ account, clock }: State): { minute: Use; day: Use } {
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
export function checkFreeLimits(state: State): void {
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
