import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../src/config/dialects.ts';
import { drift, type HostPlan, type HostPlanOptions, planHost } from '../../src/host/plan.ts';
import { recordAt, valueAt } from '../../src/platform/record.ts';
import { importFromHost } from '../../src/setup/detect.ts';
import { parseSetup, type Setup } from '../../src/setup-file/setup-file.ts';

const steps = ['2.1', '3.1', '4.1', '4.2', '5.1', '6.1', '6.2', '7.1', '7.2'];
const gatewayToken = 'the-token-of-the-gateway';
const options = {
  stateFolder: '~/.openclaw',
  hasKey: true,
  gatewayToken,
  hasProfiles: false,
  applied: [],
  known: { models: [], keepsPrices: false },
};

describe('planHost', () => {
  it.each(steps)('applies the example %s, and plans nothing the second time', (step) => {
    const setup = guide(step);
    const config = applied(setup, '');
    expect(plan(setup, config).differences).toEqual([]);
    expect(drift(setup, config, options)).toEqual([]);
  });

  it('spells the primary model and the fallbacks as the host does', () => {
    expect(applied(guide('5.1'), '')).toEqual({
      agents: {
        defaults: {
          model: {
            primary: 'openrouter/anthropic/claude-sonnet-4',
            fallbacks: [
              'openrouter/openai/gpt-4o',
              'openrouter/google/gemini-2.5-pro',
              'openrouter/deepseek/deepseek-chat',
            ],
          },
        },
      },
    });
  });

  it('adds no prefix to openrouter/auto, and sets temperature at the model', () => {
    expect(applied(guide('4.2'), '')).toEqual({
      agents: {
        defaults: {
          model: { primary: 'openrouter/auto' },
          models: { 'openrouter/auto': { params: { temperature: 0.7 } } },
          modelPolicy: {},
        },
      },
    });
  });

  it('uses the host name maxTokens, and puts parameters that the host does not know in extraBody', () => {
    const setup = setupOf({ a: { parameters: { max_tokens: 300, top_p: 0.9 } } });
    expect(applied(setup, '')).toMatchObject({
      agents: {
        defaults: {
          models: { 'openrouter/x/a': { params: { maxTokens: 300, extraBody: { top_p: 0.9 } } } },
        },
      },
    });
  });

  it('applies provider preferences, and the headers that the host does not set itself', () => {
    expect(applied(guide('7.2'), '')).toMatchObject({
      models: {
        providers: {
          openrouter: { params: { provider: { ignore: ['azure'], order: ['anthropic'] } } },
        },
      },
    });
    expect(applied(guide('7.1'), '')).toMatchObject({
      models: { providers: { openrouter: { headers: { 'X-Title': 'OpenClaw Assistant' } } } },
    });
    expect(JSON.stringify(applied(guide('7.1'), ''))).not.toContain('HTTP-Referer');
  });

  it('binds whole channels to an agent for each entry, in the workspace of the default agent', () => {
    expect(applied(guide('4.1'), '')).toEqual({
      agents: {
        ownership: 'explicit',
        defaults: {
          model: { primary: 'openrouter/anthropic/claude-sonnet-4' },
          systemAgent: { agentId: 'main' },
        },
        entries: {
          main: { workspace: '~/.openclaw/workspace' },
          'router-standard': {
            workspace: '~/.openclaw/workspace',
            model: { primary: 'openrouter/google/gemini-2.5-flash' },
          },
          'router-budget': {
            workspace: '~/.openclaw/workspace',
            model: { primary: 'openrouter/meta-llama/llama-3.3-70b' },
          },
        },
      },
      bindings: [
        { agentId: 'main', match: { channel: 'whatsapp', accountId: '*' } },
        { agentId: 'router-standard', match: { channel: 'telegram', accountId: '*' } },
        { agentId: 'router-budget', match: { channel: 'discord', accountId: '*' } },
      ],
    });
  });

  it('adds no agent where every channel uses the default entry', () => {
    const setup = setupOf({ a: {} }, { telegram: 'a' });
    expect(Object.keys(applied(setup, ''))).toEqual(['agents']);
  });

  it('moves a channel that it bound before, and leaves one that the user bound', () => {
    const setup = setupOf({ a: {}, b: {}, c: {} }, { telegram: 'b', discord: 'b' });
    const before = applied(setup, '');
    const moved = setupOf({ a: {}, b: {}, c: {} }, { telegram: 'c', discord: 'b' });
    expect(bindings(applied(moved, JSON.stringify(before)))).toEqual({
      telegram: 'c',
      discord: 'b',
    });
    const bound = {
      bindings: [{ agentId: 'work', match: { channel: 'telegram', accountId: '*' } }],
    };
    const config = applied(setup, JSON.stringify(bound));
    expect(bindings(config)).toEqual({ telegram: 'work', discord: 'b' });
    expect(plan(setup, config).blocked).toContain(
      'telegram stays bound to the agent "work", as OpenClaw\'s config has it',
    );
  });

  it('leaves alone an agent of the user that has the name of an entry', () => {
    const own = { workspace: '~/support', model: 'openai/gpt-5' };
    const ownership = { ownership: 'explicit', defaults: { systemAgent: { agentId: 'main' } } };
    const setup = setupOf({ a: {}, support: {} }, { telegram: 'support' });
    const config = applied(
      setup,
      JSON.stringify({ agents: { ...ownership, entries: { main: {}, support: own } } }),
    );
    expect(config).toMatchObject({ agents: { entries: { support: own } } });
    expect(bindings(config)).toEqual({ telegram: 'openrouter-support' });
    expect(plan(setup, config).differences).toEqual([]);
  });

  it('creates two agents for two entries with similar names', () => {
    const setup = setupOf({ 'My Box': {}, b: {}, 'my-box': {} }, { x: 'My Box', y: 'my-box' });
    const config = applied(setup, '', { entry: 'b' });
    expect(bindings(config)).toEqual({ x: 'my-box', y: 'openrouter-my-box' });
    expect(plan(setup, config, { entry: 'b' }).differences).toEqual([]);
  });

  it('changes the model of the only agent, which overrides the default model', () => {
    const config = applied(setupOf({ a: {} }), '{agents: {entries: {main: {model: "openai/x"}}}}');
    expect(config).toMatchObject({
      agents: { entries: { main: { model: { primary: 'openrouter/x/a' } } } },
    });
  });

  it('overrides the provider preferences of the default entry for the model of a channel', () => {
    const setup = setupOf(
      { a: { providerPreferences: { exclude: ['azure'] } }, b: {} },
      { telegram: 'b' },
    );
    expect(applied(setup, '')).toMatchObject({
      agents: {
        entries: { b: { models: { 'openrouter/x/b': { params: { provider: { ignore: [] } } } } } },
      },
    });
  });

  it('names the variable of the key only when it is not the default one and is set', () => {
    const setup = setupOf({ a: { apiKey: `\${MY_KEY}` } });
    const named = { models: { providers: { openrouter: { apiKey: `\${MY_KEY}` } } } };
    expect(applied(setup, '')).toMatchObject(named);
    expect(applied(setup, '', { hasKey: false })).not.toHaveProperty('models');
    expect(applied(setupOf({ a: {} }), '')).not.toHaveProperty('models');
  });

  describe('with throughGateway', () => {
    const provider = {
      baseUrl: 'http://127.0.0.1:8788/v1',
      api: 'openai-completions',
      auth: 'api-key',
      apiKey: gatewayToken,
      headers: { 'x-openclaw-client': 'openclaw' },
    };
    const setup = setupOf({ a: {}, b: {}, 'without a model': { defaultModel: '' } });
    const through = (text: string, overrides: Overrides = {}) =>
      applied(setup, text, { throughGateway: true, ...overrides });

    it('adds a provider with the entries as models and the token as key', () => {
      const config = through('');
      const models = ['a', 'b'].map((name) => ({ id: name, name }));
      expect(config).toEqual({
        agents: { defaults: { model: { primary: 'openrouter-gateway/a' } } },
        models: { providers: { 'openrouter-gateway': { ...provider, models } } },
      });
      expect(plan(setup, config)).toMatchObject({
        throughGateway: true,
        differences: [],
        unsupported: [],
      });
      expect(drift(setup, config, options)).toEqual([]);
    });

    it('removes all of it on the way back', () => {
      const back = applied(setup, JSON.stringify(through('')), { throughGateway: false });
      expect(back).toEqual({ agents: { defaults: { model: { primary: 'openrouter/x/a' } } } });
    });

    it.each(['https://proxy.example/v1', 'http://127.0.0.1:4000/v1'])(
      'keeps what the user set for openrouter, there and back: %s',
      (baseUrl) => {
        const own = { baseUrl, apiKey: `\${MY_KEY}`, models: [{ id: 'x/a', name: 'mine' }] };
        const before = { models: { providers: { openrouter: own } } };
        const overrides = { hasKey: false };
        const config = through(JSON.stringify(before), overrides);
        expect(config).toMatchObject(before);
        const back = applied(setup, JSON.stringify(config), {
          ...overrides,
          throughGateway: false,
        });
        expect(back.models).toEqual(before.models);
      },
    );

    it('has a new token as a difference until it is written', () => {
      const config = through('');
      const differences = drift(setup, config, { ...options, gatewayToken: 'another-token' });
      expect(differences.map(({ path }) => path.join('.'))).toEqual([
        'models.providers.openrouter-gateway.apiKey',
      ]);
    });

    it('keeps the address of a gateway with --port, and members that the user added to the models', () => {
      const models = [
        { id: 'b', name: 'B', contextWindow: 1000 },
        { id: 'openai/gpt-4o', name: 'directly' },
        { id: 'gone', name: 'gone' },
      ];
      const own = { baseUrl: 'http://localhost:9000/v1', models };
      const text = JSON.stringify({ models: { providers: { 'openrouter-gateway': own } } });
      const overrides = { throughGateway: null };
      expect(
        valueAt(through(text, overrides), ['models', 'providers', 'openrouter-gateway']),
      ).toEqual({
        ...provider,
        baseUrl: 'http://localhost:9000/v1',
        models: [{ id: 'a', name: 'a' }, ...models.slice(0, 2)],
      });
    });

    it('replaces an address on another machine, which would get the token', () => {
      const own = { baseUrl: 'https://evil.example/v1' };
      const text = JSON.stringify({ models: { providers: { 'openrouter-gateway': own } } });
      expect(through(text)).toMatchObject({
        models: { providers: { 'openrouter-gateway': { baseUrl: provider.baseUrl } } },
      });
    });

    it('removes the address that earlier versions set for openrouter', () => {
      const text = JSON.stringify({
        agents: { defaults: { model: { primary: 'openrouter/a' } } },
        models: { providers: { openrouter: { baseUrl: provider.baseUrl } } },
      });
      expect(drift(setup, JSON5.parse(text), options)).not.toEqual([]);
      const moved = through(text, { throughGateway: null });
      expect(moved).toEqual({ ...through(''), models: { providers: expect.anything() } });
      expect(valueAt(moved, ['models', 'providers', 'openrouter'])).not.toHaveProperty('baseUrl');
      const back = applied(setup, text, { throughGateway: false });
      expect(JSON.stringify(back)).not.toContain('8788');
    });
  });

  it('keeps the spelling of the config where it means the same', () => {
    const config = '{agents: {defaults: {model: "openrouter/anthropic/claude-sonnet-4"}}}';
    expect(plan(guide('2.1'), JSON5.parse(config)).edits).toEqual([]);
  });

  it('reports what the host does not support', () => {
    const unsupported = (step: string) =>
      plan(guide(step), undefined).unsupported.map(({ what }) => what);
    expect(unsupported('6.1')).toEqual(['budget']);
    expect(unsupported('6.2')).toEqual(['complexModel']);
    expect(unsupported('5.1')).toEqual(['retryOnFailure']);
    expect(unsupported('7.1')).toEqual(['headers']);
    expect(unsupported('2.1')).toEqual([]);
  });

  it('keeps all comments and all members that it does not set', () => {
    const text = `// mine
{
  // the gateway
  gateway: { mode: 'local', }, // as it was
  agents: {
    defaults: {
      /* slow but good */
      model: { primary: 'openai/gpt-5' /* old */, },
      models: { 'openrouter/anthropic/claude-sonnet-4': { alias: 'sonnet' } },
    },
  },
  bindings: [
    // my group
    { agentId: 'main', match: { channel: 'telegram', peer: { kind: 'group', id: '-1' } } },
  ],
}
`;
    const after = edited(guide('4.1'), text);
    const kept = text
      .split('\n')
      .filter((line) => !line.includes('openai/gpt-5') && !/^\s*\],?$/.test(line));
    let from = 0;
    for (const line of kept) {
      const at = after.indexOf(line, from);
      expect(at, line).toBeGreaterThanOrEqual(from);
      from = at + line.length;
    }
    expect(after).toContain('/* old */');
    expect(JSON5.parse(after)).toMatchObject({
      gateway: { mode: 'local' },
      agents: {
        defaults: { models: { 'openrouter/anthropic/claude-sonnet-4': { alias: 'sonnet' } } },
      },
    });
  });

  it('plans nothing after its edits, for any setup and config', () => {
    fc.assert(
      fc.property(anySetup, anyConfig, fc.boolean(), (setup, config, throughGateway) => {
        const written = applied(setup, JSON.stringify(config), { throughGateway });
        expect(plan(setup, written, { throughGateway }).differences).toEqual([]);
        expect(drift(setup, written, options)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('planHost after an earlier run', () => {
  const entry = {
    parameters: { temperature: 0.7, top_p: 0.9 },
    headers: { 'X-Title': 'mine' },
    providerPreferences: { exclude: ['azure'] },
  };

  it('removes what the setup file no longer asks for, and reports it as drift until then', () => {
    const first = applyAfter(setupOf({ a: entry, b: {} }, { telegram: 'b', discord: 'b' }));
    const bare = setupOf({ a: {}, b: {} }, { discord: 'b' });
    expect(drift(bare, first.config, { ...options, applied: first.applied })).not.toEqual([]);
    const second = applyAfter(bare, first);
    expect(second.config).toEqual(applyAfter(bare).config);
    expect(drift(bare, second.config, { ...options, applied: second.applied })).toEqual([]);
  });

  it('removes the agent of a removed entry, and of one that became the default', () => {
    const first = applyAfter(setupOf({ a: {}, b: {}, c: {} }, { telegram: 'b', discord: 'c' }));
    const agentsOf = ({ config }: Applied) => Object.keys(recordAt(config, ['agents', 'entries']));
    const without = setupOf({ a: {}, c: {} }, { discord: 'c' });
    expect(plan(without, first.config, { applied: first.applied }).blocked).toEqual([]);
    expect(plan(without, first.config).blocked).toEqual([expect.stringContaining('agent "b"')]);
    const gone = applyAfter(without, first);
    expect(agentsOf(gone)).toEqual(['main', 'c']);
    const moved = applyAfter(setupOf({ c: {} }, { discord: 'c' }), first);
    expect(agentsOf(moved)).toEqual(['main']);
    expect(bindings(moved.config)).toEqual({ discord: 'main' });
  });

  it('keeps what the user changed since, or wrote before', () => {
    const own = { models: { providers: { openrouter: { headers: { 'X-Title': 'mine' } } } } };
    const first = applyAfter(setupOf({ a: entry }), { config: own, applied: [] });
    const params = ['agents', 'defaults', 'models', 'openrouter/x/a', 'params'];
    const changed = dialectOf('json5').edit(JSON.stringify(first.config), [
      { op: 'set', path: [...params, 'temperature'], value: 0.3 },
    ]);
    const second = applyAfter(setupOf({ a: {} }), { ...first, config: JSON5.parse(changed.text) });
    expect(valueAt(second.config, params)).toEqual({ temperature: 0.3 });
    expect(second.config).toMatchObject(own);
    expect(valueAt(second.config, ['models', 'providers', 'openrouter'])).not.toHaveProperty(
      'params',
    );
  });

  it('keeps an agent while a binding of the user names it', () => {
    const first = applyAfter(setupOf({ a: {}, b: {} }, { telegram: 'b' }));
    const own = { agentId: 'b', match: { channel: 'slack', accountId: '*' } };
    const config = { ...first.config, bindings: [own, ...(first.config.bindings as object[])] };
    const second = applyAfter(setupOf({ a: {} }), { ...first, config });
    expect(second.config.bindings).toEqual([own]);
    expect(valueAt(second.config, ['agents', 'entries', 'b', 'model'])).toBeDefined();
  });

  it('leaves nothing of one setup behind when another is applied', () => {
    fc.assert(
      fc.property(anySetup, anySetup, fc.boolean(), (before, setup, throughGateway) => {
        const first = applyAfter(before, undefined, { throughGateway });
        const second = applyAfter(setup, first, { throughGateway: false });
        const direct = applyAfter(setup, undefined, { throughGateway: false });
        const { applied } = second;
        expect(drift(setup, second.config, { ...options, applied })).toEqual([]);
        expect(withoutDefaultAgent(second.config)).toEqual(withoutDefaultAgent(direct.config));
      }),
      { numRuns: 100 },
    );
  });

  interface Applied {
    readonly config: Record<string, unknown>;
    readonly applied: HostPlan['applied'];
  }

  function applyAfter(
    setup: Setup,
    on: Applied = { config: {}, applied: [] },
    overrides: Overrides = {},
  ): Applied {
    const [entry] = setup.entries;
    if (entry === undefined) throw new Error('the setup of this test has no entry');
    const { throughGateway = null } = overrides;
    const { edits, applied } = planHost(setup, on.config, {
      ...options,
      entry,
      throughGateway,
      applied: on.applied,
    });
    const { text } = dialectOf('json5').edit(JSON.stringify(on.config), edits);
    return { config: JSON5.parse(text), applied };
  }

  // Settings of the default agent are permanent, and header names keep the spelling of the first run.
  function withoutDefaultAgent(config: Record<string, unknown>) {
    const entries = { ...recordAt(config, ['agents', 'entries']) };
    delete entries.main;
    return {
      entries,
      defaults: { ...recordAt(config, ['agents', 'defaults']), systemAgent: undefined },
      providers: lowerCase(recordAt(config, ['models', 'providers'])),
      bindings: Object.entries(bindings(config))
        .filter(([, agent]) => agent !== 'main')
        .sort(),
    };
  }

  function lowerCase(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value).toLowerCase());
  }
});

describe('drift', () => {
  it('is empty when the setup is applied with any entry as the default', () => {
    const setup = guide('4.1');
    const config = applied(setup, '', { entry: 'router-budget' });
    expect(drift(setup, config, options)).toEqual([]);
  });

  it('has the member that differs and both values', () => {
    const config = applied(guide('2.1'), '');
    const changed = setupOf({ openrouter: { defaultModel: 'openai/gpt-4o' } });
    expect(drift(changed, config, options)).toEqual([
      {
        path: ['agents', 'defaults', 'model'],
        value: { primary: 'openrouter/openai/gpt-4o' },
        current: { primary: 'openrouter/anthropic/claude-sonnet-4' },
      },
    ]);
  });

  it('is empty for a setup without entries', () => {
    expect(drift(setupOf({}), {}, options)).toEqual([]);
  });
});

describe('agents and models that the setup file does not cover', () => {
  const own = { model: 'openai/gpt-5' };
  const defaults = { systemAgent: { agentId: 'main' } };
  const chain = { primary: 'openrouter/x/a', fallbacks: ['openrouter/x/b'] };
  const setup = setupOf({ a: { fallbackModels: ['x/b'] } });
  const withWork = (work: object) => ({ agents: { entries: { main: own, work }, defaults } });

  it('are notes where another provider answers', () => {
    const entries = { main: own, work: own, plain: {} };
    const { notes, blocked } = plan(guide('2.1'), { agents: { entries, defaults } });
    expect([notes, blocked]).toEqual([['The agent "work" keeps its own model openai/gpt-5'], []]);
  });

  it.each([
    ['openrouter/x/other', 'answers with openrouter/x/other, which is no entry'],
    ['openrouter/x/a', 'answers with openrouter/x/a alone, without the fallbacks of a'],
    [
      { primary: 'openrouter/x/a', fallbacks: ['openrouter/x/c'] },
      'answers with openrouter/x/a, openrouter/x/c, which is no entry',
    ],
  ])('are a difference where OpenRouter answers: %j', (model, words) => {
    const { blocked } = plan(setup, withWork({ model }));
    expect(blocked).toEqual([expect.stringContaining(words)]);
    expect(blocked[0]).toContain('Remove agents.entries.work.model');
  });

  it('do not include an agent with all models of an entry, in any spelling', () => {
    const model = { ...chain, primary: 'openrouter/X/A' };
    expect(plan(setup, withWork({ model })).blocked).toEqual([]);
  });

  it('go past the gateway', () => {
    const config = withWork({ model: chain });
    const [problem] = plan(setup, config, { throughGateway: true }).blocked;
    expect(problem).toContain('openrouter/x/a, openrouter/x/b, past the gateway');
  });

  it.each([
    [{ entries: { a: own, b: own } }, 'a, b. Set agents.defaults.systemAgent.agentId'],
    [{ list: [{ id: 'a', ...own }, { id: 'b' }] }, 'a. Run openclaw doctor --fix'],
  ])('block the default entry where none is known as the default one: %j', (agents, words) => {
    expect(plan(guide('2.1'), { agents }).blocked).toEqual([expect.stringContaining(words)]);
  });

  it('may be in the older list of agents, as an entry has them', () => {
    const agents = { list: [{ id: 'main', model: chain }] };
    expect(plan(setup, { agents }).blocked).toEqual([]);
  });

  it.each([
    [{ modelPolicy: { allow: ['anthropic/*'] } }, 'agents.defaults.modelPolicy.allow'],
    [{ models: { 'anthropic/*': {} } }, 'agents.defaults.modelPolicy.allow'],
    [{ modelPolicy: { allow: ['openrouter/*'] } }, null],
    [{ modelPolicy: { allow: ['anthropic/*', 'openrouter/X/a'] } }, null],
    // Without patterns OpenClaw keeps to the configured model.
    [{ modelPolicy: { allow: ['openai/gpt-5'] } }, null],
    [{ modelPolicy: {}, models: { 'anthropic/*': {} } }, null],
  ])('are those that OpenClaw replaces by its policy: %j', (defaults, path) => {
    const { blocked } = plan(setup, { agents: { defaults } });
    const words = `another model than openrouter/x/a, which ${path} does not allow`;
    expect(blocked).toEqual(path === null ? [] : [expect.stringContaining(words)]);
  });

  it('go by the policy of the agent before that of all', () => {
    const policy = (allow: string) => ({ modelPolicy: { allow: [allow] } });
    const entries = { main: policy('anthropic/*'), work: {} };
    const config = { agents: { entries, defaults: { ...defaults, ...policy('openrouter/*') } } };
    expect(plan(setup, config).blocked).toEqual([
      expect.stringContaining('agents.entries.main.modelPolicy.allow'),
    ]);
  });

  it('have their parameters without becoming the only ones that people may choose', () => {
    const withParams = setupOf({ a: { parameters: { temperature: 0 } } });
    const defaultsOf = (text: string) => valueAt(applied(withParams, text), ['agents', 'defaults']);
    expect(defaultsOf('')).toMatchObject({ modelPolicy: {} });
    const policies = { modelPolicy: { allow: ['openrouter/*'] } };
    const kept = defaultsOf(JSON.stringify({ agents: { defaults: policies } }));
    expect(kept).toMatchObject(policies);
    const migrated = { meta: { migrations: { modelPolicyAllowlist: true } } };
    expect(defaultsOf(JSON.stringify(migrated))).not.toHaveProperty('modelPolicy');
  });

  it('are named in all places where OpenClaw uses one', () => {
    const models = {
      heartbeat: { model: 'openrouter/x/small' },
      imageModel: { primary: 'openrouter/x/eyes' },
      pdfModel: 'openai/gpt-5',
    };
    expect(plan(setup, { agents: { defaults: models } }).notes).toEqual([
      'agents.defaults.imageModel stays openrouter/x/eyes',
      'agents.defaults.heartbeat.model stays openrouter/x/small',
    ]);
  });
});

describe('importFromHost', () => {
  it('reads the models of agents, and prefers that of the default agent to the shared one', () => {
    const config = {
      agents: {
        defaults: { model: 'openrouter/x/shared', systemAgent: { agentId: 'main' } },
        entries: {
          main: { model: { primary: 'openrouter/x/main', fallbacks: ['openrouter/x/next'] } },
          work: { model: 'openrouter/x/work' },
          plain: {},
          foreign: { model: 'openai/gpt-5' },
        },
      },
      bindings: [{ agentId: 'plain', match: { channel: 'telegram', accountId: '*' } }],
    };
    expect(importFromHost(config)).toMatchObject({
      entries: [
        { name: 'openrouter', defaultModel: 'x/main', fallbackModels: ['x/next'] },
        { name: 'plain', defaultModel: 'x/shared', fallbackModels: [] },
        { name: 'work', defaultModel: 'x/work', fallbackModels: [] },
      ],
      channels: [{ channel: 'telegram', entry: 'plain' }],
    });
    const legacy = { agents: { list: [{ id: 'a', model: 'openrouter/x/a' }] } };
    expect(importFromHost(legacy)?.entries).toMatchObject([{ name: 'a', defaultModel: 'x/a' }]);
  });

  it('returns null where the host uses other providers, or our gateway', () => {
    expect(importFromHost(undefined)).toBeNull();
    expect(importFromHost({ agents: { defaults: { model: 'openai/gpt-5' } } })).toBeNull();
    expect(importFromHost(applied(guide('2.1'), '', { throughGateway: true }))).toBeNull();
  });

  it('returns the entries and channels that were applied', () => {
    const found = importFromHost(applied(guide('4.1'), ''));
    expect(found?.entries.map(({ name, defaultModel }) => [name, defaultModel])).toEqual([
      ['openrouter', 'anthropic/claude-sonnet-4'],
      ['router-standard', 'google/gemini-2.5-flash'],
      ['router-budget', 'meta-llama/llama-3.3-70b'],
    ]);
    expect(found?.channels).toEqual([
      { channel: 'whatsapp', entry: 'openrouter' },
      { channel: 'telegram', entry: 'router-standard' },
      { channel: 'discord', entry: 'router-budget' },
    ]);
  });

  it('returns the models, parameters and preferences of any default entry', () => {
    fc.assert(
      fc.property(anyEntry, (members) => {
        const setup = setupOf({ a: members });
        const [entry] = setup.entries;
        expect(importFromHost(applied(setup, ''))?.entries).toMatchObject([
          {
            defaultModel: entry?.defaultModel,
            parameters: entry?.parameters,
            providerPreferences: entry?.providerPreferences,
          },
        ]);
      }),
    );
  });
});

interface Overrides {
  readonly entry?: string;
  readonly throughGateway?: boolean | null;
  readonly hasKey?: boolean;
  readonly applied?: HostPlanOptions['applied'];
}

function plan(setup: Setup, config: unknown, overrides: Overrides = {}): HostPlan {
  const entry = setup.entries.find(({ name }) => name === overrides.entry) ?? setup.entries[0];
  if (entry === undefined) throw new Error('the setup of this test has no entry');
  const { throughGateway = null, hasKey = true, applied = [] } = overrides;
  return planHost(setup, config, { ...options, entry, throughGateway, hasKey, applied });
}

function edited(setup: Setup, text: string, overrides: Overrides = {}): string {
  const config: unknown = text === '' ? undefined : JSON5.parse(text);
  return dialectOf('json5').edit(text, plan(setup, config, overrides).edits).text;
}

function applied(setup: Setup, text: string, overrides: Overrides = {}): Record<string, unknown> {
  const after = edited(setup, text, overrides);
  return after === '' ? {} : JSON5.parse(after);
}

function bindings(config: Record<string, unknown>): Record<string, unknown> {
  const list = Array.isArray(config.bindings) ? config.bindings : [];
  return Object.fromEntries(list.map(({ agentId, match }) => [match.channel, agentId]));
}

function guide(step: string): Setup {
  const path = join(import.meta.dirname, '..', 'fixtures', 'guide', `guide-${step}.json5`);
  return parseSetup(readFileSync(path, 'utf8'), 'setup.json5');
}

function setupOf(
  entries: Readonly<Record<string, object>>,
  channels: Readonly<Record<string, string>> = {},
): Setup {
  const models = Object.fromEntries(
    Object.entries(entries).map(([name, members]) => [
      name,
      { provider: 'openrouter', defaultModel: `x/${name}`, ...members },
    ]),
  );
  const bound = Object.fromEntries(
    Object.entries(channels).map(([name, model]) => [name, { model }]),
  );
  return parseSetup(JSON.stringify({ models, channels: bound }), 'setup.json5');
}

const someModel = fc.constantFrom('x/one', 'x/two', 'openrouter/auto', 'y/three:free');
const anyEntry = fc.record(
  {
    defaultModel: someModel,
    fallbackModels: fc.array(someModel, { maxLength: 3 }),
    parameters: fc.dictionary(
      fc.constantFrom('temperature', 'max_tokens', 'top_p', 'seed'),
      fc.integer({ min: 0, max: 9 }),
    ),
    providerPreferences: fc.record({
      exclude: fc.subarray(['azure', 'deepinfra']),
      prefer: fc.subarray(['anthropic', 'google']),
    }),
    headers: fc.dictionary(fc.constantFrom('X-Title', 'x-title', 'HTTP-Referer'), fc.constant('v')),
  },
  { requiredKeys: ['defaultModel'] },
);
const names = ['a', 'main', 'router b', 'work'];
const anySetup = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
    fc.array(anyEntry, { minLength: 4, maxLength: 4 }),
    fc.dictionary(fc.constantFrom('telegram', 'discord', 'whatsapp'), fc.constantFrom(...names)),
  )
  .map(([chosen, members, channels]) =>
    setupOf(Object.fromEntries(chosen.map((name, i) => [name, members[i] ?? {}])), channels),
  );
const anyModel = fc.option(fc.constantFrom('openai/x', { primary: 'openrouter/x/one' }));
const anyConfig = fc.record(
  {
    agents: fc.record(
      {
        defaults: fc.record(
          { model: fc.constant('openai/x'), workspace: fc.constant('~/w') },
          { requiredKeys: [] },
        ),
        entries: fc.dictionary(
          fc.constantFrom('main', 'work', 'a'),
          anyModel.map((model) => (model === null ? {} : { model })),
        ),
      },
      { requiredKeys: [] },
    ),
    bindings: fc.array(
      fc.record({
        agentId: fc.constantFrom('main', 'work', 'a'),
        match: fc.record(
          {
            channel: fc.constantFrom('telegram', 'discord'),
            accountId: fc.constantFrom('*', 'one'),
          },
          { requiredKeys: ['channel'] },
        ),
      }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);
