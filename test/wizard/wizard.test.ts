import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancelError } from '../../src/platform/errors.ts';
import { parseFaults } from '../../src/sandbox/faults.ts';
import type { AnswerFlags } from '../../src/setup/flags.ts';
import { testKey } from '../helpers/world.ts';
import { init, type Script, wizard } from './init-world.ts';

const reference = `\${OPENROUTER_API_KEY}`;
const basic = { provider: 'openrouter', apiKey: reference, defaultModel: 'openai/gpt-4o' };
const setup = `{\n  // mine\n  models: {\n    a: ${JSON.stringify(basic)},\n  },\n}\n`;

const useTheKey: Script = [['Which key?', 'The one that is there']];
const goOn: Script = [['Anything more?', []]];
const write: Script = [['Is this right?', 'Yes']];

describe('a new setup', () => {
  it('is asked for in a few questions, proven, and written', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useTheKey,
        ['What for?', ['One good model']],
        ['Model of openrouter', 'anthropic/claude-sonnet-4.5'],
        ...goOn,
        ...write,
      ],
    });
    const result = await init(world);
    expect(result).toMatchObject({ ok: true, verified: true, entries: ['openrouter'] });
    expect(world.written()).toEqual({
      models: {
        openrouter: {
          provider: 'openrouter',
          apiKey: reference,
          defaultModel: 'anthropic/claude-sonnet-4.5',
        },
      },
    });
    world.finish();
  });

  it('says first what is there, and what OpenRouter says of the key', async () => {
    const world = await wizard({
      key: true,
      host: '2026.9.6',
      script: [['Which key?', new CancelError()]],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toMatch(
      /Setup +~\/\.config\/openclaw\/openclaw\.json5 is not there yet/,
    );
    expect(world.printed.err).toMatch(/Key +sk-or-v1-\w{4}… from OPENROUTER_API_KEY/);
    expect(world.printed.err).toMatch(/OpenClaw +2026\.9\.6, shell bash/);
    expect(world.printed.err).toContain('$17.00 of $20.00 left, resets');
    expect(world.printed.err).not.toContain(world.sandbox.key);
  });

  const hostConfig = '{ agents: { defaults: { model: "openrouter/openai/gpt-4o" } } }';

  it('is what OpenClaw has already, where a person wants that', async () => {
    const world = await wizard({
      key: true,
      host: '2026.9.6',
      hostConfig,
      script: [
        ...useTheKey,
        ['OpenClaw uses OpenRouter already', 'Take it over'],
        ...goOn,
        ...write,
        ['Restart OpenClaw', false],
      ],
    });
    const result = await init(world);
    expect(world.printed.err).toMatch(
      /OpenClaw +2026\.9\.6, shell bash; its own config has openrouter\s+\(openai\/gpt-4o\)/,
    );
    expect(result.entries).toEqual(['openrouter']);
    expect(world.written()).toEqual({ models: { openrouter: basic } });
    world.finish();
  });

  it('is asked for as ever, where a person wants something else than what OpenClaw has', async () => {
    const world = await wizard({
      key: true,
      hostConfig,
      script: [
        ...useTheKey,
        ['OpenClaw uses OpenRouter already', 'Set up something else'],
        ['What for?', ['Automatic routing']],
        ...goOn,
        ...write,
      ],
    });
    expect((await init(world)).entries).toEqual(['router-auto']);
    world.finish();
  });

  it('takes a pasted key once OpenRouter takes it, and stores it', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      env: { OPENROUTER_BASE_URL: sandbox.url },
      script: [
        ['Which key?', 'Paste'],
        ['The key', `"${sandbox.key}"`],
        ['The key', testKey],
        ['The key', sandbox.key],
        ['What for?', ['Automatic routing']],
        ...goOn,
        ...write,
      ],
    });
    const result = await init(world);
    expect(result).toMatchObject({ verified: true, key: { source: 'what you pasted' } });
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
    expect(world.printed.err + world.printed.out).not.toContain(sandbox.key);
    world.finish();
  });

  it('asks before it stores the key in a file under version control, and takes another one', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      env: { OPENROUTER_BASE_URL: sandbox.url },
      script: [
        ['Which key?', 'Paste'],
        ['The key', sandbox.key],
        ['~/.bashrc may be tracked by Mercurial in ~', false],
        ['Where is the key to be stored?', 'zsh'],
        ['~/.zshrc may be tracked by Mercurial in ~', false],
        ['Where is the key to be stored?', 'bash'],
        ['Write the key there all the same?', true],
        ['What for?', ['Automatic routing']],
        ...goOn,
        ...write,
      ],
    });
    mkdirSync(join(world.home, '.hg'));
    await init(world);
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
    expect(world.files()).not.toContain('.zshrc');
    world.finish();
  });

  it('names the variable where a key of a flag is to be stored nowhere', async () => {
    const world = await wizard({
      key: true,
      script: [
        ['~/.bashrc may be tracked by Mercurial in ~', false],
        ['Where is the key to be stored?', 'Nowhere'],
        ['What for?', ['Automatic routing']],
        ...goOn,
        ...write,
      ],
    });
    mkdirSync(join(world.home, '.hg'));
    const env = { ...world.deps.env, WORK_KEY: world.sandbox.key };
    await init({ ...world, deps: { ...world.deps, env } }, { keyEnv: 'WORK_KEY' });
    expect(world.text()).toContain(`"\${WORK_KEY}"`);
    expect(world.files()).not.toContain('.bashrc');
    world.finish();
  });

  it('asks for the rc file where the shell is not known', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      env: { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/tcsh' },
      script: [
        ['Which key?', 'Paste'],
        ['The key', sandbox.key],
        ['Where is the key to be stored?', 'fish'],
        ['What for?', ['Automatic routing']],
        ...goOn,
        ...write,
      ],
    });
    await init(world);
    expect(world.files()).toContain('.config/fish/conf.d/openrouter.fish');
    world.finish();
  });

  it('makes only the entries that the channels use', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useTheKey,
        ['What for?', ['A model for each channel']],
        ['Which channels?', ['telegram', 'slack', 'another one']],
        ['Name of the other channel', 'matrix'],
        ['Who answers on telegram?', 'router-premium'],
        ['Who answers on slack?', 'router-budget'],
        ['Who answers on matrix?', 'router-budget'],
        ['Model of router-premium', 'anthropic/claude-sonnet-4'],
        ['Model of router-budget', 'openai/gpt-4o-mini'],
        ...goOn,
        ...write,
      ],
    });
    const { entries } = await init(world);
    expect(entries).toEqual(['router-premium', 'router-budget']);
    expect(world.written()).toMatchObject({
      channels: {
        telegram: { model: 'router-premium' },
        slack: { model: 'router-budget' },
        matrix: { model: 'router-budget' },
      },
    });
    world.finish();
  });

  it('reaches every step of the guide: fallbacks, triggers, budget, headers, providers, parameters', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useTheKey,
        ['What for?', ['Never go down']],
        ['Model of router-resilient', 'openai/gpt-4o'],
        ['These fallbacks', false],
        ['Fallback 1', 'anthropic/claude-sonnet-4'],
        ['Fallback 2', 'google/gemini-2.5-pro'],
        ['Fallback 3', 'No more'],
        ['Anything more?', ['complex', 'budget', 'headers', 'providers', 'parameters']],
        ['for complex questions', 'anthropic/claude-opus-4.1'],
        ['A message is complex', 'code, 分析，翻译'],
        ['Daily limit', '-1'],
        ['Daily limit', '$1.50'],
        ['Monthly limit', '1'],
        ['Monthly limit', '20'],
        ['Alert', '80'],
        ['Alert', '0.9'],
        ['HTTP-Referer', 'https://example.com'],
        ['X-Title', 'Assistant'],
        ['Another header', 'X Bad=1'],
        ['Another header', 'X-More=a=b'],
        ['Another header', ''],
        ['never to use', 'azure'],
        ['to try first', 'azure'],
        ['to try first', 'openai'],
        ['A parameter', 'temperature=hot'],
        ['A parameter', 'temperature=0.2'],
        ['A parameter', ''],
        ...write,
      ],
    });
    await init(world, { verify: false });
    expect(world.written()).toEqual({
      models: {
        'router-resilient': {
          provider: 'openrouter',
          apiKey: reference,
          defaultModel: 'openai/gpt-4o',
          parameters: { temperature: 0.2 },
          fallbackModels: ['anthropic/claude-sonnet-4', 'google/gemini-2.5-pro'],
          retryOnFailure: true,
          maxRetries: 2,
          budget: { dailyLimit: 1.5, monthlyLimit: 20, alertThreshold: 0.9 },
          complexModel: 'anthropic/claude-opus-4.1',
          complexTriggers: ['code', '分析', '翻译'],
          headers: {
            'HTTP-Referer': 'https://example.com',
            'X-Title': 'Assistant',
            'X-More': 'a=b',
          },
          providerPreferences: { exclude: ['azure'], prefer: ['openai'] },
        },
      },
    });
    world.finish();
  });

  it('is not asked what the flags say', async () => {
    const world = await wizard({ key: true, script: [...useTheKey, ...goOn, ...write] });
    await init(world, {
      answers: {
        preset: ['budget'],
        model: 'openai/gpt-4o-mini',
        dailyLimit: '1',
        monthlyLimit: '9',
      },
    });
    expect(world.written()).toMatchObject({
      models: { openrouter: { defaultModel: 'openai/gpt-4o-mini', budget: { dailyLimit: 1 } } },
    });
    world.finish();
  });

  it('is asked for the half of an answer that the flags leave out, and may change what they say', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useTheKey,
        ['A message is complex', 'code'],
        ...goOn,
        ['Is this right?', 'Change'],
        ['Which answer?', 'complex questions'],
        ['Complex questions of openrouter: openai/gpt-4.1 for code', 'Change it'],
        ['for complex questions', 'openai/gpt-4o'],
        ['A message is complex', 'code'],
        ...write,
      ],
    });
    await init(world, { answers: { model: 'openai/gpt-4o', complexModel: 'openai/gpt-4.1' } });
    expect(world.written()).toEqual({
      models: {
        openrouter: { ...basic, complexModel: 'openai/gpt-4o', complexTriggers: ['code'] },
      },
    });
    world.finish();
  });

  it('hears of a slip in a flag before it is asked for what the flags leave open', async () => {
    const world = await wizard({ key: true, script: [...useTheKey] });
    await expect(init(world, { answers: { fallback: ['openai/gpt-4oo'] } })).rejects.toMatchObject({
      message: 'There is no model "openai/gpt-4oo"',
    });
    world.finish();
  });

  it('judges the flags before the first question', async () => {
    const world = await wizard({ script: [] });
    await expect(init(world, { answers: { alert: '80' } })).rejects.toMatchObject({
      hint: 'Did you mean 0.8?',
    });
  });

  it('goes by another name where another provider has the name', async () => {
    const world = await wizard({
      key: true,
      setup: '{ models: { openrouter: { provider: "ollama" } } }\n',
      script: [
        ...useTheKey,
        ['What for?', ['One good model']],
        ['is an entry of another provider', 'openrouter'],
        ['is an entry of another provider', 'mine'],
        ['Model of mine', 'openai/gpt-4o'],
        ...goOn,
        ...write,
      ],
    });
    await init(world);
    expect(world.written()).toEqual({
      models: { openrouter: { provider: 'ollama' }, mine: basic },
    });
    world.finish();
  });
});

