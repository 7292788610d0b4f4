import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import { undo } from '../../src/changes/undo.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { parseFaults } from '../../src/sandbox/faults.ts';
import type { SetupFlags } from '../../src/setup/flags.ts';
import { testKey } from '../helpers/world.ts';
import { init, type Script, wizard } from './init-world.ts';

const reference = `\${OPENROUTER_API_KEY}`;
const basic = { provider: 'openrouter', apiKey: reference, defaultModel: 'openai/gpt-4o' };
const setup = `{\n  // mine\n  models: {\n    a: ${JSON.stringify(basic)},\n  },\n}\n`;

const useDetectedKey: Script = [['Which key?', 'The one that is there']];
const noMore: Script = [['Anything else?', []]];
const agree: Script = [['Is this right?', 'Yes']];

const hostConfig = '{ agents: { defaults: { model: "openrouter/openai/gpt-4o" } } }';

describe('a new setup', () => {
  it('is asked for in a few questions, verified, and written', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useDetectedKey,
        ['What is it for?', ['One good model']],
        ['Model of openrouter', 'anthropic/claude-sonnet-4.5'],
        ...noMore,
        ...agree,
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
  });

  it('starts with what is detected and what OpenRouter reports about the key', async () => {
    const world = await wizard({
      key: true,
      host: '2026.9.6',
      script: [['Which key?', new CancelError()]],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toMatch(
      /Setup +~\/\.config\/openclaw\/openclaw\.json5 does not exist yet/,
    );
    expect(world.printed.err).toMatch(/Key +sk-or-v1-\w{4}… from OPENROUTER_API_KEY/);
    expect(world.printed.err).toMatch(/OpenClaw +2026\.9\.6, shell bash/);
    expect(world.printed.err).toContain('$17.00 of $20.00 left, resets');
    expect(world.printed.err).not.toContain(world.sandbox.key);
  });

  it('is imported from OpenClaw if the user agrees', async () => {
    const world = await wizard({
      key: true,
      host: '2026.9.6',
      hostConfig,
      script: [
        ...useDetectedKey,
        ['OpenClaw uses OpenRouter already', 'Import its setup'],
        ...noMore,
        ...agree,
        ['Use this in OpenClaw now', false],
        ['Restart OpenClaw', false],
      ],
    });
    const result = await init(world);
    expect(world.printed.err).toMatch(
      /OpenClaw +2026\.9\.6, shell bash; its own config has openrouter\s+\(openai\/gpt-4o\)/,
    );
    expect(result.entries).toEqual(['openrouter']);
    expect(world.written()).toEqual({ models: { openrouter: basic } });
  });

  it('is asked for if the user declines the one that OpenClaw has', async () => {
    const world = await wizard({
      key: true,
      hostConfig,
      script: [
        ...useDetectedKey,
        ['OpenClaw uses OpenRouter already', 'Set up something else'],
        ['What is it for?', ['Automatic routing']],
        ...noMore,
        ...agree,
      ],
    });
    expect((await init(world)).entries).toEqual(['router-auto']);
  });

  it('accepts a pasted key once OpenRouter accepts it, and stores it', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      env: { OPENROUTER_BASE_URL: sandbox.url },
      script: [
        ['Which key?', 'Paste'],
        ['The key', `"${sandbox.key}"`],
        ['The key', testKey],
        ['The key', sandbox.key],
        ['What is it for?', ['Automatic routing']],
        ...noMore,
        ...agree,
      ],
    });
    const result = await init(world);
    expect(result).toMatchObject({ verified: true, key: { source: 'what you pasted' } });
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
    expect(world.printed.err + world.printed.out).not.toContain(sandbox.key);
  });

  it('can be created with a management key, and is deleted again when the user stops', async () => {
    const managementKey = `sk-or-v1-${'0a0b'.repeat(16)}`;
    const world = await wizard({
      env: { OPENROUTER_MANAGEMENT_KEY: managementKey },
      sandbox: { managementKey },
      script: [
        ['Which key?', 'Create one for this setup'],
        ['Limit of the key in USD a month', '12.50'],
        ['What is it for?', new CancelError()],
      ],
    });
    await expect(init(world, { flags: { monthlyLimit: '30' } })).rejects.toThrow(CancelError);
    expect(world.printed.err).toContain('$12.50 of $12.50 left, resets');
    const requests = world.sandbox.requests.map(({ method, path }) => `${method} ${path}`);
    expect(requests).toContain('POST /api/v1/keys');
    expect(requests.at(-1)).toMatch(/^DELETE /);
    expect(world.files()).toEqual([]);
  });

  it('asks before it stores the key in a file under version control, and accepts another file', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      env: { OPENROUTER_BASE_URL: sandbox.url },
      script: [
        ['Which key?', 'Paste'],
        ['The key', sandbox.key],
        ['~/.bashrc may be tracked by Mercurial in ~', false],
        ['Where should the key be stored?', 'zsh'],
        ['~/.zshrc may be tracked by Mercurial in ~', false],
        ['Where should the key be stored?', 'bash'],
        ['Write the key there anyway?', true],
        ['What is it for?', ['Automatic routing']],
        ...noMore,
        ...agree,
      ],
    });
    mkdirSync(join(world.home, '.hg'));
    await init(world);
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
    expect(world.files()).not.toContain('.zshrc');
  });

  it('names the variable of --key-env where its key is not to be stored', async () => {
    const world = await wizard({
      key: true,
      script: [
        ['~/.bashrc may be tracked by Mercurial in ~', false],
        ['Where should the key be stored?', 'Nowhere'],
        ['What is it for?', ['Automatic routing']],
        ...noMore,
        ...agree,
      ],
    });
    mkdirSync(join(world.home, '.hg'));
    const env = { ...world.deps.env, WORK_KEY: world.sandbox.key };
    await init({ ...world, deps: { ...world.deps, env } }, { keyEnv: 'WORK_KEY' });
    expect(world.text()).toContain(`"\${WORK_KEY}"`);
    expect(world.files()).not.toContain('.bashrc');
  });

  it('asks for the rc file of an unknown shell', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      env: { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/tcsh' },
      script: [
        ['Which key?', 'Paste'],
        ['The key', sandbox.key],
        ['Where should the key be stored?', 'fish'],
        ['What is it for?', ['Automatic routing']],
        ...noMore,
        ...agree,
      ],
    });
    await init(world);
    expect(world.files()).toContain('.config/fish/conf.d/openrouter.fish');
  });

  it('makes only the entries that the channels use', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useDetectedKey,
        ['What is it for?', ['A model for each channel']],
        ['Which channels?', ['telegram', 'slack', 'another one']],
        ['Name of the other channel', 'matrix'],
        ['Which entry answers on telegram?', 'router-premium'],
        ['Which entry answers on slack?', 'router-budget'],
        ['Which entry answers on matrix?', 'router-budget'],
        ['Model of router-premium', 'anthropic/claude-sonnet-4'],
        ['Model of router-budget', 'openai/gpt-4o-mini'],
        ...noMore,
        ...agree,
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
  });

  it('reaches every step of the guide: fallbacks, triggers, budget, headers, providers, routing, parameters', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useDetectedKey,
        ['What is it for?', ['Survive outages']],
        ['Model of router-resilient', 'openai/gpt-4o'],
        ['These fallbacks', false],
        ['Fallback 1', 'anthropic/claude-sonnet-4'],
        ['Fallback 2', 'google/gemini-2.5-pro'],
        ['Fallback 3', 'No more'],
        ['Anything else?', ['complex', 'budget', 'headers', 'providers', 'routing', 'parameters']],
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
        ['to never use', 'azur'],
        ['to never use', 'azure'],
        ['to try first', 'azure'],
        ['to try first', 'openai'],
        ['Which provider first?', 'The cheapest'],
        ['per million input tokens', 'cheap'],
        ['per million input tokens', '3'],
        ['per million output tokens', ''],
        ['What may providers do', 'Not store it at all'],
        ['A parameter', 'temperature=hot'],
        ['A parameter', 'temperature=0.2'],
        ['A parameter', ''],
        ...agree,
      ],
    });
    await init(world, { verify: false });
    expect(world.written()).toEqual({
      models: {
        'router-resilient': {
          provider: 'openrouter',
          apiKey: reference,
          defaultModel: 'openai/gpt-4o',
          parameters: {
            provider: { sort: 'price', max_price: { prompt: 3 }, zdr: true },
            temperature: 0.2,
          },
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
  });

  it('skips the questions that flags answer', async () => {
    const world = await wizard({ key: true, script: [...useDetectedKey, ...noMore, ...agree] });
    await init(world, {
      flags: {
        preset: ['budget'],
        model: 'openai/gpt-4o-mini',
        dailyLimit: '1',
        monthlyLimit: '9',
      },
    });
    expect(world.written()).toMatchObject({
      models: { openrouter: { defaultModel: 'openai/gpt-4o-mini', budget: { dailyLimit: 1 } } },
    });
  });

  it('asks for the part of an answer that flags leave out, and can change what they gave', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useDetectedKey,
        ['A message is complex', 'code'],
        ...noMore,
        ['Is this right?', 'Change'],
        ['Which answer?', 'complex questions'],
        ['Complex questions of openrouter: openai/gpt-4.1 for code', 'Change it'],
        ['for complex questions', 'openai/gpt-4o'],
        ['A message is complex', 'code'],
        ...agree,
      ],
    });
    await init(world, { flags: { model: 'openai/gpt-4o', complexModel: 'openai/gpt-4.1' } });
    expect(world.written()).toEqual({
      models: {
        openrouter: { ...basic, complexModel: 'openai/gpt-4o', complexTriggers: ['code'] },
      },
    });
  });

  it('rejects an unknown model in a flag before the questions that flags leave open', async () => {
    const world = await wizard({ key: true, script: [...useDetectedKey] });
    await expect(init(world, { flags: { fallback: ['openai/gpt-4oo'] } })).rejects.toMatchObject({
      message: 'The model "openai/gpt-4oo" does not exist',
    });
  });

  it('checks the flags before the first question', async () => {
    const world = await wizard({ script: [] });
    await expect(init(world, { flags: { alert: '80' } })).rejects.toMatchObject({
      hint: 'Did you mean 0.8?',
    });
  });

  it('rejects the misspelled name of an entry before the first question', async () => {
    const setup = `{ models: { work: { provider: "openrouter", apiKey: "\${K}", defaultModel: "openai/gpt-4o" } } }`;
    const world = await wizard({ setup, script: [] });
    await expect(init(world, { flags: { name: 'wrok', retries: 1 } })).rejects.toMatchObject({
      message: 'There is no entry "wrok"',
    });
  });

  it('gets another name where another provider has the name', async () => {
    const world = await wizard({
      key: true,
      setup: '{ models: { openrouter: { provider: "ollama" } } }\n',
      script: [
        ...useDetectedKey,
        ['What is it for?', ['One good model']],
        ['is an entry of another provider', 'openrouter'],
        ['is an entry of another provider', 'mine'],
        ['Model of mine', 'openai/gpt-4o'],
        ...noMore,
        ...agree,
      ],
    });
    await init(world);
    expect(world.written()).toEqual({
      models: { openrouter: { provider: 'ollama' }, mine: basic },
    });
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
        ['What is it for?', ['the strong model only when needed']],
        ['Model of router-smart', 'google/gemini-2.5-flash'],
        ['for complex questions', 'anthropic/claude-sonnet-4'],
        ['A message is complex', 'code'],
        ...noMore,
        ['Is this right?', 'Stop'],
      ],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toContain('+    "router-smart": {');
    expect(world.printed.err).toContain('+export OPENROUTER_API_KEY="sk-or-v1-');
    expect(world.printed.err).toMatch(
      /router-smart {2}\$0\.0525, \$0\.375 if its most expensive model/,
    );
    expect(world.printed.err).not.toContain(sandbox.key);
    expect(world.files()).toEqual([]);
  });

  it('lets one answer be changed and keeps the others', async () => {
    const world = await wizard({
      key: true,
      script: [
        ...useDetectedKey,
        ['What is it for?', ['a budget']],
        ['Model of openrouter', 'openai/gpt-4o-mini'],
        ['Daily limit', '1'],
        ['Monthly limit', '10'],
        ['Alert', '0.5'],
        ...noMore,
        ['Is this right?', 'Change'],
        ['Which answer?', 'openrouter: model'],
        ['Model of openrouter', 'openai/gpt-4o'],
        ['Is this right?', 'Change'],
        ['Which answer?', 'channels'],
        ['Which channels?', ['discord']],
        ['Which entry answers on discord?', 'openrouter'],
        ...agree,
      ],
    });
    await init(world);
    expect(world.written()).toEqual({
      models: {
        openrouter: { ...basic, budget: { dailyLimit: 1, monthlyLimit: 10, alertThreshold: 0.5 } },
      },
      channels: { discord: { model: 'openrouter' } },
    });
  });
});

