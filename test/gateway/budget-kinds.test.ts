import { describe, expect, it } from 'vitest';
import { testSandbox } from '../helpers/sandbox.ts';
import { json, serve } from '../openrouter/serve.ts';
import { pdfOf } from '../pricing/files.ts';
import { listed } from '../pricing/models.ts';
import { answered } from './answers.ts';
import { testGateway } from './start.ts';

const limit = 0.2;
const atOnce = 40;

/** Half a dollar in and two dollars out per million tokens, in a million of context. */
const base = { contextLength: 1_000_000, pricing: { prompt: '0.0000005', completion: '0.000002' } };
const overrides = [
  {
    minPromptTokens: 50_000,
    utcStart: null,
    utcEnd: null,
    prices: { prompt: '0.000005' },
  },
];
const list = [
  listed('a/b', base),
  listed('a/tiered', { ...base, pricing: { ...base.pricing } }),
  listed('a/cached', { ...base, pricing: { ...base.pricing, inputCacheWrite: '0.000002' } }),
  listed('a/request', { ...base, pricing: { ...base.pricing, request: '0.01' } }),
  listed('a/picture', { ...base, pricing: { ...base.pricing, image: '0.01' } }),
  listed('a/hearing', { ...base, pricing: { ...base.pricing, audio: '0.00004' } }),
  listed('a/thinking', { ...base, pricing: { ...base.pricing, internalReasoning: '0.00002' } }),
  listed('a/native', { ...base, pricing: { ...base.pricing, webSearch: '0.01' } }),
  listed('openrouter/auto', { ...base, pricing: { prompt: '-1', completion: '-1' } }),
].map((model) =>
  model.id === 'a/tiered' ? { ...model, pricing: { ...model.pricing, overrides } } : model,
);

const user = (...content: readonly unknown[]) => ({ messages: [{ role: 'user', content }] });
const say = (text: string) => user({ type: 'text', text });
const pdf = `data:application/pdf;base64,${pdfOf({ pages: 20 }).toString('base64')}`;
const words = 'word '.repeat(60_000);

/**
 * What is asked, of which model, and what OpenRouter would charge for each, in USD: tokens as the makers count them, and
 * the fees of its own pages.
 */
const kinds: readonly (readonly [kind: string, model: string, body: object, usd: number])[] = [
  ['a long prompt', 'a/b', say(words), 0.03],
  ['a prompt of rare symbols', 'a/b', say('𒀀'.repeat(10_000)), 0.02],
  [
    'a file by its address',
    'a/b',
    user({ type: 'file', file: { file_data: 'https://a/b.pdf' } }),
    0.1,
  ],
  ['a file by its id', 'a/b', user({ type: 'file', file: { file_id: 'file-1' } }), 0.1],
  [
    'a film by its address',
    'a/b',
    user({ type: 'video_url', video_url: { url: 'https://a/b' } }),
    0.1,
  ],
  [
    'a picture by its address',
    'a/b',
    user({ type: 'image_url', image_url: { url: 'https://a/b' } }),
    0.008,
  ],
  ['a PDF', 'a/b', user({ type: 'file', file: { file_data: pdf } }), 0.04 + 20 * 3_000 * 0.0000005],
  [
    'a recording',
    'a/hearing',
    user({ type: 'input_audio', input_audio: { data: 'A'.repeat(40_000), format: 'mp3' } }),
    0.038,
  ],
  [
    'pictures with a price each',
    'a/picture',
    user({ type: 'image_url', image_url: { url: 'https://a/b' } }),
    0.018,
  ],
  [
    'the schema of an answer',
    'a/b',
    { response_format: { type: 'json_schema', json_schema: { schema: { description: words } } } },
    0.03,
  ],
  [
    'tools',
    'a/b',
    { tools: [{ type: 'function', function: { name: 'f', description: words } }] },
    0.03,
  ],
  ['a field that nobody knows', 'a/b', { unheard_of: words }, 0.03],
  ['prices of long prompts', 'a/tiered', say(words), 0.3],
  ['what is written to a cache', 'a/cached', say(words), 0.12],
  ['a price per request', 'a/request', say('hi'), 0.0102],
  ['thoughts', 'a/thinking', say('hi'), 0.02],
  ['several answers', 'a/b', { ...say('hi'), n: 10 }, 0.02],
  ['a search by the plugin', 'a/b', { plugins: [{ id: 'web' }] }, 0.02 + 0.002],
  ["a model's own searches", 'a/native', { plugins: [{ id: 'web' }] }, 0.05 + 0.04],
  ['a search by the variant :online', 'a/b:online', say('hi'), 0.022],
  [
    'a search by web_search_options',
    'a/native',
    { web_search_options: { search_context_size: 'high' } },
    0.05,
  ],
  ['a search by a tool', 'a/b', { tools: [{ type: 'openrouter:web_search' }] }, 0.6],
  [
    'a search by a tool, three times',
    'a/b',
    { tools: [{ type: 'openrouter:web_search', parameters: { max_uses: 3 } }] },
    0.06 + 0.02,
  ],
  ['a panel of models', 'a/b', { plugins: [{ id: 'fusion' }] }, 1],
  ['a tool that makes pictures', 'a/b', { tools: [{ type: 'openrouter:image_generation' }] }, 0.2],
  ['a dearer provider', 'a/b:nitro', say(words), 0.06],
  ['a provider asked for', 'a/b', { ...say(words), provider: { order: ['dear'] } }, 0.06],
  ['a tier of service', 'a/b', { ...say(words), service_tier: 'priority' }, 0.18],
  ['a router', 'openrouter/auto', say('hi'), 0.075],
  ['a preset', '@preset/mine', say('hi'), 0.075],
  ['a preset on a model', 'a/b@preset/mine', say('hi'), 0.01],
];