describe('the preview', () => {
  it('shows the diff of every file with the key masked, and the cost of a day', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      env: { OPENROUTER_BASE_URL: sandbox.url },
      script: [
        ['Which key?', 'Paste'],
        ['The key', sandbox.key],
        ['What for?', ['the strong model only when needed']],
        ['Model of router-smart', 'google/gemini-2.5-flash'],
        ['for complex questions', 'anthropic/claude-sonnet-4'],
        ['A message is complex', 'code'],
        ...goOn,
        ['Is this right?', 'Stop'],
      ],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toContain('+    "router-smart": {');
    expect(world.printed.err).toContain('+export OPENROUTER_API_KEY="sk-or-v1-');
    expect(world.printed.err).toMatch(/router-smart {2}\$0\.0525, \$0\.375 if its dearest model/);
    expect(world.printed.err).not.toContain(sandbox.key);
    expect(world.files()).toEqual([]);
    world.finish();
  });

  it('goes back for one answer and keeps the others', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useTheKey,
        ['What for?', ['a budget']],
        ['Model of openrouter', 'openai/gpt-4o-mini'],
        ['Daily limit', '1'],
        ['Monthly limit', '10'],
        ['Alert', '0.5'],
        ...goOn,
        ['Is this right?', 'Change'],
        ['Which answer?', 'openrouter: model'],
        ['Model of openrouter', 'openai/gpt-4o'],
        ['Is this right?', 'Change'],
        ['Which answer?', 'channels'],
        ['Which channels?', ['discord']],
        ['Who answers on discord?', 'openrouter'],
        ...write,
      ],
    });
    await init(world);
    expect(world.written()).toEqual({
      models: {
        openrouter: { ...basic, budget: { dailyLimit: 1, monthlyLimit: 10, alertThreshold: 0.5 } },
      },
      channels: { discord: { model: 'openrouter' } },
    });
    world.finish();
  });
});

