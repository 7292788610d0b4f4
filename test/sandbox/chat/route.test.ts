import { expect, test } from 'vitest';
import { ask, get, handClock, start } from '../start.ts';

const sonnet = 'anthropic/claude-sonnet-4';

test.each([
  ['nothing said', {}, 'Anthropic'],
  ['ignore', { ignore: ['anthropic'] }, 'Amazon Bedrock'],
  ['ignore two', { ignore: ['anthropic', 'amazon-bedrock'] }, 'Google'],
  ['order', { order: ['google-vertex', 'anthropic'] }, 'Google'],
  ['order with a stranger', { order: ['groq', 'azure'] }, 'Azure'],
  ['order of strangers alone', { order: ['groq'] }, 'Anthropic'],
  ['only', { only: ['azure'] }, 'Azure'],
  ['a display name', { only: ['Amazon Bedrock'] }, 'Amazon Bedrock'],
])('the provider with %s', async (_name, provider, expected) => {
  const got = await ask(await start(), { model: sonnet, provider });
  expect(got).toMatchObject({ status: 200, json: { provider: expected } });
});

test.each([
  [{ only: ['groq'] }, ['provider.only']],
  [{ order: ['groq'], allow_fallbacks: false }, ['provider.order']],
  [{ ignore: ['anthropic', 'amazon-bedrock', 'google-vertex', 'azure'] }, ['provider.ignore']],
])('where %j leaves no provider, it is 404 and says why', async (provider, excluded) => {
  expect(await ask(await start(), { model: sonnet, provider })).toMatchObject({
    status: 404,
    json: {
      error: {
        message: expect.stringContaining('No endpoints found'),
        availability: { code: 'constraint_filtered', retryable: false, excluded_by: excluded },
      },
    },
  });
});

test('a tag names one endpoint of a provider', async () => {
  const body = { model: 'qwen/qwen3-32b', provider: { only: ['novita/fp8'] } };
  expect(await ask(await start(), body)).toMatchObject({ json: { provider: 'Novita' } });
});

test('tools for a model that has none leave no endpoint', async () => {
  const tools = [{ type: 'function', function: { name: 'weather' } }];
  expect(await ask(await start(), { model: 'openai/gpt-5-chat', tools })).toMatchObject({
    status: 404,
    json: { error: { availability: { code: 'constraint_filtered', constraint: 'tools' } } },
  });
});

test('an unknown model is 400 and the guide’s two wrong ids are answered with the right ones', async () => {
  const sandbox = await start();
  for (const variant of ['', ':free']) {
    const model = `meta-llama/llama-3.3-70b${variant}`;
    const got = await ask(sandbox, { model });
    expect(got).toMatchObject({
      status: 400,
      json: {
        error: {
          message: `${model} is not a valid model ID`,
          availability: { code: 'model_not_found', retryable: false, requested_models: [model] },
        },
      },
    });
    expect(got.text).toContain(`"fallback_models":["meta-llama/llama-3.3-70b-instruct${variant}"`);
  }
});

test('a free variant that has ended names the paid model', async () => {
  expect(await ask(await start(), { model: 'openai/gpt-4o:free' })).toMatchObject({
    status: 404,
    json: {
      error: { availability: { code: 'free_variant_ended', fallback_models: ['openai/gpt-4o'] } },
    },
  });
});

test('a model serves until its last day and is deprecated after it', async () => {
  const clock = handClock();
  const sandbox = await start({ clock });
  expect((await ask(sandbox, { model: 'acme/retiring-1' })).status).toBe(200);
  clock.pass(10 * 86_400_000);
  expect(await ask(sandbox, { model: 'acme/retiring-1' })).toMatchObject({
    status: 404,
    json: { error: { availability: { code: 'model_deprecated' } } },
  });
});

test('the auto router names the model that it chose, the same for the same question', async () => {
  const sandbox = await start();
  const messages = [{ role: 'user', content: 'Which one are you?' }];
  const first = await ask(sandbox, { model: 'openrouter/auto', messages });
  const again = await ask(sandbox, { model: 'openrouter/auto', messages });
  expect(first.json).toMatchObject({ model: expect.not.stringContaining('openrouter/') });
  expect(modelOf(again.json)).toBe(modelOf(first.json));
});

test('a variant that only chooses a provider is the same model', async () => {
  expect(await ask(await start(), { model: 'openai/gpt-4o:nitro' })).toMatchObject({
    status: 200,
    json: { model: 'openai/gpt-4o' },
  });
});

test('no credit is a 402 for paid models; a balance of zero still allows free ones', async () => {
  const free = { model: 'meta-llama/llama-3.3-70b-instruct:free' };
  const empty = await start({ credits: '8' });
  expect((await ask(empty)).status).toBe(402);
  expect((await ask(empty, free)).status).toBe(200);
  const owing = await start({ credits: '7.99' });
  expect((await ask(owing)).status).toBe(402);
  expect((await ask(owing, free)).status).toBe(402);
});

test('credit that runs out between requests is a 402', async () => {
  const sandbox = await start({ credits: '8.0001' });
  const statuses = [(await ask(sandbox)).status, (await ask(sandbox)).status];
  expect(statuses).toEqual([200, 402]);
});

test('an exhausted limit of the key is a 403 with its own message', async () => {
  const sandbox = await start({ limit: '3' });
  expect(await ask(sandbox)).toMatchObject({
    status: 403,
    json: { error: { message: expect.stringContaining('Key limit exceeded (monthly limit)') } },
  });
  expect((await get(sandbox, '/key')).json).toMatchObject({ data: { limit_remaining: 0 } });
});

test('free models are limited to 20 requests a minute, with the time of the reset', async () => {
  const clock = handClock();
  const sandbox = await start({ clock });
  const free = { model: 'openai/gpt-oss-20b:free' };
  for (let index = 0; index < 20; index += 1) expect((await ask(sandbox, free)).status).toBe(200);
  const refused = await ask(sandbox, free);
  expect(refused).toMatchObject({
    status: 429,
    json: { error: { message: 'Rate limit exceeded: free-models-per-min.' } },
  });
  clock.pass(1000 * Number(refused.headers.get('retry-after')));
  expect((await ask(sandbox, free)).status).toBe(200);
});

test('free models are limited to 50 requests a day for accounts that never bought 10 credits', async () => {
  const clock = handClock();
  const sandbox = await start({ clock, credits: '9' });
  const statuses = [];
  for (let index = 0; index < 51; index += 1) {
    statuses.push((await ask(sandbox, { model: 'openai/gpt-oss-20b:free' })).status);
    clock.pass(5000);
  }
  expect(statuses.filter((status) => status === 200).length).toBe(50);
  expect(statuses.at(-1)).toBe(429);
  expect((await get(sandbox, '/key')).json).toMatchObject({
    data: { free_model_daily_requests: { limit: 50, used: 50, remaining: 0 } },
  });
});

function modelOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'model' in json ? json.model : undefined;
}
