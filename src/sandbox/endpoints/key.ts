import type { ApiKey } from '../account.ts';
import { jsonNumber } from '../account.ts';
import { freeUse } from '../free-limits.ts';
import type { Answer } from '../reply.ts';
import { ApiError, json } from '../reply.ts';
import type { Asked, State } from '../state.ts';

/** `GET /key`: the key that asks. */
export function currentKey({ state, key }: Asked): Answer {
  return json({ data: keyBody(state, knownKey(key)) });
}

/** The key of a route that needs one. */
export function knownKey(key: ApiKey | null): ApiKey {
  if (key === null) throw new ApiError(401, 'Missing Authentication header');
  return key;
}

function keyBody(state: State, key: ApiKey): Record<string, unknown> {
  const { account } = state;
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
    include_byok_in_limit: false,
    is_free_tier: account.credits.eq(0),
    is_management_key: key.management,
    is_provisioning_key: key.management,
    expires_at: null,
    creator_user_id: 'user_sandbox',
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
