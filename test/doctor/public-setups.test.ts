import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { priced } from '../../src/catalog/prices.ts';
import { inOrder } from '../../src/commands/doctor/fix.ts';
import { json5Dialect } from '../../src/config/json5/index.ts';
import { findings, sandboxModels } from './doctor-world.ts';

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

const entry = (members: string) =>
  `{ models: { main: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', ${members} } } }`;

const sonnet = "defaultModel: 'anthropic/claude-sonnet-4'";

/** As people write them in public configs of OpenRouter, each with what its documentation says. */
const valid: readonly (readonly [what: string, members: string])[] = [
  ['a preset', "defaultModel: '@preset/email-copywriter'"],
  ['a preset in the spelling of the host', "defaultModel: 'openrouter/@preset/mine'"],
  ['a preset on a model', "defaultModel: 'openai/gpt-4o@preset/mine'"],
  ['a canonical slug', "defaultModel: 'anthropic/claude-4.7-opus-20260416'"],
  ['an alias', "defaultModel: '~anthropic/claude-sonnet-latest'"],
  ['an alias that the list does not have', "defaultModel: '~openai/gpt-mini-latest'"],
  ['a router', "defaultModel: 'openrouter/fusion'"],
  ['another router', "defaultModel: 'openrouter/pareto-code'"],
  ['the fastest provider', "defaultModel: 'openai/gpt-4o:nitro'"],
  [
    'the cheapest provider, with a budget',
    "defaultModel: 'openai/gpt-4o:floor', parameters: { max_tokens: 1000 }, budget: { dailyLimit: 2, monthlyLimit: 30 }",
  ],
  ['a variant that thinks', "defaultModel: 'anthropic/claude-sonnet-4:thinking'"],
  [
    'the usual sampling',
    `${sonnet}, parameters: { temperature: 0.7, top_p: 0.9, max_tokens: 4096, stop: ['END'] }`,
  ],
  [
    'all rules for providers',
    `${sonnet}, parameters: { provider: { sort: 'price', data_collection: 'deny', zdr: true, allow_fallbacks: true, require_parameters: false, enforce_distillable_text: false } }`,
  ],
  [
    'a price cap as numbers and as texts',
    `${sonnet}, parameters: { provider: { max_price: { prompt: 5, completion: '20' } } }`,
  ],
  [
    'sorting with a partition',
    `${sonnet}, parameters: { provider: { sort: { by: 'throughput', partition: 'none' }, preferred_min_throughput: { p90: 50 }, preferred_max_latency: 3 } }`,
  ],
  [
    'providers by name',
    `${sonnet}, parameters: { provider: { order: ['anthropic', 'amazon-bedrock'], only: ['anthropic', 'amazon-bedrock'] } }`,
  ],
  [
    'quantizations',
    "defaultModel: 'meta-llama/llama-3.3-70b-instruct', parameters: { provider: { quantizations: ['fp8', 'bf16', 'unknown'] } }",
  ],
  [
    'a number of tokens to think',
    `${sonnet}, parameters: { reasoning: { max_tokens: 2000, exclude: true } }`,
  ],
  [
    'an effort',
    "defaultModel: 'openai/gpt-5', parameters: { reasoning: { effort: 'high', summary: 'auto' } }",
  ],
  [
    'plugins',
    "defaultModel: 'openai/gpt-4o', parameters: { plugins: [{ id: 'web', max_results: 3 }, { id: 'file-parser', pdf: { engine: 'native' } }, { id: 'response-healing' }] }",
  ],
  [
    'a schema',
    "defaultModel: 'openai/gpt-4o', parameters: { response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: {} } }, seed: 7 }",
  ],
  [
    'tracing',
    `${sonnet}, parameters: { user: 'me', session_id: 'abc', metadata: { team: 'x' }, trace: { trace_name: 'y' }, service_tier: 'flex', usage: { include: true } }`,
  ],
  [
    'the defaults that other programs write out',
    "defaultModel: 'openai/gpt-5', parameters: { temperature: 1, top_p: 1, frequency_penalty: 0, presence_penalty: 0, repetition_penalty: 1, stop: [] }",
  ],
  ['a line break to stop at', `${sonnet}, parameters: { stop: ['\\n\\nHuman:', '\\n'] }`],
  ['nulls', `${sonnet}, parameters: { temperature: null, provider: { sort: null } }`],
];

describe('a setup as it is found in public', () => {
  it.each(valid)('with %s has no problem', async (_what, members) => {
    const found = await findings({ text: entry(members), models });
    const problems = found.filter(({ severity }) => severity !== 'info');
    expect(problems.map(({ checkId, message }) => `${checkId}: ${message}`)).toEqual([]);
    expect(found.flatMap(({ fix }) => fix ?? [])).toEqual([]);
  });
});