describe('a failed verification', () => {
  const untilVerified: Script = [
    ...useDetectedKey,
    ['What is it for?', ['One good model']],
    ['Model of openrouter', 'openai/gpt-4o'],
    ...noMore,
    ...agree,
  ];

  it('shows outcome and fix, and writes nothing when stopped', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('openai/gpt-4o:402') },
      script: [...untilVerified, ['It does not answer', 'Stop']],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toMatch(/fail {2}openrouter {2}openai\/gpt-4o {2}402 /);
    expect(world.printed.err).toMatch(/→ \S/);
    expect(world.files()).toEqual([]);
  });

  it('can be solved with another model', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('openai/gpt-4o:404') },
      script: [
        ...untilVerified,
        ['It does not answer', 'Change'],
        ['Which answer?', 'openrouter: model'],
        ['Model of openrouter', 'openai/gpt-4o-mini'],
        ...agree,
      ],
    });
    expect(await init(world)).toMatchObject({ ok: true, verified: true });
  });

  it('can be tried again', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('openai/gpt-4o:402*1') },
      script: [...untilVerified, ['It does not answer', 'Try again']],
    });
    expect(await init(world)).toMatchObject({ ok: true, verified: true });
  });

  it('can be ignored, and the result is not verified', async () => {
    const world = await wizard({
      key: true,
      sandbox: { faults: parseFaults('*:500') },
      script: [...untilVerified, ['It does not answer', 'anyway']],
    });
    expect(await init(world)).toMatchObject({ ok: true, changed: true, verified: false });
    expect(world.written()).toEqual({ models: { openrouter: basic } });
  });
});