describe('a proof that fails', () => {
  const upToProof: Script = [
    ...useTheKey,
    ['What for?', ['One good model']],
    ['Model of openrouter', 'openai/gpt-4o'],
    ...goOn,
    ...write,
  ];

  it('says outcome and mend, and writes nothing when stopped', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('openai/gpt-4o:402') },
      script: [...upToProof, ['It does not answer', 'Stop']],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toMatch(/fail {2}openrouter {2}openai\/gpt-4o {2}402 /);
    expect(world.printed.err).toMatch(/→ \S/);
    expect(world.files()).toEqual([]);
    world.finish();
  });

  it('can be met with another model', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('openai/gpt-4o:404') },
      script: [
        ...upToProof,
        ['It does not answer', 'Change'],
        ['Which answer?', 'openrouter: model'],
        ['Model of openrouter', 'openai/gpt-4o-mini'],
        ...write,
      ],
    });
    expect(await init(world)).toMatchObject({ ok: true, verified: true });
    world.finish();
  });

  it('can be tried again', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('openai/gpt-4o:402*1') },
      script: [...upToProof, ['It does not answer', 'Try again']],
    });
    expect(await init(world)).toMatchObject({ ok: true, verified: true });
    world.finish();
  });

  it('can be overruled, and the result says that nothing is proven', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('*:500') },
      script: [...upToProof, ['It does not answer', 'all the same']],
    });
    expect(await init(world)).toMatchObject({ ok: true, changed: true, verified: false });
    expect(world.written()).toEqual({ models: { openrouter: basic } });
    world.finish();
  });
});

