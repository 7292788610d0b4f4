import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../src/config/dialects.ts';
import { importFromHost } from '../../src/host/import.ts';
import { drift, type HostPlan, planHost } from '../../src/host/plan.ts';
import { recordIn } from '../../src/host/setting.ts';
import { valueAt } from '../../src/platform/record.ts';
import { parseSetup, type Setup } from '../../src/setup-file/setup-file.ts';

const steps = ['2.1', '3.1', '4.1', '4.2', '5.1', '6.1', '6.2', '7.1', '7.2'];
const gatewayToken = 'the-token-of-the-gateway';
const options = { stateFolder: '~/.openclaw', keyIsThere: true, gatewayToken, applied: [] };

describe('planHost', () => {
  it.each(steps)('of the example %s is in force once it is written, and twice is once', (step) => {
    const setup = guide(step);
    const config = applied(setup, '');
    expect(plan(setup, config).differences).toEqual([]);
    expect(drift(setup, config, options)).toEqual([]);
  });

  it('carries primary and fallbacks in the spelling of the host', () => {
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

  it('leaves openrouter/auto as it is and puts temperature at the model', () => {
    expect(applied(guide('4.2'), '')).toEqual({
      agents: {
        defaults: {
          model: { primary: 'openrouter/auto' },
          models: { 'openrouter/auto': { params: { temperature: 0.7 } } },
        },
      },
    });
  });

  it('names maxTokens as the host does, and sends what it does not know as it is', () => {
    const setup = setupOf({ a: { parameters: { max_tokens: 300, top_p: 0.9 } } });
    expect(applied(setup, '')).toMatchObject({
      agents: {
        defaults: {
          models: { 'openrouter/x/a': { params: { maxTokens: 300, extraBody: { top_p: 0.9 } } } },
        },
      },
    });
  });

  it('carries providers, and the headers that the host does not set itself', () => {
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

  it('binds whole channels to agents of their own, in the workspace of the one that was there', () => {
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

  it('moves a channel that a setup file bound before, and leaves one that a person bound', () => {
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
    expect(plan(setup, config).notes).toContain(
      'In OpenClaw telegram is bound to the agent "work", and stays so',
    );
  });

  it('leaves alone an agent that only has the name of an entry', () => {
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

  it('gives two entries of like names two agents', () => {
    const setup = setupOf({ 'My Box': {}, b: {}, 'my-box': {} }, { x: 'My Box', y: 'my-box' });
    const config = applied(setup, '', { entry: 'b' });
    expect(bindings(config)).toEqual({ x: 'my-box', y: 'openrouter-my-box' });
    expect(plan(setup, config, { entry: 'b' }).differences).toEqual([]);
  });

  it('changes the model of the one agent that has its own, as it would win', () => {
    const config = applied(setupOf({ a: {} }), '{agents: {entries: {main: {model: "openai/x"}}}}');
    expect(config).toMatchObject({
      agents: { entries: { main: { model: { primary: 'openrouter/x/a' } } } },
    });
  });

  it('sets providers for a channel key by key against those of the default entry', () => {
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

  it('names the variable of the key only when it is another than the usual and is set', () => {
    const setup = setupOf({ a: { apiKey: `\${MY_KEY}` } });
    const named = { models: { providers: { openrouter: { apiKey: `\${MY_KEY}` } } } };
    expect(applied(setup, '')).toMatchObject(named);
    expect(applied(setup, '', { keyIsThere: false })).not.toHaveProperty('models');
    expect(applied(setupOf({ a: {} }), '')).not.toHaveProperty('models');
  });

  describe('through the gateway', () => {
    const provider = {
      baseUrl: 'http://127.0.0.1:8788/v1',
      api: 'openai-completions',
      auth: 'api-key',
      apiKey: gatewayToken,
    };
    const setup = setupOf({ a: {}, b: {}, 'without a model': { defaultModel: '' } });
    const through = (text: string, wish: Wish = {}) =>
      applied(setup, text, { throughGateway: true, ...wish });

    it('a provider of its own has the entries for models, and our token for a key', () => {
      const config = through('');
      const models = ['a', 'b'].map((name) => ({ id: name, name }));
      expect(config).toEqual({
        agents: { defaults: { model: { primary: 'openrouter-gateway/a' } } },
        models: { providers: { 'openrouter-gateway': { ...provider, models } } },
      });
      expect(plan(setup, config)).toMatchObject({
        throughGateway: true,
        differences: [],
        left: [],
      });
      expect(drift(setup, config, options)).toEqual([]);
    });

    it('and back again, nothing of it is left', () => {
      const back = applied(setup, JSON.stringify(through('')), { throughGateway: false });
      expect(back).toEqual({ agents: { defaults: { model: { primary: 'openrouter/x/a' } } } });
    });

    it.each(['https://proxy.example/v1', 'http://127.0.0.1:4000/v1'])(
      'what a person set for openrouter stays, on the way there and back: %s',
      (baseUrl) => {
        const own = { baseUrl, apiKey: `\${MY_KEY}`, models: [{ id: 'x/a', name: 'mine' }] };
        const before = { models: { providers: { openrouter: own } } };
        // A key that is not in the setup file is a person's own.
        const wish = { keyIsThere: false };
        const config = through(JSON.stringify(before), wish);
        expect(config).toMatchObject(before);
        const back = applied(setup, JSON.stringify(config), { ...wish, throughGateway: false });
        expect(back.models).toEqual(before.models);
      },
    );

    it('a new token is a difference until it is written', () => {
      const config = through('');
      const differences = drift(setup, config, { ...options, gatewayToken: 'another-token' });
      expect(differences.map(({ path }) => path.join('.'))).toEqual([
        'models.providers.openrouter-gateway.apiKey',
      ]);
    });

    it('the address of a gateway with --port, and what a person added to the models, stay', () => {
      const models = [
        { id: 'b', name: 'B', contextWindow: 1000 },
        { id: 'openai/gpt-4o', name: 'directly' },
        { id: 'gone', name: 'gone' },
      ];
      const own = { baseUrl: 'http://localhost:9000/v1', models };
      const text = JSON.stringify({ models: { providers: { 'openrouter-gateway': own } } });
      const wish = { throughGateway: null };
      expect(valueAt(through(text, wish), ['models', 'providers', 'openrouter-gateway'])).toEqual({
        ...provider,
        baseUrl: 'http://localhost:9000/v1',
        models: [{ id: 'a', name: 'a' }, ...models.slice(0, 2)],
      });
    });

    it('an address that is not on this machine gets no token of ours', () => {
      const own = { baseUrl: 'https://evil.example/v1' };
      const text = JSON.stringify({ models: { providers: { 'openrouter-gateway': own } } });
      expect(through(text)).toMatchObject({
        models: { providers: { 'openrouter-gateway': { baseUrl: provider.baseUrl } } },
      });
    });

    it('the address that earlier versions gave to openrouter, and with it the key, is moved', () => {
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

  it('takes the words of the config where they mean the same', () => {
    const config = '{agents: {defaults: {model: "openrouter/anthropic/claude-sonnet-4"}}}';
    expect(plan(guide('2.1'), JSON5.parse(config)).edits).toEqual([]);
  });

  it('says what the host has no place for', () => {
    const leftOf = (step: string) => plan(guide(step), undefined).left.map(({ what }) => what);
    expect(leftOf('6.1')).toEqual(['budget']);
    expect(leftOf('6.2')).toEqual(['complexModel']);
    expect(leftOf('5.1')).toEqual(['retryOnFailure']);
    expect(leftOf('7.1')).toEqual(['headers']);
    expect(leftOf('2.1')).toEqual([]);
  });

  it('keeps every comment and every member that is not its own', () => {
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

  it('is in force after one writing, whatever the setup and the config', () => {
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

describe('what an earlier run wrote', () => {
  const entry = {
    parameters: { temperature: 0.7, top_p: 0.9 },
    headers: { 'X-Title': 'mine' },
    providerPreferences: { exclude: ['azure'] },
  };

  it('goes when the setup file no longer says it, and is drift until then', () => {
    const first = carried(setupOf({ a: entry, b: {} }, { telegram: 'b', discord: 'b' }));
    const bare = setupOf({ a: {}, b: {} }, { discord: 'b' });
    expect(drift(bare, first.config, { ...options, applied: first.applied })).not.toEqual([]);
    const second = carried(bare, first);
    expect(second.config).toEqual(carried(bare).config);
    expect(drift(bare, second.config, { ...options, applied: second.applied })).toEqual([]);
  });

  it('takes the agent of an entry along that is gone, and the agent of one that is now the default', () => {
    const first = carried(setupOf({ a: {}, b: {}, c: {} }, { telegram: 'b', discord: 'c' }));
    const agentsOf = ({ config }: Carried) => Object.keys(recordIn(config, ['agents', 'entries']));
    const gone = carried(setupOf({ a: {}, c: {} }, { discord: 'c' }), first);
    expect(agentsOf(gone)).toEqual(['main', 'c']);
    const moved = carried(setupOf({ c: {} }, { discord: 'c' }), first);
    expect(agentsOf(moved)).toEqual(['main']);
    expect(bindings(moved.config)).toEqual({ discord: 'main' });
  });

  it('stays when a person changed it since, or wrote it in the first place', () => {
    const own = { models: { providers: { openrouter: { headers: { 'X-Title': 'mine' } } } } };
    const first = carried(setupOf({ a: entry }), { config: own, applied: [] });
    const params = ['agents', 'defaults', 'models', 'openrouter/x/a', 'params'];
    const changed = dialectOf('json5').edit(JSON.stringify(first.config), [
      { op: 'set', path: [...params, 'temperature'], value: 0.3 },
    ]);
    const second = carried(setupOf({ a: {} }), { ...first, config: JSON5.parse(changed.text) });
    expect(valueAt(second.config, params)).toEqual({ temperature: 0.3 });
    expect(second.config).toMatchObject(own);
    expect(valueAt(second.config, ['models', 'providers', 'openrouter'])).not.toHaveProperty(
      'params',
    );
  });

  it('of an agent stays while a binding of a person names it', () => {
    const first = carried(setupOf({ a: {}, b: {} }, { telegram: 'b' }));
    const own = { agentId: 'b', match: { channel: 'slack', accountId: '*' } };
    const config = { ...first.config, bindings: [own, ...(first.config.bindings as object[])] };
    const second = carried(setupOf({ a: {} }), { ...first, config });
    expect(second.config.bindings).toEqual([own]);
    expect(valueAt(second.config, ['agents', 'entries', 'b', 'model'])).toBeDefined();
  });

  it('leaves nothing behind, whatever setup comes after whatever setup', () => {
    fc.assert(
      fc.property(anySetup, anySetup, fc.boolean(), (before, setup, throughGateway) => {
        const first = carried(before, undefined, { throughGateway });
        const second = carried(setup, first, { throughGateway: false });
        const direct = carried(setup, undefined, { throughGateway: false });
        const { applied } = second;
        expect(drift(setup, second.config, { ...options, applied })).toEqual([]);
        expect(withoutRoster(second.config)).toEqual(withoutRoster(direct.config));
      }),
      { numRuns: 100 },
    );
  });

  interface Carried {
    readonly config: Record<string, unknown>;
    readonly applied: HostPlan['applied'];
  }

  function carried(
    setup: Setup,
    on: Carried = { config: {}, applied: [] },
    wish: Wish = {},
  ): Carried {
    const [entry] = setup.entries;
    if (entry === undefined) throw new Error('the setup of this test has no entry');
    const { throughGateway = null } = wish;
    const { edits, applied } = planHost(setup, on.config, {
      ...options,
      entry,
      throughGateway,
      applied: on.applied,
    });
    const { text } = dialectOf('json5').edit(JSON.stringify(on.config), edits);
    return { config: JSON5.parse(text), applied };
  }

  // Which agents there are is explicit from the first one that was added; names of headers keep their letters.
  function withoutRoster(config: Record<string, unknown>) {
    const entries = { ...recordIn(config, ['agents', 'entries']) };
    delete entries.main;
    return {
      entries,
      defaults: { ...recordIn(config, ['agents', 'defaults']), systemAgent: undefined },
      providers: lowerCase(recordIn(config, ['models', 'providers'])),
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
  it('is nothing when any entry was carried as the default', () => {
    const setup = guide('4.1');
    const config = applied(setup, '', { entry: 'router-budget' });
    expect(drift(setup, config, options)).toEqual([]);
  });

  it('names the member that differs and both values', () => {
    const config = applied(guide('2.1'), '');
    const changed = setupOf({ openrouter: { defaultModel: 'openai/gpt-4o' } });
    expect(drift(changed, config, options)).toEqual([
      {
        path: ['agents', 'defaults', 'model'],
        value: { primary: 'openrouter/openai/gpt-4o' },
        is: { primary: 'openrouter/anthropic/claude-sonnet-4' },
      },
    ]);
  });

  it('of a setup without entries is nothing', () => {
    expect(drift(setupOf({}), {}, options)).toEqual([]);
  });
});

describe('importFromHost', () => {
  it('finds nothing where the host uses other providers, or our gateway', () => {
    expect(importFromHost(undefined)).toBeNull();
    expect(importFromHost({ agents: { defaults: { model: 'openai/gpt-5' } } })).toBeNull();
    expect(importFromHost(applied(guide('2.1'), '', { throughGateway: true }))).toBeNull();
  });

  it('gives back the entries and channels that were carried', () => {
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

  it('gives back models, parameters and providers of any default entry', () => {
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

interface Wish {
  readonly entry?: string;
  /** Null: as the config has it. */
  readonly throughGateway?: boolean | null;
  readonly keyIsThere?: boolean;
}

function plan(setup: Setup, config: unknown, wish: Wish = {}): HostPlan {
  const entry = setup.entries.find(({ name }) => name === wish.entry) ?? setup.entries[0];
  if (entry === undefined) throw new Error('the setup of this test has no entry');
  const { throughGateway = null, keyIsThere = true } = wish;
  return planHost(setup, config, { ...options, entry, throughGateway, keyIsThere });
}

function edited(setup: Setup, text: string, wish: Wish = {}): string {
  const config: unknown = text === '' ? undefined : JSON5.parse(text);
  return dialectOf('json5').edit(text, plan(setup, config, wish).edits).text;
}

function applied(setup: Setup, text: string, wish: Wish = {}): Record<string, unknown> {
  const after = edited(setup, text, wish);
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