describe('a finished setup', () => {
  it('is changed only where the user edits it', async () => {
    const world = await wizard({
      key: true,
      setup,
      script: [
        ['There is a setup already', 'Change a'],
        ['What should change in a?', ['fallbacks']],
        ['Fallback 1', 'anthropic/claude-sonnet-4'],
        ['Fallback 2', 'No more'],
        ...agree,
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
  });

  it('loses what is removed, gets what is asked again, and no empty headers', async () => {
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
        ['There is a setup already', 'Change a'],
        ['What should change in a?', ['complex', 'budget', 'headers', 'parameters']],
        ['Complex questions of a: openai/gpt-4o for code', 'Remove it'],
        ['Budget of a: $1 a day', 'Remove it'],
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
        ...agree,
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
  });

  it.each<[SetupFlags, Script, object]>([
    [{ without: ['budget'] }, noMore, { models: { a: basic } }],
    [
      { channel: [{ channel: 'slack', entry: 'a' }] },
      [],
      {
        models: { a: { ...basic, budget: { dailyLimit: 1 } } },
        channels: { slack: { model: 'a' } },
      },
    ],
  ])('skips the question for its purpose with %j', async (flags, script, expected) => {
    const world = await wizard({
      key: true,
      setup: JSON.stringify({ models: { a: { ...basic, budget: { dailyLimit: 1 } } } }),
      script: [...script, ...agree],
    });
    await init(world, { flags });
    expect(world.written()).toEqual(expected);
  });

  it('changes only the channels that are picked', async () => {
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
        ['There is a setup already', 'Change which channel'],
        ['Which channels should change?', ['telegram  b', 'slack']],
        ['Which entry answers on telegram?', 'a'],
        ['Which entry answers on slack?', 'b'],
        ...agree,
      ],
    });
    await init(world);
    expect(world.written()).toMatchObject({
      channels: { telegram: { model: 'a' }, discord: { model: 'local' }, slack: { model: 'b' } },
    });
  });

  it('imports what OpenClaw has and it lacks', async () => {
    const world = await wizard({
      key: true,
      setup,
      hostConfig: '{ agents: { defaults: { model: "openrouter/google/gemini-2.5-pro" } } }',
      script: [['There is a setup already', 'Import what OpenClaw has'], ...noMore, ...agree],
    });
    await init(world);
    expect(world.written()).toEqual({
      models: { a: basic, openrouter: { ...basic, defaultModel: 'google/gemini-2.5-pro' } },
    });
  });

  it('can be left as it is', async () => {
    const world = await wizard({
      key: true,
      setup,
      script: [['There is a setup already', 'Leave']],
    });
    expect(await init(world)).toMatchObject({ ok: true, changed: false, files: [] });
    expect(world.text()).toBe(setup);
  });

  it('can use another key', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      setup,
      env: { OPENROUTER_BASE_URL: sandbox.url, OPENROUTER_API_KEY: sandbox.managementKey },
      script: [
        ['There is a setup already', 'another key'],
        ['Where is the new key from?', 'Paste'],
        ['The key', sandbox.key],
        ...agree,
      ],
    });
    expect(await init(world)).toMatchObject({ changed: true, entries: [] });
    expect(world.text()).toBe(setup);
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
  });

  it('can use another key where the setup file contains the old one', async () => {
    const { sandbox } = await wizard();
    const world = await wizard({
      setup: `{ models: { a: { provider: "openrouter", apiKey: "${sandbox.managementKey}", defaultModel: "openai/gpt-4o" } } }\n`,
      env: { OPENROUTER_BASE_URL: sandbox.url },
      script: [
        ['There is a setup already', 'another key'],
        ['Where is the new key from?', 'Paste'],
        ['The key', sandbox.key],
        ...agree,
      ],
    });
    expect(await init(world)).toMatchObject({ changed: true, entries: ['a'], verified: true });
    expect(world.written()).toEqual({ models: { a: basic } });
    expect(readFileSync(join(world.home, '.bashrc'), 'utf8')).toContain(sandbox.key);
  });

  it('asks for a key when OpenRouter rejects the one it has', async () => {
    const world = await wizard({
      setup,
      env: { OPENROUTER_API_KEY: testKey },
      script: [['Which key?', new CancelError()]],
    });
    await expect(init(world)).rejects.toThrow(CancelError);
    expect(world.printed.err).toContain('✗');
  });
});