describe('a finished setup', () => {
  it('is changed where a person wants it, and nowhere else', async () => {
    const world = await wizard({
      key: true,
      setup,
      script: [
        ['This is set up', 'Change a'],
        ['What of a is to change?', ['fallbacks']],
        ['Fallback 1', 'anthropic/claude-sonnet-4'],
        ['Fallback 2', 'No more'],
        ...write,
      ],
    });
    await init(world);
    expect(world.text()).toContain('// mine');
    expect(world.written()).toEqual({
      models: {
        a: {
          ...basic,
          fallbackModels: ['anthropic/claude-sonnet-4'],
          retryOnFailure: true,
          maxRetries: 2,
        },
      },
    });
    world.finish();
  });

  it('loses what a person takes away, gets anew what is asked again, and no empty headers', async () => {
    const world = await wizard({
      key: true,
      setup: `{
  models: {
    a: { // mine
      provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o",
      budget: { dailyLimit: 1, onLimit: "free" },
      complexModel: "openai/gpt-4o", complexTriggers: ["code"],
      parameters: { temperature: 0.7 },
    },
  },
}
`,
      script: [
        ['This is set up', 'Change a'],
        ['What of a is to change?', ['complex', 'budget', 'headers', 'parameters']],
        ['Complex questions of a: openai/gpt-4o for code', 'Take it away'],
        ['Budget of a: $1 a day', 'Take it away'],
        ['HTTP-Referer', ''],
        ['X-Title', ''],
        ['Another header', ''],
        ['Parameters of a: temperature=0.7', 'Change it'],
        ['A parameter', 'top_p=0.5'],
        ['A parameter', ''],
        ['Is this right?', 'Change'],
        ['Which answer?', 'a: budget  none'],
        ['Daily limit', '2'],
        ['Monthly limit', '30'],
        ['Alert', '0.8'],
        ...write,
      ],
    });
    await init(world);
    expect(world.text()).toContain('// mine');
    expect(world.written()).toEqual({
      models: {
        a: {
          ...basic,
          budget: { dailyLimit: 2, monthlyLimit: 30, alertThreshold: 0.8 },
          parameters: { temperature: 0.7, top_p: 0.5 },
        },
      },
    });
    world.finish();
  });

  it.each<[AnswerFlags, Script, object]>([
    [{ without: ['budget'] }, goOn, { models: { a: basic } }],
    [
      { channel: ['slack=a'] },
      [],
      {
        models: { a: { ...basic, budget: { dailyLimit: 1 } } },
        channels: { slack: { model: 'a' } },
      },
    ],
  ])('is not asked what for when flags say what: %j', async (answers, script, expected) => {
    const world = await wizard({
      key: true,
      setup: JSON.stringify({ models: { a: { ...basic, budget: { dailyLimit: 1 } } } }),
      script: [...script, ...write],
    });
    await init(world, { answers });
    expect(world.written()).toEqual(expected);
    world.finish();
  });

  it('has the channels changed that are picked, and no other', async () => {
    const channels = 'channels: { telegram: { model: "b" }, discord: { model: "local" } }';
    const world = await wizard({
      key: true,
      setup: `{
  models: {
    a: { provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o" },
    b: { provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o" },
    local: { provider: "ollama" },
  },
  ${channels},
}
`,
      script: [
        ['This is set up', 'Change which channel'],
        ['Which channels are to change?', ['telegram  b', 'slack']],
        ['Who answers on telegram?', 'a'],
        ['Who answers on slack?', 'b'],
        ...write,
      ],
    });
    await init(world);
    expect(world.written()).toMatchObject({
      channels: { telegram: { model: 'a' }, discord: { model: 'local' }, slack: { model: 'b' } },
    });
    world.finish();
  });

  it('gets what OpenClaw has and it lacks', async () => {
    const world = await wizard({
      key: true,
      setup,
      hostConfig: '{ agents: { defaults: { model: "openrouter/google/gemini-2.5-pro" } } }',
      script: [['This is set up', 'Take over what OpenClaw has'], ...goOn, ...write],
    });
    await init(world);
    expect(world.written()).toEqual({
      models: { a: basic, openrouter: { ...basic, defaultModel: 'google/gemini-2.5-pro' } },
    });
    world.finish();
  });

  it('can be left as it is', async () => {
    const world = await wizard({ key: true, setup, script: [['This is set up', 'Leave']] });
    expect(await init(world)).toMatchObject({ ok: true, changed: false, files: [] });
    expect(world.text()).toBe(setup);
    world.finish();
  });

  it('gets another key', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      setup,
      env: { OPENROUTER_BASE_URL: sandbox.url, OPENROUTER_API_KEY: sandbox.managementKey },
      script: [
        ['This is set up', 'another key'],
        ['Where is the new key from?', 'Paste'],
        ['The key', sandbox.key],
        ...write,
      ],
    });
    expect(await init(world)).toMatchObject({ changed: true, entries: [] });
    expect(world.text()).toBe(setup);
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
    world.finish();
  });

  it('uses another key also where the old one stands in the setup file', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      setup: `{ models: { a: { provider: "openrouter", apiKey: "${sandbox.managementKey}", defaultModel: "openai/gpt-4o" } } }\n`,
      env: { OPENROUTER_BASE_URL: sandbox.url },
      script: [
        ['This is set up', 'another key'],
        ['Where is the new key from?', 'Paste'],
        ['The key', sandbox.key],
        ...write,
      ],
    });
    expect(await init(world)).toMatchObject({ changed: true, entries: ['a'], verified: true });
    expect(world.written()).toEqual({ models: { a: basic } });
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
    world.finish();
  });

  it('asks for a key when OpenRouter refuses the one it has', async () => {
    const world = await wizard({
      setup,
      env: { OPENROUTER_API_KEY: testKey },
      script: [['Which key?', new CancelError()]],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toContain('✗');
    world.finish();
  });
});

