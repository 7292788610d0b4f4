import { describe, expect, it } from 'vitest';
import { adviceOn, refusesFreeModels } from '../../src/routing/advice.ts';
import { judgeFailure } from '../../src/routing/outcomes.ts';
import { httpFailure } from './replies.ts';

const paid = { model: 'openai/gpt-4o' };
const free = { model: 'meta-llama/llama-3.3-70b-instruct:free' };

function headlineOf(status: number, message: string, link = paid): string {
  const failure = httpFailure(status, { message });
  return adviceOn(judgeFailure(failure), failure, link).headline;
}

describe('the advice on a failure', () => {
  it.each([
    ['limit of the key reached', 402, 'Key limit exceeded (total limit). Manage it at /keys'],
    ['limit of the key reached', 403, 'Key limit exceeded (daily limit). Manage it at /keys'],
    ['budget of the workspace reached', 403, 'Workspace monthly budget of $50 exceeded'],
    ['budget of the workspace reached', 403, 'Guardrail budget exceeded: $5.00 of $5.00 daily'],
    ['budget of the workspace reached', 403, 'Workspace "team" budget limit exceeded for March'],
    ['budget of the workspace reached', 403, 'Workspace monthly budget of $50.00 exceeded'],
    ['budget of the workspace reached', 403, 'You have exceeded the budget of this workspace'],
    ['negative balance, which refuses free models too', 402, 'Your credit balance is negative'],
    [
      'account without credit',
      402,
      'Insufficient credits. This account never purchased credits. Make sure your key is on the correct account or org',
    ],
    ['account without credit', 402, 'You are on the free tier. Buy credits'],
    ['out of credit', 402, 'Insufficient credits. Add more using /settings/credits'],
    ['not enough credit for this request', 402, 'You can only afford 200 tokens'],
    ['not enough credit for a prompt of this length', 402, 'Prompt tokens limit exceeded: 9 > 2'],
    ['free requests of the day used up', 429, 'Rate limit exceeded: free-models-per-day'],
    ['rate limit', 429, 'Rate limit exceeded: free-models-per-min'],
    ['refused by moderation or a guardrail', 403, 'Blocked by a guardrail: prompt injection'],
    ['refused by moderation or a guardrail', 403, 'Blocked: negative language'],
  ])('is "%s" for %i %s', (headline, status, message) => {
    expect(headlineOf(status, message)).toBe(headline);
  });

  it('names a negative balance where a free model is refused for lack of credit', () => {
    expect(headlineOf(402, 'Insufficient credits', free)).toBe(
      'negative balance, which refuses free models too',
    );
  });

  it('does not advise buying credit when the key has reached its limit', () => {
    const failure = httpFailure(402, { message: 'Key limit exceeded (total limit)' });
    expect(adviceOn(judgeFailure(failure), failure, paid).fix).toContain('/settings/keys');
  });

  it.each([
    ['raise the budget of the workspace', 403, 'Workspace monthly budget of $50 exceeded'],
    ['until the balance is positive', 402, 'Your credit balance is negative'],
    ['right account or organization', 402, 'This account never purchased credits'],
    ['paid model behind it', 429, 'Rate limit exceeded: free-models-per-day'],
    ['max_tokens in the parameters of the entry, or add', 402, 'Requires fewer max_tokens'],
  ])('says what helps ("%s") for %i %s', (fix, status, message) => {
    const failure = httpFailure(status, { message });
    const advice = adviceOn(judgeFailure(failure), failure, paid);
    expect(advice.fix.toLowerCase()).toContain(fix);
  });

  it.each([
    [
      'can only afford 200. To increase, visit https://openrouter.ai/settings/keys and create a key with a higher monthly limit',
      'Lower max_tokens in the parameters of the entry to 200 or less, or raise the limit of the key at https://openrouter.ai/settings/keys',
    ],
    [
      'can only afford 1,225. To increase, visit https://openrouter.ai/settings/credits',
      'Lower max_tokens in the parameters of the entry to 1225 or less, or add credit at https://openrouter.ai/settings/credits',
    ],
    [
      'Prompt tokens limit exceeded: 12000 > 2211. To increase, visit https://openrouter.ai/settings/credits',
      'Shorten the prompt to 2211 tokens or less, or add credit at https://openrouter.ai/settings/credits',
    ],
  ])('names what one request may have, and the limit that is in its way: %s', (message, fix) => {
    const failure = httpFailure(402, { message });
    expect(adviceOn(judgeFailure(failure), failure, paid).fix).toBe(fix);
  });
});

describe('lack of credit', () => {
  it.each([
    [true, 'a negative balance', 'Your credit balance is negative', paid],
    [true, 'a free model that was refused', 'Insufficient credits', free],
    [true, 'a free model that was refused without a message', null, free],
    [false, 'a paid model that was refused', 'Insufficient credits', paid],
    [false, 'a paid model that was refused without a message', null, paid],
  ])('refuses free models too (%s): %s', (refuses, _, message, link) => {
    expect(refusesFreeModels(message, link)).toBe(refuses);
  });
});
