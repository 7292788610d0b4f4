import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinerOf } from '../../src/routing/client-parameters.ts';
import { ForbiddenByEntry } from '../../src/routing/provider-rules.ts';
import { seeded } from '../helpers/seeded.ts';
import { attempt } from './attempt.ts';

type Members = Readonly<Record<string, unknown>>;

const combineParameters = (owner: Members, client: Members, model: string | null = null) =>
  combinerOf(owner)(client, model);

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

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