describe('the sandbox in place of a key', () => {
  it('proves against the look-alike, stores no key and touches no host', async () => {
    const world = await wizard({
      host: '2026.9.6',
      env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:9' },
      script: [
        ['Which key?', 'sandbox'],
        ['What for?', ['Free models']],
        ['Free model of openrouter-free', 'meta-llama/llama-3.3-70b-instruct:free'],
        ...goOn,
        ...write,
      ],
    });
    const result = await init(world);
    expect(result).toMatchObject({ ok: true, verified: true, key: { source: 'the sandbox' } });
    expect(result.next.at(-1)).toMatchObject({ command: 'openclaw-openrouter init' });
    expect(world.ran).toEqual(['openclaw --version']);
    expect(world.files().filter((name) => name.startsWith('.bash'))).toEqual([]);
    world.finish();
  });
});

describe('a host that is there', () => {
  it('is restarted when a person agrees, before anything is written', async () => {
    const script: Script = [...useTheKey, ['What for?', ['Automatic routing']], ...goOn, ...write];
    const refused = await wizard({
      key: true,
      host: '2026.9.6',
      script: [...script, ['Restart OpenClaw', new CancelError()]],
    });
    await expect(init(refused)).rejects.toThrow(CancelError);
    expect(refused.files()).toEqual([]);

    const agreed = await wizard({
      key: true,
      host: '2026.9.6',
      script: [...script, ['Restart OpenClaw', true]],
    });
    await init(agreed);
    expect(agreed.ran.slice(-2)).toEqual([
      'openclaw gateway restart',
      'openclaw doctor --non-interactive',
    ]);
    agreed.finish();
  });
});

it('writes nothing when a person presses Ctrl-C at any question', async () => {
  const script: Script = [
    ...useTheKey,
    ['What for?', ['One good model', 'a budget']],
    ['Model of openrouter', 'openai/gpt-4o'],
    ['Daily limit', '1'],
    ['Monthly limit', '10'],
    ['Alert', '0.5'],
    ...goOn,
    ...write,
  ];
  for (let at = 0; at < script.length; at += 1) {
    const [question = ''] = script[at] ?? [];
    const world = await wizard({
      key: true,
      script: [...script.slice(0, at), [question, new CancelError()]],
    });
    await expect(init(world), String(question)).rejects.toThrow(CancelError);
    expect(world.files(), String(question)).toEqual([]);
    world.finish();
  }
});