describe('the sandbox instead of a key', () => {
  it('verifies against the look-alike, stores no key and touches no host', async () => {
    const world = await wizard({
      host: '2026.9.6',
      env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:9' },
      script: [
        ['Which key?', 'sandbox'],
        ['What is it for?', ['Free models']],
        ['Free model of openrouter-free', 'meta-llama/llama-3.3-70b-instruct:free'],
        ...noMore,
        ...agree,
      ],
    });
    const result = await init(world);
    expect(result).toMatchObject({ ok: true, verified: true, key: { source: 'the sandbox' } });
    expect(result.next.at(-1)).toMatchObject({ command: 'openclaw-openrouter init' });
    expect(world.ran).toEqual(['openclaw --version']);
    expect(world.files().filter((name) => name.startsWith('.bash'))).toEqual([]);
  });
});

describe('an installed host', () => {
  it('is restarted if the user agrees before anything is written', async () => {
    const script: Script = [
      ...useDetectedKey,
      ['What is it for?', ['Automatic routing']],
      ...noMore,
      ...agree,
    ];
    const refused = await wizard({
      key: true,
      host: '2026.9.6',
      script: [
        ...script,
        ['Use this in OpenClaw now', false],
        ['Restart OpenClaw', new CancelError()],
      ],
    });
    await expect(init(refused)).rejects.toThrow(CancelError);
    expect(refused.files()).toEqual([]);

    const agreed = await wizard({
      key: true,
      host: '2026.9.6',
      script: [...script, ['Use this in OpenClaw now', false], ['Restart OpenClaw', true]],
    });
    await init(agreed);
    expect(agreed.ran.slice(-2)).toEqual([
      'openclaw gateway restart',
      'openclaw doctor --non-interactive',
    ]);
  });

  it('uses the setup at once if the user agrees, and one undo takes all of it back', async () => {
    const world = await wizard({
      key: true,
      host: '2026.9.6',
      hostConfig,
      script: [
        ...useDetectedKey,
        ['OpenClaw uses OpenRouter already', 'Set up something else'],
        ['What is it for?', ['Automatic routing']],
        ...noMore,
        ...agree,
        ['Use this in OpenClaw now', true],
      ],
    });
    const result = await init(world);
    expect(result).toMatchObject({ applied: true, verified: true });
    expect(result.next.map(({ command }) => command)).not.toContain('openclaw-openrouter apply');
    expect(world.printed.err).toContain('"openrouter/auto"');
    expect(world.ran.filter((line) => !line.endsWith('--version'))).toEqual([
      'openclaw config validate',
      'openclaw gateway restart',
      'openclaw doctor --non-interactive',
      'openclaw models status --json --agent main',
    ]);
    const path = join(world.home, '.openclaw/openclaw.json');
    expect(json5.parse(readFileSync(path, 'utf8'))).toMatchObject({
      agents: { defaults: { model: { primary: 'openrouter/auto' } } },
    });
    expect(world.files()).toContain('.openclaw/.env');
    await undo(world.deps);
    expect(readFileSync(path, 'utf8')).toBe(hostConfig);
    expect(world.files()).not.toContain('.openclaw/.env');
  });

  it.each([
    ['--apply', true],
    ['neither', undefined],
  ])('with --yes and %s is used: %j', async (_flag, apply) => {
    const world = await wizard({ key: true, host: '2026.9.6', hostConfig });
    const options = { yes: true, apply, flags: { preset: ['auto'] } } as const;
    const result = await init(world, options);
    expect(result.applied).toBe(apply === true);
    expect(world.ran.includes('openclaw config validate')).toBe(apply === true);
    expect(result.next.some(({ command }) => command.endsWith(' apply'))).toBe(apply !== true);
  });
});

it('writes nothing after Ctrl-C at any question', async () => {
  const script: Script = [
    ...useDetectedKey,
    ['What is it for?', ['One good model', 'a budget']],
    ['Model of openrouter', 'openai/gpt-4o'],
    ['Daily limit', '1'],
    ['Monthly limit', '10'],
    ['Alert', '0.5'],
    ...noMore,
    ...agree,
  ];
  for (let at = 0; at < script.length; at += 1) {
    const [question = ''] = script[at] ?? [];
    const world = await wizard({
      key: true,
      script: [...script.slice(0, at), [question, new CancelError()]],
    });
    await expect(init(world), String(question)).rejects.toThrow(CancelError);
    expect(world.files(), String(question)).toEqual([]);
  }
});
