import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinerOf } from '../../src/routing/client-parameters.ts';
import { ForbiddenByEntry } from '../../src/routing/provider-rules.ts';
import { seeded } from '../helpers/seeded.ts';

type Members = Readonly<Record<string, unknown>>;

const combineParameters = (owner: Members, client: Members, model: string | null = null) =>
  combinerOf(owner)(client, model);

const combined = (owner: unknown, client: unknown) =>
  combineParameters({ provider: owner }, { provider: client }).provider;

describe('provider of a request', () => {
  it.each<[string, Members, Members, Members]>([
    [
      'ignores what either ignores',
      { ignore: ['a'] },
      { ignore: ['b', 'a'] },
      { ignore: ['a', 'b'] },
    ],
    ['allows what both allow', { only: ['a', 'b'] }, { only: ['c', 'b'] }, { only: ['b'] }],
    ['takes an empty list for none', { only: ['a'] }, { only: [] }, { only: ['a'] }],
    [
      'knows a name and its slug for one',
      { only: ['Amazon Bedrock'] },
      { only: ['amazon-bedrock'] },
      { only: ['Amazon Bedrock'] },
    ],
    [
      'allows an endpoint of a provider',
      { only: ['deepinfra'] },
      { only: ['deepinfra/turbo'] },
      { only: ['deepinfra/turbo'] },
    ],
    [
      'keeps to an endpoint of a provider',
      { only: ['deepinfra/turbo'] },
      { only: ['deepinfra'] },
      { only: ['deepinfra/turbo'] },
    ],
    [
      'denies the collection of data where either does',
      { data_collection: 'deny' },
      { data_collection: 'allow' },
      { data_collection: 'deny' },
    ],
    [
      'lets a client deny it',
      { data_collection: 'allow' },
      { data_collection: 'deny' },
      { data_collection: 'deny' },
    ],
    ['retains no data where either says so', { zdr: true }, { zdr: false }, { zdr: true }],
    [
      'has no fallbacks where either has none',
      { allow_fallbacks: false },
      { allow_fallbacks: true },
      { allow_fallbacks: false },
    ],
    [
      'takes the lower price of each kind',
      { max_price: { prompt: '1', image: 2 } },
      { max_price: { prompt: 0.5, image: '3', request: 1 } },
      { max_price: { prompt: 0.5, image: 2, request: 1 } },
    ],
    ['sorts as the client asks', { sort: 'price' }, { sort: 'latency' }, { sort: 'latency' }],
    [
      'keeps what is null in the request',
      { zdr: true, sort: 'price' },
      { zdr: null, sort: null },
      { zdr: true, sort: 'price' },
    ],
    [
      'keeps the entry’s where the meaning is unknown',
      { novelty: 1 },
      { novelty: 2, other: 3 },
      { novelty: 1, other: 3 },
    ],
    [
      'tries the order of the entry first',
      { order: ['a'] },
      { order: ['b', 'a'] },
      { order: ['a', 'b'] },
    ],
    [
      'keeps within an order without fallbacks',
      { order: ['a', 'b'], allow_fallbacks: false },
      { order: ['c', 'b'], allow_fallbacks: true },
      { order: ['b'], allow_fallbacks: false },
    ],
    [
      'lets a client narrow itself to its order',
      { order: ['a'] },
      { order: ['b'], allow_fallbacks: false },
      { order: ['b'], allow_fallbacks: false },
    ],
  ])('%s', (_, owner, client, expected) => {
    expect(combined(owner, client)).toEqual(expected);
  });

  it.each<[string, Members, unknown, string]>([
    ['a list', {}, ['a'], 'provider must be an object'],
    ['a text', { zdr: true }, 'none', 'provider must be an object'],
    [
      'nothing that the entry allows',
      { only: ['a'] },
      { only: ['b'] },
      'provider.only may only name a: the entry allows no other',
    ],
    [
      'no list of names',
      { ignore: ['a'] },
      { ignore: 'b' },
      'provider.ignore must be a list of names',
    ],
    [
      'a price that is none',
      { max_price: { prompt: 1 } },
      { max_price: { prompt: -1 } },
      'provider.max_price.prompt must be an amount in USD',
    ],
  ])('is rejected where it is %s', (_, owner, client, message) => {
    expect(() => combined(owner, client)).toThrow(new ForbiddenByEntry(message));
  });

  it('is passed on unchanged where the entry has none', () => {
    const client = { provider: { only: [], zdr: null, novelty: {} } };
    expect(combineParameters({}, client)).toEqual(client);
  });

  it('is at most as permissive as the entry’s, whatever the client sends', () => {
    fc.assert(
      fc.property(providers, fc.oneof(providers, oddProviders), (owner, client) => {
        const result = attempt(() => combined(owner, client));
        if (result === null) return;
        const [allowed, asked] = [
          endpoints.filter(admits(result)),
          endpoints.filter(admits(client)),
        ];
        expect(endpoints.filter(admits(owner))).toEqual(expect.arrayContaining(allowed));
        if (isProvider(client)) expect(asked).toEqual(expect.arrayContaining(allowed));
      }),
      seeded(3_000),
    );
  });
});

