import { describe, expect, it } from 'vitest';
import {
  parameterProblems,
  providerMembers,
  requestParameters,
} from '../../src/setup-file/parameters.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { hasDescription, schemaMembers } from '../helpers/openapi.ts';

function problemsOf(parameters: unknown) {
  const models = { main: { provider: 'openrouter', defaultModel: 'a/b', parameters } };
  return parameterProblems(parseSetup(JSON.stringify({ models }), '/setup.json5'));
}

const found = (parameters: unknown) =>
  problemsOf(parameters).map(({ path, suggestion }) => [
    path.slice(3).join('.'),
    suggestion ?? null,
  ]);

describe('the problems of parameters', () => {
  it('report every misspelling, with what was meant', () => {
    const parameters = { temperatur: 0.7, max_token: 5, provider: { data_colection: 'deny' } };
    expect(found(parameters)).toEqual([
      ['temperatur', 'temperature'],
      ['max_token', 'max_tokens'],
      ['provider.data_colection', 'data_collection'],
    ]);
  });

  it.each([
    [{ maxTokens: 5 }, 'maxTokens', 'max_tokens'],
    [{ max_output_tokens: 5 }, 'max_output_tokens', 'max_tokens'],
    [{ tpo_p: 0.5 }, 'tpo_p', 'top_p'],
    [{ reasoning: { efort: 'low' } }, 'reasoning.efort', 'effort'],
    [{ reasoning: { budget_tokens: 99 } }, 'reasoning.budget_tokens', 'max_tokens'],
    [{ provider: { srot: 'price' } }, 'provider.srot', 'sort'],
    [{ provider: { exclude: ['azure'] } }, 'provider.exclude', 'ignore'],
    [{ provider: { max_price: { prmopt: 1 } } }, 'provider.max_price.prmopt', 'prompt'],
    [{ provider: { sort: { buy: 'price' } } }, 'provider.sort.buy', 'by'],
    [{ thinking: { type: 'enabled' } }, 'thinking', null],
    [{ store: false }, 'store', null],
    [{ web_search: true }, 'web_search', null],
    [{ temperatur: 'hot' }, 'temperatur', 'temperature'],
    [{ zdr: true }, 'zdr', 'provider.zdr'],
    [{ provider: { max_price: { input: 1 } } }, 'provider.max_price.input', 'prompt'],
    [
      { provider: { preferred_max_latency: { p95: 1 } } },
      'provider.preferred_max_latency.p95',
      null,
    ],
    [{ plugins: [{ id: 'web', max_result: 3 }] }, 'plugins.0.max_result', 'max_results'],
    [{ stream_options: { include_usge: true } }, 'stream_options.include_usge', 'include_usage'],
  ])('name what is unknown in %j', (parameters, path, suggestion) => {
    expect(found(parameters)).toEqual([[path, suggestion]]);
  });

  it.each([
    [{ temperature: 2.1 }, null],
    [{ temperature: '0.7' }, '0.7'],
    [{ top_p: -0.1 }, null],
    [{ max_tokens: 0 }, null],
    [{ max_tokens: 1.5 }, null],
    [{ top_logprobs: 21 }, null],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, null],
    [{ include_reasoning: 'yes' }, 'true'],
    [{ reasoning: { effort: 'hihg' } }, '"high"'],
    [{ reasoning: { effort: 'low', max_tokens: 9 } }, null],
    [{ reasoning: 'high' }, null],
    [{ verbosity: 'hgih' }, '"high"'],
    [{ provider: { sort: 'pirce' } }, '"price"'],
    [{ provider: { sort: { by: 'fast' } } }, null],
    [{ provider: { data_collection: 'dney' } }, '"deny"'],
    [{ provider: { zdr: 'true' } }, 'true'],
    [{ provider: { only: 'anthropic' } }, '["anthropic"]'],
    [{ provider: { order: 'anthropic, azure' } }, '["anthropic","azure"]'],
    [{ provider: { quantizations: ['fp8', 'fp61'] } }, '"fp16"'],
    [{ provider: { max_price: { prompt: '$1' } } }, null],
    [{ provider: { max_price: 1 } }, null],
    [{ provider: ['anthropic'] }, null],
    [{ plugins: [{ id: 'wbe' }] }, '"web"'],
    [{ plugins: [{}] }, null],
    [{ plugins: 'web' }, null],
    [{ plugins: [{ id: 'web', max_results: '3' }] }, '3'],
    [{ plugins: [{ id: 'web', engine: 'google' }] }, null],
    [{ plugins: [{ id: 'fusion', analysis_models: [] }] }, null],
    [{ tools: ['openrouter:web_search'] }, null],
    [{ tools: [{ name: 'f' }] }, null],
    [{ tools: [{ type: 'funtion', function: { name: 'f' } }] }, '"function"'],
    [{ tools: [{ type: 'function', function: {} }] }, null],
    [{ response_format: {} }, null],
    [{ response_format: { type: 'json_schema' } }, null],
    [{ response_format: { type: 'json_schema', json_schema: { strict: true } } }, null],
    [{ cache_control: {} }, null],
    [{ metadata: { team: 1 } }, null],
    [{ logit_bias: { '50256': -101 } }, null],
    [{ session_id: 'x'.repeat(257) }, null],
    [{ stop_server_tools_when: [] }, null],
    [{ models: ['a/c'] }, null],
    [{ model: 'a/c' }, null],
  ])('name the value in %j', (parameters, suggestion) => {
    expect(found(parameters).map(([, meant]) => meant)).toEqual([suggestion]);
  });

  it.each([
    { stop: '\n' },
    { stop: ['\n\n', ' '] },
    { user: '' },
    { audio: { voice: 'alloy', format: 'mp3' } },
    { tools: [{ type: 'openrouter:web_search', parameters: { max_results: 3 } }] },
    { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] },
    {
      plugins: [
        { id: 'pareto-router', min_coding_score: 0.5 },
        { id: 'web', enabled: false },
      ],
    },
    { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } },
  ])('are none in %j', (parameters) => {
    expect(found(parameters)).toEqual([]);
  });

  it('says a range as a person would', () => {
    const messages = (parameters: unknown) => problemsOf(parameters).map(({ message }) => message);
    expect(messages({ max_tokens: 0, seed: 1.5, top_logprobs: 21 })).toEqual([
      'parameters.max_tokens is 0; it must be a whole number, 1 or more',
      'parameters.seed is 1.5; it must be a whole number',
      'parameters.top_logprobs is 21; it must be a whole number from 0 to 20',
    ]);
  });

  it('are none for null, which stands for nothing', () => {
    const nulls = Object.keys(requestParameters).map((name) => [name, null]);
    expect(found(Object.fromEntries(nulls))).toEqual([]);
    expect(found({ provider: { sort: null, max_price: { prompt: null } } })).toEqual([]);
  });
});