/** Charges what it is told to, and has a provider at twice the listed price. */
async function upstreamAt(usd: number) {
  return serve((response, { path, body }) => {
    if (path.endsWith('/endpoints')) return json(response, 200, { data: endpoints });
    if (body === '') return json(response, 404, { error: { code: 404, message: 'Not found' } });
    json(
      response,
      200,
      answered('ok', { usage: { prompt_tokens: 1, completion_tokens: 1, cost: usd } }),
    );
  });
}

const endpoints = {
  id: 'a/b',
  endpoints: [
    {
      provider_name: 'Cheap',
      tag: 'cheap',
      pricing: { prompt: '0.0000005', completion: '0.000002' },
    },
    { provider_name: 'Dear', tag: 'dear', pricing: { prompt: '0.000001', completion: '0.000004' } },
  ],
};

describe(`a budget of $${limit} and ${atOnce} requests at once`, () => {
  it.each(kinds)('cannot be exceeded by %s', async (_, model, body, usd) => {
    const { baseUrl } = await upstreamAt(usd);
    const models = { main: { defaultModel: model, budget: { dailyLimit: limit } } };
    const gateway = await testGateway({ models, baseUrl, list });
    const chat = {
      body: JSON.stringify({ model: 'main', max_tokens: 1_000, ...say('hi'), ...body }),
    };
    const answers = await Promise.all(Array.from({ length: atOnce }, () => gateway.chat({}, chat)));
    const statuses = new Set(answers.map(({ status }) => status));
    const served = answers.filter(({ status }) => status === 200).length;
    expect([...statuses].filter((status) => status !== 200 && status !== 402)).toEqual([]);
    expect(served * usd).toBeLessThanOrEqual(limit);
    // Settled or refused: nothing is charged without leave.
    const { day } = await gateway.ledger.totals('main', new Date());
    expect(Number(day)).toBeCloseTo(served * usd);
  });

  it('serves a request that fits', async () => {
    const { baseUrl } = await upstreamAt(0.001);
    const models = { main: { defaultModel: 'a/b:online', budget: { dailyLimit: limit } } };
    const gateway = await testGateway({ models, baseUrl, list });
    const answers = await Promise.all(
      Array.from({ length: atOnce }, () => gateway.chat({ model: 'main', max_tokens: 1_000 })),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(4);
  });
});

describe('the sandbox behind a gateway with a budget', () => {
  const sonnet = 'anthropic/claude-sonnet-4';
  const picture = { type: 'image_url', image_url: { url: 'https://a/b.png' } };
  const long = 'x '.repeat(201_000);

  it.each([
    ['a long prompt at the price of long prompts', sonnet, say(long), 3],
    ['a picture', sonnet, user(picture), 0.5],
    [
      'a file by its address',
      sonnet,
      user({ type: 'file', file: { file_data: 'https://a/b' } }),
      10,
    ],
    ['a PDF', 'deepseek/deepseek-chat', user({ type: 'file', file: { file_data: pdf } }), 0.5],
    ['a search', `${sonnet}:online`, say('hi'), 3],
    [
      'a tool that searches',
      sonnet,
      { tools: [{ type: 'openrouter:web_search', parameters: { max_uses: 1 } }] },
      3,
    ],
    [
      'a provider that asks more',
      'meta-llama/llama-3.3-70b-instruct',
      { ...say(long.slice(0, 9_000)), provider: { order: ['fireworks'] } },
      0.02,
    ],
    ['a router', 'openrouter/auto', say('hi'), 0.5],
    ['a preset', '@preset/mine', say('hi'), 1],
  ])('charges no more than was reserved: %s', async (_, model, body, dailyLimit) => {
    const { url, key } = await testSandbox({ credits: '100', limit: null });
    const models = { main: { defaultModel: model, budget: { dailyLimit } } };
    const gateway = await testGateway({ models, baseUrl: url, key });
    const chat = {
      body: JSON.stringify({ model: 'main', max_tokens: 100, ...say('hi'), ...body }),
    };
    const answers = await Promise.all(Array.from({ length: 12 }, () => gateway.chat({}, chat)));
    const served = answers.filter(({ status }) => status === 200);
    expect(served.length).toBeGreaterThan(0);
    const { day } = await gateway.ledger.totals('main', new Date());
    expect(Number(day)).toBeGreaterThan(0);
    expect(Number(day)).toBeLessThanOrEqual(dailyLimit);
  });
});