describe('parameters of a request', () => {
  it.each<[string, Members, Members, Members]>([
    [
      'are the client’s where both have one',
      { temperature: 1, top_p: 1 },
      { temperature: 0 },
      { temperature: 0, top_p: 1 },
    ],
    [
      'have at most as many tokens as the entry says',
      { max_tokens: 9 },
      { max_completion_tokens: 99 },
      { max_completion_tokens: 9 },
    ],
    ['may have fewer tokens', { max_completion_tokens: 9 }, { max_tokens: 5 }, { max_tokens: 5 }],
    [
      'have the entry’s limit where the client has none',
      { max_tokens: 9 },
      { max_tokens: null },
      { max_tokens: 9 },
    ],
    [
      'have the entry’s limit where the client’s is none',
      { max_tokens: 9 },
      { max_tokens: -1 },
      { max_tokens: 9 },
    ],
    [
      'keep the plugins of the entry',
      { plugins: [{ id: 'web', max_results: 2 }] },
      { plugins: [{ id: 'web', max_results: 9 }, { id: 'pdf' }] },
      { plugins: [{ id: 'web', max_results: 2 }, { id: 'pdf' }] },
    ],
    [
      'keep the settings of a tool that runs at OpenRouter',
      { tools: [{ type: 'openrouter:web_search', parameters: { max_results: 2 } }] },
      { tools: [{ type: 'openrouter:web_search' }, { type: 'function' }] },
      {
        tools: [
          { type: 'openrouter:web_search', parameters: { max_results: 2 } },
          { type: 'function' },
        ],
      },
    ],
    [
      'keep reasoning off',
      { reasoning: { enabled: false } },
      { reasoning: { effort: 'high' }, reasoning_effort: 'high' },
      { reasoning: { enabled: false } },
    ],
    [
      'think with at most the tokens of the entry',
      { reasoning: { max_tokens: 100, exclude: true } },
      { reasoning: { max_tokens: 900, exclude: false } },
      { reasoning: { max_tokens: 100, exclude: true } },
    ],
    [
      'think as hard as the client asks',
      { reasoning: { effort: 'low' } },
      { reasoning_effort: 'high' },
      { reasoning_effort: 'high' },
    ],
    [
      'are not served in a dearer tier',
      { service_tier: 'flex' },
      { service_tier: 'priority', speed: 'fast' },
      { service_tier: 'flex' },
    ],
    [
      'may be served in a cheaper tier',
      { service_tier: 'default' },
      { service_tier: 'flex' },
      { service_tier: 'flex' },
    ],
    [
      'have no kind of answer that the entry leaves out',
      { modalities: ['text'] },
      { modalities: ['text', 'image'] },
      { modalities: ['text'] },
    ],
    [
      'call no tools where the entry calls none',
      { tool_choice: 'none' },
      { tool_choice: 'required', function_call: { name: 'one' } },
      { tool_choice: 'none' },
    ],
    [
      'end the loop of tools at whatever comes first',
      { max_tool_calls: 3 },
      { stop_server_tools_when: [{ type: 'max_cost', max_cost_in_dollars: 9 }] },
      {
        stop_server_tools_when: [
          { type: 'max_cost', max_cost_in_dollars: 9 },
          { type: 'step_count_is', step_count: 3 },
        ],
      },
    ],
    ['keep the preset of the entry', { preset: 'safe' }, { preset: 'other' }, { preset: 'safe' }],
    [
      'keep them where the client has none',
      { plugins: [{ id: 'moderation' }] },
      { plugins: null },
      { plugins: [{ id: 'moderation' }] },
    ],
  ])('%s', (_, owner, client, expected) => {
    expect(combineParameters(owner, client)).toEqual(expected);
  });

  it('are not affected by the names of object methods', () => {
    const client = JSON.parse(
      '{"__proto__": {"zdr": true}, "constructor": 1, "provider": {"__proto__": {"ignore": []}, "toString": 2}}',
    );
    const result = combineParameters({ provider: { ignore: ['a'], zdr: true } }, client);
    expect(JSON.parse(JSON.stringify(result.provider))).toMatchObject({ ignore: ['a'], zdr: true });
    expect(Object.keys(result)).toEqual(['provider', '__proto__', 'constructor']);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
});

const noWeb = { plugins: [{ id: 'web', enabled: false }] };
const turnedOff = 'its parameters turn off the plugin "web", so that';

describe('a request for what its entry turns off', () => {
  it.each<[string, Members, Members, string | null, string]>([
    ['a plugin', noWeb, { plugins: [{ id: 'web' }] }, null, `${turnedOff} the plugin "web"`],
    [
      'its name in another case',
      noWeb,
      { plugins: ['WEB'] },
      null,
      `${turnedOff} the plugin "web"`,
    ],
    [
      'web_search_options',
      noWeb,
      { web_search_options: {} },
      null,
      `${turnedOff} web_search_options`,
    ],
    [
      'search_parameters',
      noWeb,
      { search_parameters: { mode: 'on' } },
      null,
      `${turnedOff} search_parameters`,
    ],
    ['a variant', noWeb, {}, 'a/b:online', `${turnedOff} the model "a/b:online"`],
    [
      'a model that searches',
      noWeb,
      {},
      'perplexity/sonar',
      `${turnedOff} the model "perplexity/sonar"`,
    ],
    ['a preset', noWeb, { preset: 'mine' }, null, `${turnedOff} preset`],
    ['a preset as model', noWeb, {}, '@preset/mine', `${turnedOff} the model "@preset/mine"`],
    ['a preset of a model', noWeb, {}, 'a/b@preset/c', `${turnedOff} the model "a/b@preset/c"`],
    [
      'transforms',
      { plugins: [{ id: 'context-compression', enabled: false }] },
      { transforms: ['middle-out'] },
      null,
      'its parameters turn off the plugin "context-compression", so that transforms',
    ],
    [
      'a router',
      { plugins: [{ id: 'auto-router', enabled: false }] },
      {},
      'openrouter/auto',
      'its parameters turn off the plugin "auto-router", so that the model "openrouter/auto"',
    ],
    [
      'a plugin that nobody here knows',
      { plugins: [{ id: 'novelty', enabled: false }] },
      { plugins: [{ id: 'novelty' }] },
      null,
      'its parameters turn off the plugin "novelty", so that the plugin "novelty"',
    ],
    [
      'another way to search than the one that is set',
      { plugins: [{ id: 'web', include_domains: ['a.example'] }] },
      { tools: [{ type: 'openrouter:web_search' }] },
      null,
      'its parameters set how the plugin "web" works, so that the tool "openrouter:web_search"',
    ],
    [
      'a plugin in place of the tool that is set',
      { tools: [{ type: 'openrouter:web_search', parameters: { max_results: 1 } }] },
      { plugins: [{ id: 'web' }] },
      null,
      'its parameters set how the plugin "web" works, so that the plugin "web"',
    ],
    [
      'models asked without its provider',
      { provider: { zdr: true } },
      { tools: [{ type: 'openrouter:subagent' }] },
      null,
      'its parameters restrict provider, so that the tool "openrouter:subagent"',
    ],
  ])('by %s is refused', (_, owner, client, model, start) => {
    expect(() => combineParameters(owner, client, model)).toThrow(
      new ForbiddenByEntry(`${start} is not allowed`),
    );
  });

  it.each([
    ...['web_search', 'web_search_preview', 'web_search_20250305', 'OpenRouter:Web_Search'],
    ...['openrouter:web_fetch', 'openrouter:subagent', 'openrouter:advisor', 'openrouter:fusion'],
    ...['openrouter:shell', 'openrouter:mcp', 'openrouter:browser_use', 'openrouter:novelty'],
  ])('by the tool %s is refused', (type) => {
    const start = `${turnedOff} the tool ${JSON.stringify(type)}`;
    const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type }] };
    const nested = { type: 'namespace', tools: [{ type: 'namespace', tools: [{ type }] }] };
    for (const client of [
      { tools: [{ type }] },
      { tools: [nested] },
      { tool_choice: { type } },
      { tool_choice: allowed },
    ]) {
      expect(() => combineParameters(noWeb, client)).toThrow(start);
    }
  });

  it.each(['plugins', 'tools'])('is refused where %s is not a list', (name) => {
    const client = { [name]: { 0: { id: 'web', type: 'openrouter:web_search' } } };
    expect(() => combineParameters(noWeb, client)).toThrow(
      new ForbiddenByEntry(`${name} must be a list`),
    );
  });

  it('is passed on when it asks for none of it', () => {
    const client = {
      plugins: [{ id: 'web', enabled: false }, { id: 'response-healing' }],
      tools: [{ type: 'function' }, { type: 'openrouter:datetime' }],
      tool_choice: { type: 'function' },
      web_search_options: null,
    };
    expect(combineParameters(noWeb, client, 'a/b:free')).toMatchObject({ tools: client.tools });
    expect(combineParameters({ plugins: [{ id: 'web' }] }, client, 'a/b:online')).toBeDefined();
  });

  it('uses nothing that is off, whatever the client sends', () => {
    const off = fc.subarray(['web', 'web-fetch', 'fusion'], { minLength: 1 });
    fc.assert(
      fc.property(off, requests, models, (ids, client, model) => {
        const plugins = ids.map((id) => ({ id, enabled: false }));
        const result = attempt(() => combineParameters({ plugins }, client, model));
        if (result === null) return;
        expect(ids.filter((id) => used(result as Members, model).includes(id))).toEqual([]);
      }),
      seeded(2_000),
    );
  });
});