/** Each with how often something in it is wrong. */
const faulty: readonly string[] = [
  "defaultModel: 'anthropic/claude-sonet-4'",
  "defaultModel: 'anthropic/claude-sonnet-4:nitor'",
  "defaultModel: 'presets/mine'",
  "defaultModel: 'openrouter/openrouter/auto'",
  "defaultModel: 'auto'",
  "defaultModel: 'openrouter/auot'",
  "defaultModel: ' openai/gpt-4o '",
  "defaultModel: 'openai/gpt-4o:free'",
  `${sonnet}, parameters: { temperatur: 0.7, max_token: 5, provider: { data_colection: 'deny' } }`,
  `${sonnet}, parameters: { maxTokens: '1000' }`,
  `${sonnet}, parameters: { topP: '0.5', top_p: 0.9 }`,
  `${sonnet}, parameters: { temperature: '0.7', stream: 'yes' }`,
  `${sonnet}, parameters: { provider: { srot: 'pirce', zdr: 'true', only: 'anthropic' } }`,
  `${sonnet}, parameters: { provider: { exclude: 'azure', prefer: ['anthropic'] } }`,
  `${sonnet}, parameters: { provider: { max_price: { promt: 1, completion: '$2' } } }`,
  `${sonnet}, parameters: { provider: { quantizations: 'fp8, fp61' } }`,
  `${sonnet}, parameters: { reasoning: { efort: 'hihg' } }`,
  `${sonnet}, parameters: { reasoning: { effort: 'low', budget_tokens: 2000 } }`,
  "defaultModel: 'openai/o3', parameters: { reasoning_effort: 'none' }",
  `${sonnet}, parameters: { plugins: [{ id: 'wbe' }, {}] }`,
  `${sonnet}, parameters: { tool_choice: 'requird', verbosity: 'hgih' }`,
  `${sonnet}, parameters: { model: 'a/b', models: [], mesages: [] }`,
  `${sonnet}, parameters: { thinking: { type: 'enabled' } }`,
  `${sonnet}, parameters: { stop: ['1', '2', '3', '4', '5'] }`,
  `${sonnet}, fallbackModels: ['anthropic/claude-sonnet-4', 'openai/gpt4o', '~anthropic/claude-sonet-latest']`,
  `${sonnet}, budegt: { dailyLimit: '$2', alertTreshold: 80 }`,
  `${sonnet}, providerPreferences: { ignore: ['azure'], perfer: 'anthropic' }`,
  `${sonnet}, fallbackModel: 'openai/gpt-4o', retryOnFailur: 'yes', maxRetrys: '3'`,
  `${sonnet}, complexModle: 'anthropic/claude-opus-4.1', complexTrigger: 'code, math'`,
  `${sonnet}, headers: { 'X Title': 'mine', 'HTTP-Referer': 'my site' }`,
];

describe('a setup with faults', () => {
  it.each(faulty)('%s: each is at a line and column', async (members) => {
    const found = await findings({ text: entry(members), models });
    const problems = found.filter(({ severity }) => severity !== 'info');
    expect(problems).not.toEqual([]);
    for (const { place } of problems) expect(place).toMatchObject({ line: 1 });
  });

  it.each(faulty)(
    '%s: is fixed in a few rounds, after which a fix changes nothing',
    async (members) => {
      let text = entry(members);
      const seen = [text];
      for (let round = 0; round < 12; round += 1) {
        const fixes = (await findings({ text, models })).flatMap(({ fix }) => fix?.files ?? []);
        const [first] = fixes.filter(
          ({ dialect, edits }) => dialect === 'json5' && edits.length > 0,
        );
        if (first === undefined) return;
        text = json5Dialect.edit(text, inOrder(first.edits)).text;
        expect(seen).not.toContain(text);
        seen.push(text);
      }
      const left = (await findings({ text, models })).flatMap(({ fix }) => fix ?? []);
      expect(left).toEqual([]);
    },
  );
});

describe('a model that the list of the day does not have', () => {
  const sonnetRow = () => models.find(({ id }) => id === 'anthropic/claude-sonnet-4');

  it('is kept where the list is older', async () => {
    const row = sonnetRow();
    const list = row === undefined ? [] : [priced(row)];
    const found = await findings({
      text: entry("defaultModel: 'anthropic/claude-sonnet-5'"),
      models: list,
      fetchedAt: '2026-11-20T12:00:00.000Z',
    });
    const finding = found.find(({ checkId }) => checkId === 'models/exists');
    expect(finding).toMatchObject({ severity: 'error' });
    expect(finding?.fix).toBeUndefined();
  });
});
