import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import type { CheckId, Severity } from '../../src/doctor/finding.ts';
import { findings, marked, placesOf, sandboxModels } from './doctor-world.ts';

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

type Fault = readonly [
  what: string,
  id: CheckId,
  severity: Severity,
  // The mark stands where the finding must point to.
  text: string,
];

const entry = (members: string) => `// mine
{
  models: {
    main: {
      provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}',
      ${members}
    },
  },
}
`;
const chain = (members: string) => entry(`defaultModel: 'anthropic/claude-sonnet-4', ${members}`);

const faults: readonly Fault[] = [
  ['a brace that is never closed', 'files/syntax', 'error', '{\n  models: {\n    a: 1\n▸'],
  ['a list in place of the entries', 'files/shape', 'error', '{ models: ▸[] }'],
  ['a number in place of an entry', 'files/shape', 'error', '{ models: { main: ▸4 } }'],
  ['a setup without entries', 'files/entries', 'error', '{ ▸models: {} }'],
  [
    'an alert of 80 in place of 0.8',
    'files/types',
    'error',
    chain('budget: { dailyLimit: 2, alertThreshold: ▸80 }'),
  ],
  ['a quoted number', 'files/types', 'error', chain('maxRetries: ▸"2"')],
  ['text in place of a list', 'files/types', 'error', chain("fallbackModels: ▸'openai/gpt-4o'")],
  ['a misspelled key', 'files/unknown-keys', 'error', chain("▸fallbackModel: ['openai/gpt-4o']")],
  ['an unknown key', 'files/unknown-keys', 'warning', chain('▸color: 1')],
  [
    'a key written twice',
    'files/duplicate-keys',
    'warning',
    chain('maxRetries: 1, ▸maxRetries: 2'),
  ],
  [
    'a name that differs from another only in case',
    'files/duplicate-keys',
    'warning',
    "{ models: { Main: { provider: 'openrouter' }, ▸main: { provider: 'openrouter' } } }",
  ],
  [
    'a reference written $VAR',
    'files/key-reference',
    'error',
    "{ models: { a: { provider: 'openrouter', apiKey: ▸'$OPENROUTER_API_KEY', defaultModel: 'openai/gpt-4o' } } }",
  ],
  [
    'a reference written {VAR}',
    'files/key-reference',
    'error',
    "{ models: { a: { provider: 'openrouter', apiKey: ▸'{OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o' } } }",
  ],
  [
    'a literal API key',
    'files/literal-key',
    'warning',
    `{ models: { a: { provider: 'openrouter', apiKey: ▸'sk-or-v1-${'cd'.repeat(32)}', defaultModel: 'openai/gpt-4o' } } }`,
  ],
  [
    'an API key in a comment',
    'files/literal-key',
    'warning',
    chain(`// ▸sk-or-v1-${'ef'.repeat(32)}`),
  ],
  [
    'a variable that is not set',
    'environment/variable',
    'error',
    `{ models: { a: { provider: 'openrouter', apiKey: ▸'\${OTHER_KEY}', defaultModel: 'openai/gpt-4o' } } }`,
  ],
  [
    'a model that does not exist',
    'models/exists',
    'error',
    entry("defaultModel: ▸'meta-llama/llama-3.3-70b'"),
  ],
  [
    'a free model that does not exist',
    'models/exists',
    'error',
    chain("fallbackModels: ['openai/gpt-4o', ▸'meta-llama/llama-3.3-70b:free']"),
  ],
  [
    'a misspelled complex model',
    'models/exists',
    'error',
    chain("complexModel: ▸'anthropic/claude-sonet-4', complexTriggers: ['code']"),
  ],
  [
    'a free variant that is not listed, and may have ended',
    'models/free-ended',
    'warning',
    entry("defaultModel: ▸'openai/gpt-4o:free'"),
  ],
  [
    'the prefix openrouter/ written twice',
    'models/prefix',
    'error',
    entry("defaultModel: ▸'openrouter/openrouter/auto'"),
  ],
  [
    'a router without the prefix openrouter/',
    'models/prefix',
    'error',
    entry("defaultModel: ▸'auto'"),
  ],
  ['an unknown variant', 'models/variant', 'error', entry("defaultModel: ▸'openai/gpt-4o:quick'")],
  [
    'a variant with two letters swapped',
    'models/variant',
    'error',
    entry("defaultModel: ▸'openai/gpt-4o:nitor'"),
  ],
  ['a preset without its @', 'models/prefix', 'error', entry("defaultModel: ▸'preset/mine'")],
  [
    'an alias of no family',
    'models/exists',
    'error',
    entry("defaultModel: ▸'~anthropic/claude-sonet-latest'"),
  ],
  [
    'a search by a deprecated variant',
    'models/online',
    'info',
    entry("defaultModel: ▸'openai/gpt-4o:online'"),
  ],
  [
    'an alias and a model of one author',
    'chain/shared-fate',
    'warning',
    chain("▸fallbackModels: ['~anthropic/claude-haiku-latest']"),
  ],
  [
    'a model that retires soon',
    'models/retiring',
    'warning',
    entry("defaultModel: ▸'acme/retiring-1'"),
  ],
  [
    'a slip in a parameter',
    'files/unknown-keys',
    'error',
    chain('parameters: { temperature: 1, ▸max_token: 5 }'),
  ],
  [
    'a slip in the rules for providers',
    'files/unknown-keys',
    'error',
    chain("parameters: { provider: { ▸data_colection: 'deny' } }"),
  ],
  [
    'a parameter that nobody knows',
    'files/unknown-keys',
    'warning',
    chain("parameters: { ▸thinking: { type: 'enabled' } }"),
  ],
  [
    'a model among the parameters',
    'files/unknown-keys',
    'info',
    chain("parameters: { ▸models: ['openai/gpt-4o'] }"),
  ],
  [
    'a sorting that is none',
    'files/types',
    'error',
    chain("parameters: { provider: { sort: ▸'cheapest' } }"),
  ],
  [
    'a quantization that is none',
    'files/types',
    'error',
    chain("parameters: { provider: { quantizations: ['fp8', ▸'fp9'] } }"),
  ],
  ['a temperature above 2', 'files/types', 'error', chain('parameters: { temperature: ▸2.5 }')],
  ['a top_p as text', 'files/types', 'error', chain("parameters: { top_p: ▸'0.9' }")],
  [
    'an effort beside a number of tokens',
    'files/types',
    'error',
    chain("parameters: { reasoning: { effort: 'low', ▸max_tokens: 2000 } }"),
  ],
  [
    'a parameter that the model does not take',
    'models/parameters',
    'warning',
    chain('parameters: { ▸logit_bias: {} }'),
  ],
  [
    'a parameter that a fallback does not take',
    'models/parameters',
    'info',
    chain("parameters: { ▸reasoning: { effort: 'low' } }, fallbackModels: ['openai/gpt-4o']"),
  ],
  [
    'a parameter that the model must take and does not',
    'models/parameters',
    'error',
    chain('parameters: { ▸top_k: 40, provider: { require_parameters: true } }'),
  ],
  [
    'thinking that cannot be turned off',
    'models/reasoning',
    'error',
    entry("defaultModel: 'openai/o3', parameters: { reasoning: { effort: ▸'none' } }"),
  ],
  [
    'an effort that the model does not have',
    'models/reasoning',
    'warning',
    entry("defaultModel: 'openai/gpt-5', parameters: { reasoning_effort: ▸'xhigh' }"),
  ],
  [
    'a number of tokens where the model takes an effort',
    'models/reasoning',
    'info',
    entry("defaultModel: 'openai/gpt-5', parameters: { reasoning: { max_tokens: ▸2000 } }"),
  ],
  [
    'an answer longer than the model can give',
    'models/max-tokens',
    'info',
    entry("defaultModel: 'openai/gpt-4o', parameters: { max_tokens: ▸64000 }"),
  ],
  [
    'a provider that is allowed and ignored',
    'models/provider-clash',
    'warning',
    chain("parameters: { provider: { ignore: ['azure'], only: ['anthropic', ▸'azure'] } }"),
  ],
  [
    'a provider both preferred and excluded',
    'models/provider-clash',
    'warning',
    chain("providerPreferences: { exclude: ['azure'], prefer: ['anthropic', ▸'azure'] }"),
  ],
  [
    'a complex model cheaper than the primary',
    'models/complex-cheaper',
    'warning',
    chain("complexModel: ▸'google/gemini-2.5-flash', complexTriggers: ['code']"),
  ],
  [
    'an expensive fallback',
    'models/fallback-price',
    'warning',
    entry(
      "defaultModel: 'google/gemini-2.5-flash', fallbackModels: [▸'anthropic/claude-sonnet-4']",
    ),
  ],
  [
    'a paid fallback behind a free model',
    'models/fallback-price',
    'info',
    entry(
      "defaultModel: 'meta-llama/llama-3.3-70b-instruct:free', fallbackModels: [▸'openai/gpt-4o']",
    ),
  ],
  [
    'a fallback with a shorter context',
    'models/context',
    'warning',
    chain("fallbackModels: [▸'qwen/qwen-2.5-72b-instruct']"),
  ],
  [
    'a fallback that repeats the primary',
    'chain/repeat',
    'warning',
    chain("fallbackModels: ['openai/gpt-4o', ▸'openrouter/anthropic/claude-sonnet-4']"),
  ],
  [
    'a chain of one author',
    'chain/shared-fate',
    'warning',
    chain("▸fallbackModels: ['anthropic/claude-3.5-haiku']"),
  ],
  [
    'two free models, which share one quota',
    'chain/free-quota',
    'warning',
    chain("fallbackModels: ['meta-llama/llama-3.3-70b-instruct:free', ▸'qwen/qwen3-coder:free']"),
  ],
  [
    'a chain without a free model',
    'chain/one-key',
    'info',
    chain("▸fallbackModels: ['openai/gpt-4o']"),
  ],
  ['a retry without a fallback', 'chain/retry', 'warning', chain('retryOnFailure: ▸true')],
  [
    'a hundred retries',
    'chain/max-retries',
    'warning',
    chain("retryOnFailure: true, maxRetries: ▸100, fallbackModels: ['openai/gpt-4o']"),
  ],
  [
    'maxRetries without retryOnFailure',
    'chain/max-retries',
    'info',
    chain("maxRetries: ▸3, fallbackModels: ['openai/gpt-4o']"),
  ],
  [
    'an entry without fallbacks',
    'chain/no-fallback',
    'info',
    `{ models: { ▸a: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o' } } }`,
  ],
  [
    'a monthly limit below the daily one',
    'budget/order',
    'warning',
    chain('budget: { dailyLimit: 30, monthlyLimit: ▸2 }'),
  ],
  [
    'an alert above 1',
    'budget/alert',
    'error',
    chain('budget: { dailyLimit: 2, alertThreshold: ▸1.5 }'),
  ],
  [
    'an alert without a limit',
    'budget/alert',
    'warning',
    chain('budget: { alertThreshold: ▸0.8 }'),
  ],
  [
    'a limit below the price of one request',
    'budget/price',
    'error',
    chain('budget: { dailyLimit: ▸0.001 }'),
  ],
  ['a limit of nothing', 'budget/price', 'error', chain('budget: { dailyLimit: ▸0 }')],
  [
    'a limit below the price of one request, behind which other models answer',
    'budget/price',
    'warning',
    chain("budget: { dailyLimit: ▸0.001, onLimit: 'downgrade' }"),
  ],
  [
    'a model that no budget can price, in place of which a free model answers',
    'budget/reserve',
    'warning',
    entry(
      "defaultModel: ▸'openrouter/fusion', fallbackModels: ['openrouter/free'], budget: { dailyLimit: 2, onLimit: 'free' }",
    ),
  ],
  [
    'a plugin that no budget can price',
    'budget/reserve',
    'error',
    chain("budget: { dailyLimit: 2 }, parameters: { plugins: [{ id: 'fusion' }] }").replace(
      "'anthropic",
      "▸'anthropic",
    ),
  ],
  [
    'a tool without a bound on its calls',
    'budget/reserve',
    'error',
    chain(
      "budget: { dailyLimit: 2 }, parameters: { tools: [{ type: 'openrouter:web_fetch' }] }",
    ).replace("'anthropic", "▸'anthropic"),
  ],
  [
    'answers that can cost more than the limit',
    'budget/reserve',
    'warning',
    entry("defaultModel: ▸'anthropic/claude-opus-4.1', budget: { dailyLimit: 2 }"),
  ],
  [
    'a model without a published price',
    'budget/reserve',
    'info',
    entry(
      "defaultModel: ▸'openrouter/auto', parameters: { max_tokens: 99 }, budget: { dailyLimit: 2 }",
    ),
  ],
  [
    'a channel whose entry does not exist',
    'channels/entry',
    'error',
    `${chain('').slice(0, -2)}  channels: { telegram: { model: ▸'mian' } },\n}`,
  ],
  [
    'a complex model without triggers',
    'complexity/pair',
    'warning',
    chain("complexModel: ▸'anthropic/claude-opus-4.1'"),
  ],
  [
    'triggers without a complex model',
    'complexity/pair',
    'warning',
    chain("complexTriggers: ▸['code']"),
  ],
  [
    'an empty trigger',
    'complexity/triggers',
    'warning',
    chain("complexModel: 'anthropic/claude-opus-4.1', complexTriggers: ['代码', ▸'']"),
  ],
  [
    'a trigger of one character',
    'complexity/triggers',
    'warning',
    chain("complexModel: 'anthropic/claude-opus-4.1', complexTriggers: ['代码', ▸'a']"),
  ],
  [
    'a trigger that most messages contain',
    'complexity/broad',
    'warning',
    chain("complexModel: 'anthropic/claude-opus-4.1', complexTriggers: ['代码', ▸'The']"),
  ],
  [
    'a header name with a space',
    'headers/valid',
    'error',
    chain("headers: { ▸'X Title': 'mine' }"),
  ],
  [
    'a header with a secret',
    'headers/secret',
    'error',
    chain("headers: { 'X-Api-Key': ▸'0123456789abcdef' }"),
  ],
  [
    'a referer that is not a URL',
    'headers/referer',
    'warning',
    chain("headers: { 'HTTP-Referer': ▸'my site' }"),
  ],
];