/** The plugins whose work OpenRouter would do for a request, by its API description. */
function used(body: Members, model: string | null): string[] {
  const text = JSON.stringify([body.tools, body.tool_choice, body.web_search_options]);
  const listed = (Array.isArray(body.plugins) ? body.plugins : []) as Members[];
  const isOff = (id: string) => listed.some((each) => each.id === id && each.enabled === false);
  const plugins = listed.filter(({ id, enabled }) => enabled !== false && !isOff(String(id)));
  const fuses = /fusion|subagent|advisor/.test(text) || /fusion/.test(model ?? '');
  return [
    ...plugins.map(({ id }) => String(id)),
    ...(fuses || /web_search/.test(text) || isObject(body.web_search_options) ? ['web'] : []),
    ...(fuses || /web_fetch/.test(text) ? ['web-fetch'] : []),
    ...(fuses ? ['fusion'] : []),
    ...(/:online/.test(model ?? '') ? ['web'] : []),
    ...(/@preset/.test(model ?? '') || body.preset != null ? ['web', 'web-fetch', 'fusion'] : []),
  ];
}

function attempt(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    if (error instanceof ForbiddenByEntry) return null;
    throw error;
  }
}

const slugs = ['a', 'a/fast', 'b', 'c d'];
const flags = ['zdr', 'enforce_distillable_text', 'require_parameters'];

