import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/openrouter/models.ts';
import { findPrice } from '../../src/pricing/find-price.ts';
import type { RequestBody } from '../../src/pricing/measure.ts';
import { type WorstCase, worstCase } from '../../src/pricing/worst-case.ts';
import { pdfOf, pngHead } from './files.ts';
import { listed } from './models.ts';

const model = listed('a/b');
const claude = listed('anthropic/claude', { pricing: { webSearch: '0.01' } });
const native = listed('openai/gpt', { pricing: { webSearch: '0.01' } });
const all = [
  model,
  claude,
  native,
  listed('a/dear', { pricing: { prompt: '0.0001', completion: '0.0001' } }),
  listed('a/free:free', { pricing: { prompt: '0', completion: '0' } }),
  listed('a/varying', { pricing: { prompt: '-1', completion: '-1' } }),
  listed('openai/gpt-4o-mini'),
  listed('perplexity/sonar', { pricing: { webSearch: '0.005' } }),
  listed('openai/o3-deep-research', { pricing: { webSearch: '0.01' } }),
];

function reckon(id: string, body: RequestBody, models: readonly Model[] = all) {
  return worstCase((each) => findPrice(models, each, body), id, body);
}

function known(id: string, body: RequestBody, models?: readonly Model[]): WorstCase {
  const worst = reckon(id, { messages: [], max_tokens: 100, ...body }, models);
  if ('unpriced' in worst) throw new Error(worst.unpriced);
  return worst;
}

function unpriced(id: string, body: RequestBody, models?: readonly Model[]) {
  const worst = reckon(id, { messages: [], max_tokens: 100, ...body }, models);
  return 'unpriced' in worst ? `${worst.unpriced}: ${worst.fix}` : worst.usd;
}

const usdOf = (id: string, body: RequestBody) => Number(known(id, body).usd);
const user = (...content: readonly unknown[]) => ({ messages: [{ role: 'user', content }] });
const base = known('a/b', {});

describe('the worst case', () => {
  it('is the exact cost of the input and the longest output', () => {
    const { usd, promptTokens, maxTokens } = base;
    expect(maxTokens).toBe(100);
    expect(usd).toBe(new Big(promptTokens).times('0.000001').plus('0.001').toFixed());
  });

  it('computes the cost of known tokens with all fees', () => {
    const { costOfTokens } = known('a/b', { plugins: [{ id: 'web', engine: 'exa' }] });
    // 10 × $1 and 5 × $10 per million, and a search of five results.
    expect(costOfTokens(10, 5)).toBe('0.02006');
    const hearing = [listed('a/b', { pricing: { audio: '0.001' } })];
    const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } };
    expect(known('a/b', user(sound), hearing).costOfTokens(10, 0)).toBe('0.01');
  });

  it.each([
    ['all that the model can write without a limit', { max_tokens: undefined }, 1000],
    ['all where the limit is null', { max_tokens: null }, 1000],
    ['all where the limit is nonsense', { max_tokens: -5 }, 1000],
    ['no more than the model can write', { max_tokens: 9_999_999 }, 1000],
    ['the newer name of the limit', { max_tokens: undefined, max_completion_tokens: 7 }, 7],
    ['the name that Responses has', { max_tokens: undefined, max_output_tokens: 7 }, 7],
    ['the larger of two', { max_tokens: 1, max_completion_tokens: 7 }, 7],
    ['a limit that is text', { max_tokens: '7' }, 7],
    ['every answer asked for', { n: 3 }, 300],
    ['thoughts with a limit of their own', { reasoning: { max_tokens: 200 } }, 300],
    ['a prediction that the model may not follow', { prediction: 'XXXX' }, 108],
  ])('counts %s', (_, body, maxTokens) => {
    expect(known('a/b', body)).toMatchObject({ maxTokens });
  });

  it('uses at least 16 tokens for OpenAI', () => {
    expect(known('openai/gpt', { max_tokens: 1 }).maxTokens).toBe(16);
  });

  it('uses the context where the model has no output limit', () => {
    const limitless = listed('a/b', { maxCompletionTokens: null });
    expect(known('a/b', { max_tokens: undefined }, [limitless]).maxTokens).toBe(100_000);
  });

  it('adds image output to the limit of an answer', () => {
    const painter = listed('a/b', { maxCompletionTokens: 30_000, outputModalities: ['image'] });
    expect(known('a/b', {}, [painter]).maxTokens).toBe(10_100);
  });

  it('is that of the most expensive model in a request', () => {
    const models = ['a/free:free', 'a/dear'];
    expect(known('a/b', { models }).usd).toBe(known('a/dear', { models }).usd);
    expect(unpriced('a/b', { models: ['a/unheard-of'] })).toContain('a/unheard-of');
  });

  it.each([
    ['an id that is not listed', 'a/c', all],
    ['a price that varies', 'a/varying', all],
    [
      'a model that may write without end',
      'a/b',
      [listed('a/b', { maxCompletionTokens: null, contextLength: null })],
    ],
  ])('is unknown for %s', (_, id, models) => {
    expect(reckon(id, { messages: [] }, models)).toMatchObject({
      unpriced: expect.stringContaining(id),
      fix: expect.any(String),
    });
  });

  it('is zero for a free model', () => {
    expect(
      known('a/free:free', user({ type: 'image_url', image_url: { url: 'https://a/b' } })).usd,
    ).toBe('0');
  });

  it('has the prices of long prompts when the prompt can be long', () => {
    const prices = { prompt: '0.00001' };
    const overrides = [{ minPromptTokens: 1_000, utcStart: null, utcEnd: null, prices }];
    const tiered = listed('a/b');
    const models = [{ ...tiered, pricing: { ...tiered.pricing, overrides } }];
    const long = { messages: [{ role: 'user', content: 'X'.repeat(2_000) }] };
    expect(known('a/b', {}, models).usd).toBe(base.usd);
    expect(Number(known('a/b', long, models).usd)).toBeGreaterThan(0.02);
  });

  it.each(['priority', 'fast'])('counts the tier %s six times', (service_tier) => {
    const once = known('a/b', { service_tier: 'default' });
    expect(Number(known('a/b', { service_tier }).usd)).toBeCloseTo(6 * Number(once.usd), 4);
  });

  it('is unknown for an unknown service tier', () => {
    expect(unpriced('a/b', { service_tier: 'golden' })).toContain('leave service_tier out');
  });
});