describe('a planted fault', () => {
  it.each(faults)(
    '%s is reported as %s (%s) at its line and column',
    async (_what, id, severity, text) => {
      const { text: planted, line, column } = marked(text);
      const found = await findings({ text: planted, models });
      expect(placesOf(found, id)).toEqual([`${line}:${column}`]);
      const finding = found.find(({ checkId }) => checkId === id);
      expect(finding).toMatchObject({ severity, fixHint: expect.stringMatching(/\S/) });
    },
  );

  it('of a model id is reported by one check only', async () => {
    const text = entry("defaultModel: 'meta-llama/llama-3.3-70b'");
    const found = await findings({ text, models });
    expect(found.map(({ checkId }) => checkId)).toEqual(['models/exists', 'chain/no-fallback']);
  });

  it('of a key in a header is reported by headers/secret only', async () => {
    const key = `sk-or-v1-${'ef'.repeat(32)}`;
    const found = await findings({ text: chain(`headers: { 'X-Key': '${key}' }`), models });
    expect(found.map(({ checkId }) => checkId)).toEqual(['chain/no-fallback', 'headers/secret']);
  });

  it('is reported at each of its places: a key in a comment and in apiKey', async () => {
    const key = `sk-or-v1-${'ef'.repeat(32)}`;
    const text = `{ models: { a: { provider: 'openrouter', apiKey: '${key}', // ${key}\n  defaultModel: 'openai/gpt-4o' } } }`;
    const places = placesOf(await findings({ text, models }), 'files/literal-key');
    expect(places).toEqual([
      `1:${text.indexOf("'sk-or") + 1}`,
      `1:${text.lastIndexOf('sk-or') + 1}`,
    ]);
  });

  it('is not reported as a related one', async () => {
    const limit = chain("budget: { dailylimit: 2, monthlyLimit: '?', alertThreshold: 0.8 }");
    expect(placesOf(await findings({ text: limit, models }), 'budget/alert')).toEqual([]);
    const routers = entry("defaultModel: 'openrouter/auto', fallbackModels: ['openrouter/free']");
    expect(placesOf(await findings({ text: routers, models }), 'chain/shared-fate')).toEqual([]);
  });

  it('is reported in an entry that a later one of the same name hides', async () => {
    const hidden = entry("defaultModel: 'a/b', defaultModel: 'a/c'").replace(
      /\n {2}\},\n\}\n$/,
      '',
    );
    const text = `${hidden}\n    main: ${entry("defaultModel: 'openai/gpt-4o'").split('main: ')[1]}`;
    const places = placesOf(await findings({ text, models }), 'files/duplicate-keys');
    expect(places).toEqual(['6:28', '8:5']);
  });

  it('does not keep others from being reported', async () => {
    const text = entry(
      "defaultModel: 'nobody/nothing', maxRetries: '2', budegt: {}, headers: { 'HTTP-Referer': 'x' }",
    );
    const ids = (await findings({ text, models })).map(({ checkId }) => checkId);
    expect(ids).toEqual(
      expect.arrayContaining([
        'models/exists',
        'files/types',
        'files/unknown-keys',
        'headers/referer',
      ]),
    );
  });
});