/** Endpoints of every kind that a filter tells apart. */
const endpoints = slugs.flatMap((slug) =>
  ['fp8', 'bf16'].flatMap((quantization) =>
    [true, false].flatMap((strict) =>
      [1, 3].map((price) => ({ slug, quantization, strict, price })),
    ),
  ),
);

/** Which endpoints OpenRouter would take, by its API description. */
function admits(provider: unknown): (endpoint: (typeof endpoints)[number]) => boolean {
  if (!isProvider(provider)) return () => true;
  const { ignore, only, quantizations, order } = provider;
  const prices = isObject(provider.max_price) ? provider.max_price : {};
  const listed = provider.allow_fallbacks === false && isFull(order) ? order : null;
  return ({ slug, quantization, strict, price }) =>
    !names(ignore, slug) &&
    (!isFull(only) || names(only, slug)) &&
    (listed === null || names(listed, slug)) &&
    (!isFull(quantizations) || names(quantizations, quantization)) &&
    (strict ||
      (provider.data_collection !== 'deny' && flags.every((flag) => provider[flag] !== true))) &&
    ['prompt', 'completion'].every((kind) => Number(prices[kind] ?? 9) >= price);
}

function names(list: unknown, slug: string): boolean {
  const plain = (Array.isArray(list) ? list : []).map((name) =>
    String(name).toLowerCase().replaceAll(' ', '-'),
  );
  const name = slug.replaceAll(' ', '-');
  return plain.includes(name) || plain.includes(name.split('/')[0] ?? '');
}

