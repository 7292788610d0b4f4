import { describe, expect, it } from 'vitest';
import { activity, credits, currentKey } from '../../src/openrouter/account.ts';
import { generation } from '../../src/openrouter/generation.ts';
import { exchangeCode } from '../../src/openrouter/sign-in.ts';
import { WireError } from '../../src/openrouter/wire-error.ts';
import { clientFor, json, madeUpKey } from './serve.ts';

const answering = (status: number, body: unknown) =>
  clientFor((response) => json(response, status, body));

const onlyManagement = { error: { code: 403, message: 'Only management keys can perform this' } };

describe('currentKey', () => {
  it('reads usage and limits as exact decimals', async () => {
    const { client, seen } = await answering(200, {
      data: {
        label: 'sk-or-v1-au7...890',
        usage: 25.5,
        usage_daily: 1e-7,
        byok_usage_monthly: 17.38,
        usage_weekly: 3,
        usage_monthly: 25.5,
        limit: 100,
        limit_remaining: 74.5,
        limit_reset: 'monthly',
        is_free_tier: false,
        is_provisioning_key: true,
        expires_at: '2027-12-31T23:59:59Z',
        free_model_daily_requests: { limit: 50, remaining: 48, used: 2 },
      },
    });
    expect(await currentKey(client)).toEqual({
      label: 'sk-or-v1-au7...890',
      usage: '25.5',
      usageDaily: '0.0000001',
      usageWeekly: '3',
      usageMonthly: '25.5',
      limit: '100',
      limitRemaining: '74.5',
      limitReset: 'monthly',
      byokUsageMonthly: '17.38',
      isFreeTier: false,
      isManagementKey: true,
      expiresAt: '2027-12-31T23:59:59Z',
      freeModelDailyRequests: { limit: 50, remaining: 48, used: 2 },
    });
    expect(seen[0]?.path).toBe('/api/v1/key');
  });

  it('requires only the usage', async () => {
    const { client } = await answering(200, { data: { usage: 0, limit: null } });
    expect(await currentKey(client)).toMatchObject({
      usage: '0',
      usageDaily: '0',
      limit: null,
      byokUsageMonthly: null,
      isManagementKey: false,
      freeModelDailyRequests: null,
    });
  });
});

describe('credits', () => {
  it('are exact decimals', async () => {
    const { client } = await answering(200, { data: { total_credits: 100.5, total_usage: 25.75 } });
    expect(await credits(client)).toEqual({ totalCredits: '100.5', totalUsage: '25.75' });
  });

  it.each([401, 403])('are null for an ordinary key, refused with %i', async (status) => {
    const { client } = await answering(status, onlyManagement);
    expect(await credits(client)).toBeNull();
  });

  it('throw for any other failure', async () => {
    const { client } = await answering(500, { error: { code: 500, message: 'x' } });
    await expect(credits(client)).rejects.toThrow(WireError);
  });
});

describe('activity', () => {
  it('is read row by row, without incomplete rows', async () => {
    const { client, seen } = await answering(200, {
      data: [
        {
          date: '2026-11-21 00:00:00',
          model: 'acme/one',
          provider_name: 'Acme',
          usage: 0.015,
          requests: 5,
          prompt_tokens: 50,
          completion_tokens: 125,
        },
        { date: '2026-11-21' },
      ],
    });
    expect(await activity(client)).toEqual([
      {
        date: '2026-11-21',
        model: 'acme/one',
        provider: 'Acme',
        usd: '0.015',
        requests: 5,
        promptTokens: 50,
        completionTokens: 125,
      },
    ]);
    expect(seen[0]?.path).toBe('/api/v1/activity');
  });

  it('is null without a management key', async () => {
    const { client } = await answering(403, onlyManagement);
    expect(await activity(client)).toBeNull();
  });
});

describe('generation', () => {
  it('reads the cost and the billed tokens', async () => {
    const { client, seen } = await answering(200, {
      data: {
        model: 'acme/one',
        provider_name: 'Acme',
        total_cost: 0.0015,
        tokens_prompt: 10,
        native_tokens_prompt: 12,
        tokens_completion: 25,
      },
    });
    expect(await generation(client, 'gen-1')).toMatchObject({
      totalCost: '0.0015',
      promptTokens: 12,
      completionTokens: 25,
    });
    expect(seen[0]?.path).toBe('/api/v1/generation?id=gen-1');
  });
});

describe('exchangeCode', () => {
  it('sends code and verifier, without a key, and returns the new key', async () => {
    const { client, seen } = await clientFor(
      (response) => json(response, 200, { key: madeUpKey, user_id: null }),
      { apiKey: null },
    );
    const exchange = { code: 'c', codeVerifier: 'v', codeChallengeMethod: 'S256' } as const;
    expect(await exchangeCode(client, exchange)).toBe(madeUpKey);
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/api/v1/auth/keys' });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      code: 'c',
      code_verifier: 'v',
      code_challenge_method: 'S256',
    });
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });
});
