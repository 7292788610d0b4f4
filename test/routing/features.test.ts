import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinerOf } from '../../src/routing/client-parameters.ts';
import { serverTools } from '../../src/routing/features.ts';
import { ForbiddenByEntry } from '../../src/routing/provider-rules.ts';
import { seeded } from '../helpers/seeded.ts';
import { attempt } from './attempt.ts';

type Members = Readonly<Record<string, unknown>>;

const combineParameters = (owner: Members, client: Members, model: string | null = null) =>
  combinerOf(owner)(client, model);

const noWeb = { plugins: [{ id: 'web', enabled: false }] };
const noFetch = { plugins: [{ id: 'web-fetch', enabled: false }] };
const limitedSearch = {
  tools: [{ type: 'openrouter:web_search', parameters: { max_results: 2 } }],
};
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
      'the tool that is set, in another spelling',
      limitedSearch,
      { tools: [{ type: ' OpenRouter:Web_Search' }] },
      null,
      'its parameters set how the plugin "web" works, so that the tool " OpenRouter:Web_Search"',
    ],
    [
      'a tool next to one that the entry replaces',
      { ...limitedSearch, ...noFetch },
      { tools: [...limitedSearch.tools, { type: 'openrouter:web_fetch' }] },
      null,
      'its parameters turn off the plugin "web-fetch", so that the tool "openrouter:web_fetch"',
    ],
    [
      'a tool_choice next to a tool that the entry replaces',
      { ...limitedSearch, ...noFetch },
      { ...limitedSearch, tool_choice: { type: 'openrouter:web_fetch' } },
      null,
      'its parameters turn off the plugin "web-fetch", so that the tool "openrouter:web_fetch"',
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

  it.each([
    ['plugins', noWeb],
    ['tools', noWeb],
    ['plugins', limitedSearch],
    ['tools', limitedSearch],
  ])('is refused where %s is not a list, with %j', (name, owner) => {
    const client = { [name]: { 0: { id: 'web', type: 'openrouter:web_search' } } };
    expect(() => combineParameters(owner, client)).toThrow(
      new ForbiddenByEntry(`${name} must be a list`),
    );
  });

  it('is refused by names in odd spellings, of which the error shows the beginning', () => {
    expect(() => combineParameters(noWeb, { plugins: [' Web '] })).toThrow(
      `${turnedOff} the plugin "web"`,
    );
    expect(() => combineParameters(noWeb, { tools: [{ type: ' web_fetch' }] })).toThrow(turnedOff);
    const type = 'x'.repeat(200);
    expect(() => combineParameters(noWeb, { tools: [{ type }] })).toThrow(
      `the tool "${'x'.repeat(100)}" is not allowed`,
    );
  });

  it.each([
    ...['function', 'custom', 'namespace', 'local_shell', 'apply_patch', 'computer_use_preview'],
    ...['bash_20250124', 'text_editor_20250728', 'computer_20250124', 'memory_20250818'],
  ])('is passed on with the tool %s, which the client runs', (type) => {
    const client = { tools: [{ type }], tool_choice: { type } };
    expect(combineParameters(noWeb, client)).toMatchObject(client);
  });

  it.each([
    ...['my_function', 'function_call', 'my_bash_20250124', 'bash_202501245', 'bash_2'],
    'bash_upgraded',
  ])('is refused with the tool %s, which only looks like one of the client', (type) => {
    expect(() => combineParameters(noWeb, { tools: [{ type }] })).toThrow(turnedOff);
  });

  it.each(['auto', 'any', 'none', 'tool', 'allowed_tools'])(
    'is passed on with the choice %s, which is no tool',
    (type) => {
      const client = { tool_choice: { type } };
      expect(combineParameters(noWeb, client)).toMatchObject(client);
    },
  );

  it('is passed on with what is no tool at all', () => {
    const namespace = { type: 'namespace', tools: [null, 'x'] };
    const client = { tools: [null, 'x', { type: 1 }, {}, namespace], input: ['hi', null] };
    expect(combineParameters(noWeb, client)).toMatchObject(client);
  });

  it('may choose the tool whose settings the entry has', () => {
    const choice = { type: 'openrouter:web_search' };
    for (const tools of [undefined, [choice]]) {
      expect(combineParameters(limitedSearch, { tools, tool_choice: choice })).toMatchObject({
        ...limitedSearch,
        tool_choice: choice,
      });
    }
    const own = { tools: [{ type: 'function' }], tool_choice: choice };
    expect(() => combineParameters(limitedSearch, own)).toThrow(ForbiddenByEntry);
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

describe('what an entry limits', () => {
  const plugins = ['web', 'web-fetch', 'fusion', 'auto-router', 'pareto-router', 'other'];
  const machines = [
    'shell',
    'bash',
    'code_interpreter',
    'code_execution_20250825',
    'browser_use',
    'mcp',
  ];
  const harmless = [
    ...['datetime', 'files', 'file_search', 'memory', 'text_editor', 'apply_patch'],
    ...['tool_search', 'experimental__search_models'],
  ];
  const lookalikes = [
    ...['my_web_search', 'my_web_fetch', 'my_image_generation', 'image_generation2', 'my_shell'],
    ...['shell2', 'my_files', 'files2', 'my_tool_search', 'tool_search2'],
  ];
  const tools = [
    ...['web_search', 'web_search_20250305', 'web_fetch', 'web_fetch_20250910'],
    ...['image_generation', 'subagent', 'mcp_novelty', ...lookalikes, ...machines, ...harmless],
  ].map((name) => `openrouter:${name}`);
  const searching = [
    ...['a/b:online', 'a/b:online:free', 'a/b:online@preset', 'perplexity/sonar'],
    ...['openai/gpt-4o-search-preview', 'openai/o3-deep-research', 'x/sonar-pro-search'],
  ];
  const models = [
    ...['a/b', 'a/b:onlineish', 'my-perplexity/x', ...searching, 'openrouter/fusion'],
    ...['x-openrouter/fusion', 'x-openrouter/auto', 'x-openrouter/auto-beta'],
    ...[
      'x-openrouter/pareto',
      'openrouter/auto',
      'openrouter/autobahn',
      'openrouter/auto-beta',
      'openrouter/pareto-code',
    ],
  ];
  const uses: readonly (readonly [string, Members, string | null])[] = [
    ...plugins.map((id) => [`plugin ${id}`, { plugins: [{ id }] }, null] as const),
    ...tools.map((type) => [type, { tools: [{ type }] }, null] as const),
    ...models.map((model) => [model, {}, model] as const),
    ['an MCP server', { mcp_servers: [{ url: 'https://mcp.example' }] }, null],
    ['a tool in the input', { input: [{ tools: [{ type: 'openrouter:web_search' }] }] }, null],
    ['web_search_options', { web_search_options: {} }, null],
    ['search_parameters', { search_parameters: {} }, null],
    ['transforms', { transforms: ['middle-out'] }, null],
    ['no transforms', { transforms: [] }, null],
    ['preset', { preset: 'mine' }, null],
    ['prompt', { prompt: { id: 'mine' } }, null],
  ];
  const refusedBy = (owner: Members) =>
    uses
      .filter(
        ([, client, model]) => attempt(() => combineParameters(owner, client, model)) === null,
      )
      .map(([name]) => name);
  const stored = ['preset', 'prompt'];
  const machine = [...machines.map((name) => `openrouter:${name}`), 'an MCP server'];
  const search = ['openrouter:web_search', 'openrouter:web_search_20250305', 'a tool in the input'];
  const fetch = ['openrouter:web_fetch', 'openrouter:web_fetch_20250910'];
  const otherModels = ['subagent', 'mcp_novelty', ...lookalikes].map(
    (name) => `openrouter:${name}`,
  );
  const off = (id: string) => ({ plugins: [{ id, enabled: false }] });

  it.each<[string, Members, readonly string[]]>([
    ['nothing', {}, []],
    ['nothing by a plugin without settings', { plugins: [{ id: 'web' }, 'fusion'] }, []],
    ['nothing by a plugin that is on', { plugins: [{ id: 'web', enabled: true }] }, []],
    ['nothing by a tool without settings', { tools: [{ type: 'openrouter:web_search' }] }, []],
    ['nothing by a field that is on', { transforms: ['middle-out'] }, []],
    ['nothing by providers that it only sorts', { provider: { sort: 'price' } }, []],
    [
      'search',
      off('web'),
      [
        ...['plugin web', 'plugin web-fetch', 'plugin fusion', ...search, ...fetch, ...machine],
        ...[...otherModels, ...searching, 'openrouter/fusion'],
        ...['web_search_options', 'search_parameters', ...stored],
      ],
    ],
    [
      'search by an empty field',
      { search_parameters: [] },
      [
        ...['plugin web', 'plugin web-fetch', 'plugin fusion', ...search, ...fetch, ...machine],
        ...[...otherModels, ...searching, 'openrouter/fusion'],
        ...['web_search_options', 'search_parameters', ...stored],
      ],
    ],
    [
      'fetching',
      off('web-fetch'),
      [
        ...['plugin web-fetch', 'plugin fusion', ...fetch, ...machine, ...otherModels],
        ...['openrouter/fusion', ...stored],
      ],
    ],
    ['fusion', off('fusion'), ['plugin fusion', ...otherModels, 'openrouter/fusion', ...stored]],
    [
      'the router',
      off('auto-router'),
      ['plugin auto-router', ...otherModels, 'openrouter/auto', ...stored],
    ],
    [
      'the next router',
      off('auto-beta-router'),
      [...otherModels, 'openrouter/auto-beta', ...stored],
    ],
    [
      'the router for code',
      off('pareto-router'),
      ['plugin pareto-router', ...otherModels, 'openrouter/pareto-code', ...stored],
    ],
    ['the middle out', off('context-compression'), ['transforms', ...stored]],
    [
      'how it searches, by the plugin',
      { plugins: [{ id: 'web', max_results: 2 }] },
      [
        ...search,
        ...searching,
        'openrouter/fusion',
        'web_search_options',
        'search_parameters',
        ...stored,
      ],
    ],
    [
      'how it searches, by the tool',
      { tools: [{ type: 'openrouter:web_search', parameters: {} }] },
      [
        ...['plugin web', 'openrouter:web_search_20250305', 'a tool in the input', ...searching],
        'openrouter/fusion',
        ...['web_search_options', 'search_parameters', ...stored],
      ],
    ],
    [
      'how it searches, by a field',
      { web_search_options: {} },
      [
        ...['plugin web', ...search, ...searching, 'openrouter/fusion', 'search_parameters'],
        ...stored,
      ],
    ],
    [
      'how it fetches',
      { plugins: [{ id: 'web-fetch', max_uses: 2 }] },
      [...fetch, 'openrouter/fusion', ...stored],
    ],
    [
      'how it fetches, by the tool',
      { tools: [{ type: 'openrouter:web_fetch', parameters: {} }] },
      ['plugin web-fetch', 'openrouter:web_fetch_20250910', 'openrouter/fusion', ...stored],
    ],
    [
      'which models the router takes',
      { plugins: [{ id: 'auto-router', allowed_models: [] }] },
      stored,
    ],
    [
      'the providers',
      { provider: { zdr: true } },
      [
        ...['plugin fusion', 'openrouter:image_generation', ...otherModels, 'openrouter/fusion'],
        ...stored,
      ],
    ],
    ['a plugin of its own', off('other'), ['plugin other', ...stored]],
  ])('is %s, in whatever way a request asks for it', (_, owner, refused) => {
    expect(refusedBy(owner).toSorted()).toEqual([...refused].toSorted());
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

describe('the tools that run at OpenRouter', () => {
  it('are named once, though the choice names them too', () => {
    const search = { type: 'openrouter:web_search', parameters: {} };
    const body = { tools: [search, { type: 'function' }], tool_choice: { type: search.type } };
    expect(serverTools(body)).toEqual([search]);
    expect(serverTools({ tool_choice: body.tool_choice })).toEqual([body.tool_choice]);
  });
});