const samples: readonly unknown[] = [
  ...[true, false, 0, 1, 0.5, 1.5, 4, -5, 1e300, 'a text', '1', [], ['a text'], [{}], {}],
  ...['deny', 'allow', 'price', 'exacto', 'none', 'auto', 'required', 'max', 'minimal'],
  ...['flex', 'priority', 'scale', 'fast', 'nonsense'],
  ...[{ by: 'price' }, { by: 'nonsense' }, { by: 'latency', partition: 'none' }, { p50: 1 }],
  ...[{ p50: 'fast' }, { prompt: '1' }, { prompt: true }, { effort: 'high' }, { effort: 'so' }],
  ...[['fp8'], ['mxfp4', 'unknown'], ['fp61'], ['text', 'image'], [4], [{ id: 'web' }]],
  ...[{ type: 'ephemeral' }, { type: 'json_object' }, { type: 'nonsense' }],
];

/** The description has no ranges, and leaves some values to another schema. */
const stricter: Readonly<Record<string, RegExp>> = {
  'a number out of its range':
    /^(temperature|top_[akp]|min_p|\w+_penalty|max_\w+|top_logprobs|n|seed|preferred_\w+)$/,
  'another schema':
    /^(provider|tool_choice|tools|plugins|response_format|prediction|stop_server_tools_when)$/,
  'an object of the description':
    /^(logit_bias|metadata|image_config|trace|debug|stream_options|prompt_cache_options|cache_control)$/,
  'without effect here': /^(model|models|messages|route)$/,
};

describe.skipIf(!hasDescription)('the table of parameters', () => {
  it('has every name of the description', () => {
    for (const name of schemaMembers('ChatRequest').keys()) {
      expect(requestParameters).toHaveProperty(name);
    }
    expect(Object.keys(providerMembers).sort()).toEqual(
      [...schemaMembers('ProviderPreferences').keys()].sort(),
    );
  });

  it.each([
    ['ChatRequest', (name: string, value: unknown) => ({ [name]: value })],
    ['ProviderPreferences', (name: string, value: unknown) => ({ provider: { [name]: value } })],
  ])('agrees with %s about values', (schema, parametersOf) => {
    const disagreements: string[] = [];
    for (const [name, isValid] of schemaMembers(schema)) {
      if (Object.values(stricter).some((names) => names.test(name))) continue;
      for (const sample of samples) {
        const clean = problemsOf(parametersOf(name, sample)).every(
          ({ kind }) => kind === 'unknown-key',
        );
        if (clean !== isValid(sample)) {
          disagreements.push(
            `${name}: ${JSON.stringify(sample)} is ${clean ? 'taken' : 'refused'}`,
          );
        }
      }
    }
    expect(disagreements).toEqual([]);
  });
});