describe('a suggestion', () => {
  it.each([
    ['meta-llama/llama-3.3-70b', 'meta-llama/llama-3.3-70b-instruct'],
    ['meta-llama/llama-3.3-70b:free', 'meta-llama/llama-3.3-70b-instruct:free'],
    ['anthropic/claude-sonet-4', 'anthropic/claude-sonnet-4'],
    ['claude-sonnet-4', 'anthropic/claude-sonnet-4'],
    ['openai/gpt-40', 'openai/gpt-4o'],
    ['openai/gpt4o', 'openai/gpt-4o'],
    ['openai/gpt-4o-mni:nitro', 'openai/gpt-4o-mini:nitro'],
    ['openai/gpt-4o-mni:thinking', 'openai/gpt-4o-mini:thinking'],
    ['openai/gpt-4o-mni@preset/mine', 'openai/gpt-4o-mini@preset/mine'],
    ['~anthropic/claude-sonet-latest', '~anthropic/claude-sonnet-latest'],
    ['~antropic/claude-haiku-latest:floor', '~anthropic/claude-haiku-latest:floor'],
  ])('for %s is %s', async (written, meant) => {
    const found = await findings({ text: entry(`defaultModel: '${written}'`), models });
    const finding = found.find(({ checkId }) => checkId === 'models/exists');
    expect(finding?.fixHint?.split(' ')[0]).toBe(meant);
    expect(finding?.fix?.files[0]?.edits).toEqual([
      { op: 'set', path: ['models', 'main', 'defaultModel'], value: meant },
    ]);
  });

  it.each([
    ['models/exists', ' openai/gpt-4o ', 'openai/gpt-4o'],
    ['models/exists', 'openai:gpt-4o', 'openai/gpt-4o'],
    ['models/exists', 'openrouter:openai/gpt-4o', 'openai/gpt-4o'],
    ['models/exists', 'https://openrouter.ai/openai/gpt-4o', 'openai/gpt-4o'],
    ['models/prefix', '@presets/mine', '@preset/mine'],
    ['models/prefix', 'openai/gpt-4o@presets/mine', 'openai/gpt-4o@preset/mine'],
    ['models/exists', 'anthropic/claude-sonnet-latest', '~anthropic/claude-sonnet-latest'],
    ['models/variant', 'openai/gpt-4o:nitro:flor', 'openai/gpt-4o:floor:nitro'],
    ['models/variant', 'openai/gpt-4o:nitor@preset/mine', 'openai/gpt-4o:nitro@preset/mine'],
    ['models/variant', 'openai/gpt-4o:', 'openai/gpt-4o'],
  ])('of %s for %j is %s', async (checkId, written, meant) => {
    const found = await findings({ text: entry(`defaultModel: '${written}'`), models });
    const finding = found.find((one) => one.checkId === checkId);
    expect(finding?.fix?.files[0]?.edits).toMatchObject([{ value: meant }]);
  });

  it.each([
    'anthropic/claude-sonnet-5',
    'anthropic/claude-3.5-sonnet:beta',
    'openai/gpt-4o-ultra',
    'openai/gpt-4q@preset/mine',
    'openai/gpt-4o:batch',
    'openai/gpt-4o@mine',
    'openai/gpt-4o@preset/',
    'openrouter/owl-alpha',
  ])('for %s replaces nothing: it may be another model', async (written) => {
    const found = await findings({ text: entry(`defaultModel: '${written}'`), models });
    expect(found.filter(({ checkId }) => checkId.startsWith('models/'))).not.toEqual([]);
    expect(found.filter(({ fix }) => fix !== undefined)).toEqual([]);
  });

  it.each([
    ...['openai/gpt-4o:free', 'openai/gpt-4o:freee', 'openai/gpt-4o:fee'],
    'openai/gpt-4o-mni:fre',
  ])('for %s is no automatic fix: it would cost money', async (written) => {
    const found = await findings({ text: entry(`defaultModel: '${written}'`), models });
    expect(found.filter(({ fix }) => fix !== undefined)).toEqual([]);
  });
});