describe('the parts of a prompt besides text', () => {
  it('fill the context for a file of unknown size', () => {
    const file = { type: 'file', file: { file_data: 'https://a/b.pdf' } };
    const text = { type: 'text', text: 'X'.repeat(500_000) };
    expect(known('a/b', user(file, text)).promptTokens).toBe(100_000);
    expect(known('a/b', user(file)).notes()).toContainEqual(
      expect.stringContaining('100000 tokens'),
    );
  });

  it.each([
    ['an earlier answer', { previous_response_id: 'resp_1' }],
    ['a conversation', { conversation: { id: 'conv_1' } }],
    ['a stored prompt', { prompt: { id: 'pmpt_1' } }],
    ['an earlier message', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
  ])('fill the context for %s that is only referred to', (_, body) => {
    expect(known('a/b', { input: 'one', ...body }).promptTokens).toBe(100_000);
    const endless = [listed('a/b', { contextLength: null })];
    expect(unpriced('a/b', body, endless)).toContain('send the content itself');
  });

  it('have no price without a known context', () => {
    const endless = [listed('a/b', { contextLength: null })];
    const video = { type: 'video_url', video_url: { url: 'https://a/b.mp4' } };
    expect(unpriced('a/b', user(video), endless)).toContain('send the content itself');
  });

  it.each([
    ['a small one', pngHead(10, 10), 'a/b', 2_500],
    ['a large one', pngHead(1_600, 1_200), 'a/b', 7_500],
    ['the largest', pngHead(30_000, 30_000), 'a/b', 16_384],
    ['one for GPT-4o mini', pngHead(10, 10), 'openai/gpt-4o-mini', 48_169],
  ])('count an image by its size: %s', (_, bytes, id, tokens) => {
    const url = `data:image/png;base64,${bytes.toString('base64')}`;
    const { promptTokens } = known(id, user({ type: 'image_url', image_url: { url } }));
    expect(promptTokens - tokens).toBeGreaterThan(0);
    expect(promptTokens - tokens).toBeLessThan(400);
  });

  it('have the price of audio for audio and of images for images', () => {
    const sound = { type: 'input_audio', input_audio: { data: 'A'.repeat(10_000), format: 'mp3' } };
    const hearing = [listed('a/b', { pricing: { audio: '0.00004' } })];
    // 7,500 bytes are at most ten seconds.
    expect(Number(known('a/b', user(sound), hearing).usd)).toBeGreaterThan(320 * 0.00004);
    const picture = { type: 'image_url', image_url: { url: 'https://a/b' } };
    const pieces = [listed('a/b', { pricing: { image: '0.01' } })];
    const [one, two] = [user(picture), user(picture, picture)].map((body) =>
      known('a/b', body, pieces),
    );
    expect(Number(two?.usd) - Number(one?.usd)).toBeGreaterThan(0.01);
  });

  it('include a fee for pages that OpenRouter parses', () => {
    const file_data = `data:application/pdf;base64,${pdfOf({ pages: 4 }).toString('base64')}`;
    const pdf = user({ type: 'file', file: { file_data } });
    const engine = (name: string) => ({
      ...pdf,
      plugins: [{ id: 'file-parser', pdf: { engine: name } }],
    });
    const reads = [listed('a/b', { inputModalities: ['text', 'file'] })];
    const free = known('a/b', pdf, reads);
    expect(Number(known('a/b', pdf).usd) - Number(free.usd)).toBeCloseTo(4 * 0.0022);
    expect(Number(known('a/b', engine('mistral-ocr'), reads).usd)).toBeGreaterThan(
      Number(free.usd) + 0.008,
    );
    expect(Number(known('a/b', engine('cloudflare-ai')).usd)).toBeLessThan(
      Number(free.usd) + 0.001,
    );
  });
});

describe('a web search', () => {
  it.each([
    ['the plugin', 'a/b', { plugins: [{ id: 'web' }] }],
    ['the variant :online', 'a/b:online', {}],
    ['web_search_options', 'a/b', { web_search_options: {} }],
  ])('is counted with its results: %s', (_, id, body) => {
    const { usd, promptTokens } = known(id, body);
    expect(promptTokens).toBeGreaterThanOrEqual(20_000);
    expect(Number(usd)).toBeGreaterThan(0.04);
    expect(Number(usd)).toBeLessThan(0.05);
  });

  it('costs more for more results', () => {
    const with20 = { plugins: [{ id: 'web', max_results: 20 }] };
    expect(usdOf('a/b', with20) - usdOf('a/b', { plugins: [{ id: 'web' }] })).toBeGreaterThan(
      0.059,
    );
  });

  it('counts as many native searches as are allowed', () => {
    const uses = (max_uses: number) => ({ plugins: [{ id: 'web', max_uses }] });
    const one = usdOf('anthropic/claude', uses(1));
    expect(one).toBeGreaterThan(0.03);
    expect(usdOf('anthropic/claude', uses(3)) - one).toBeGreaterThan(0.059);
    // OpenAI's does not keep to it.
    expect(usdOf('openai/gpt', uses(1))).toBe(usdOf('openai/gpt', uses(3)));
    expect(usdOf('anthropic/claude', { plugins: [{ id: 'web', engine: 'exa' }] })).toBeLessThan(
      0.05,
    );
  });

  it.each([
    ['perplexity/sonar', 0.02],
    ['openai/o3-deep-research', 1],
  ])('is counted where the model always searches: %s', (id, usd) => {
    expect(usdOf(id, {})).toBeGreaterThan(usd);
  });

  it('is not counted where the plugin is disabled', () => {
    expect(usdOf('a/b', { plugins: [{ id: 'web', enabled: false }] })).toBeLessThan(0.002);
  });
});

describe('server tools', () => {
  const search = (parameters: object = {}) => ({
    tools: [{ type: 'openrouter:web_search', parameters }],
  });

  it('may run as often as the request allows, with everything read again each time', () => {
    const once = known('a/b', search({ max_uses: 1 }));
    const twice = known('a/b', search({ max_uses: 2 }));
    expect([once.maxTokens, twice.maxTokens]).toEqual([200, 300]);
    expect(twice.promptTokens - once.promptTokens).toBeGreaterThan(40_000);
  });

  it.each([
    ['OpenRouter allows by itself', {}, 31],
    ['max_tool_calls allows', { max_tool_calls: 4 }, 5],
    [
      'the conditions to stop allow',
      { stop_server_tools_when: [{ type: 'step_count_is', step_count: 2 }] },
      3,
    ],
  ])('may run as often as %s', (_, body, times) => {
    expect(known('a/b', { ...search(), ...body }).maxTokens).toBe(times * 100);
  });

  it('are limited only where OpenRouter reads their limits', () => {
    const { maxTokens } = known('a/b', { tools: [{ type: 'openrouter:web_search', max_uses: 1 }] });
    expect(maxTokens).toBe(3_100);
    const twice = { type: 'web_search_20250305', max_uses: 20, parameters: { max_uses: 1 } };
    expect(known('a/b', { tools: [twice] }).maxTokens).toBeGreaterThanOrEqual(2_100);
  });

  it('never make a prompt longer than the context', () => {
    expect(known('a/b', search()).promptTokens).toBeLessThan(31 * 100_000);
    const fetch = { tools: [{ type: 'openrouter:web_fetch', parameters: { max_uses: 1 } }] };
    expect(known('a/b', fetch).promptTokens).toBeLessThan(102_000);
  });

  it.each([
    'web_search',
    'web_search_preview',
    'web_search_2025_08_26',
    'web_search_20250305',
    'openrouter:web_search',
  ])('are recognized by every name of a search: %s', (type) => {
    expect(known('a/b', { tools: [{ type }] }).maxTokens).toBe(3_100);
    expect(known('a/b', { tool_choice: { type } }).maxTokens).toBe(3_100);
  });

  it.each([
    'openrouter:image_generation',
    'openrouter:subagent',
    'openrouter:fusion',
    'openrouter:bash',
    'openrouter:advisor',
    'openrouter:unheard_of',
    'code_interpreter',
    'mcp',
    'file_search',
    'shell',
  ])('have no price: %s', (type) => {
    expect(unpriced('a/b', { tools: [{ type: 'function', function: {} }, { type }] })).toContain(
      `take "${type}" out of tools`,
    );
    expect(unpriced('a/b', { tool_choice: { type } })).toContain(type);
  });

  it.each([
    ['function', { type: 'function', function: { name: 'f' } }],
    ['Anthropic', { name: 'f', input_schema: {} }],
    ['its own shell', { type: 'local_shell' }],
    ['a custom one', { type: 'custom', name: 'apply_patch' }],
    ["Anthropic's bash", { type: 'bash_20250124', name: 'bash' }],
  ])('do not include tools that the client runs: %s', (_, tool) => {
    expect(known('a/b', { tools: [tool], tool_choice: { type: 'function' } }).maxTokens).toBe(100);
  });

  it('have no price in an unlimited loop', () => {
    const stop_server_tools_when = [{ type: 'finish_reason_is', reason: 'length' }];
    expect(unpriced('a/b', { ...search(), stop_server_tools_when })).toContain('step_count_is');
  });
});

describe('plugins', () => {
  it.each(['response-healing', 'context-compression', 'moderation', 'auto-router'])(
    'cost nothing: %s',
    (id) => {
      expect(usdOf('a/b', { plugins: [{ id }] })).toBeLessThan(Number(base.usd) + 0.0001);
    },
  );

  it.each([
    ['a panel of models', [{ id: 'fusion' }], 'take "fusion" out of plugins'],
    [
      'one that nobody knows',
      [{ id: 'web' }, { id: 'unheard-of' }],
      'take "unheard-of" out of plugins',
    ],
    ['what is none', ['web'], 'take "web" out of plugins'],
    ['no list', { id: 'web' }, 'send a list'],
  ])('have no price: %s', (_, plugins, fix) => {
    expect(unpriced('a/b', { plugins })).toContain(fix);
  });

  it.each([
    ['web', [{ max_results: 1 }, { max_results: 50 }]],
    ['web-fetch', [{ max_uses: 1 }, { max_uses: 9 }]],
    ['file-parser', [{ pdf: { engine: 'cloudflare-ai' } }, { pdf: { engine: 'mistral-ocr' } }]],
  ])('given twice cost as much as the more expensive one: %s', (id, [cheap, dear]) => {
    const file_data = `data:application/pdf;base64,${pdfOf({ pages: 4 }).toString('base64')}`;
    const { messages } = user({ type: 'file', file: { file_data } });
    const cost = (...settings: (object | undefined)[]) =>
      usdOf('a/b', { messages, plugins: settings.map((each) => ({ id, ...each })) });
    expect(cost(cheap, dear)).toBeGreaterThanOrEqual(cost(dear));
    expect(cost(dear, cheap)).toBeGreaterThanOrEqual(cost(dear));
    expect(cost(dear)).toBeGreaterThan(cost(cheap));
  });

  it('that pin the model of an earlier answer have no price', () => {
    const plugins = [{ id: 'auto-router', allowed_models: ['a/b'], pin_model: true }];
    expect(unpriced('a/b', { plugins })).toContain('leave pin_model out');
  });

  it('fetch pages like a tool', () => {
    expect(
      known('a/b', { plugins: [{ id: 'web-fetch', max_uses: 1, max_content_tokens: 500 }] })
        .maxTokens,
    ).toBe(200);
  });
});