function isFull(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isProvider = isObject;

const list = (items: readonly string[]) => fc.subarray([...items]);
const amount = fc.constantFrom(0.5, '1', 2, '3.5', '1e1');
const wellFormed = {
  ignore: list([...slugs, 'C D', 'c-d']),
  only: list([...slugs, 'C D', 'c-d']),
  order: list(slugs),
  quantizations: list(['fp8', 'bf16']),
  data_collection: fc.constantFrom('deny', 'allow'),
  zdr: fc.boolean(),
  enforce_distillable_text: fc.boolean(),
  require_parameters: fc.boolean(),
  allow_fallbacks: fc.boolean(),
  max_price: fc.record({ prompt: amount, completion: amount }, { requiredKeys: [] }),
};
const providers = fc.record(wellFormed, { requiredKeys: [] });
const oddProviders = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...Object.keys(wellFormed), '__proto__', 'x'), fc.jsonValue()),
);

const toolTypes = ['web_search', 'web_fetch', 'fusion', 'subagent', 'advisor', 'datetime'];
const tool = fc.record({
  type: fc.constantFrom('function', ...toolTypes.map((type) => `openrouter:${type}`), 'web_search'),
});
const plugin = fc.record(
  { id: fc.constantFrom('web', 'web-fetch', 'fusion', 'other'), enabled: fc.boolean() },
  { requiredKeys: ['id'] },
);
const requests = fc.record(
  {
    plugins: fc.option(fc.array(plugin, { maxLength: 3 })),
    tools: fc.option(fc.array(tool, { maxLength: 3 })),
    tool_choice: fc.oneof(fc.constantFrom('auto', 'none', null), tool),
    web_search_options: fc.constantFrom(null, {}),
    preset: fc.constantFrom(null, 'mine'),
  },
  { requiredKeys: [] },
);
const models = fc.constantFrom(
  null,
  'a/b',
  'a/b:online',
  'a/b:free:online',
  '@preset/x',
  'openrouter/fusion',
);
