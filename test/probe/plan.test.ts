import { describe, expect, it } from 'vitest';
import { priced } from '../../src/catalog/prices.ts';
import { estimateCost, planProbes } from '../../src/probe/plan.ts';
import { listed } from '../pricing/models.ts';
import { entryOf } from './worlds.ts';

const key = `sk-or-v1-${'ab'.repeat(32)}`;
const plain = { tools: false, stream: false };

const gpt = priced(
  listed('openai/gpt-4o', {
    pricing: { prompt: '0.0000025', completion: '0.00001' },
    contextLength: 128_000,
    maxCompletionTokens: null,
    supportedParameters: ['tools'],
  }),
);

describe('the plan of a test', () => {
  it('holds every link: primary, fallbacks and complex', () => {
    const entry = entryOf({ fallbackModels: ['a/b', 'c/d'], complexModel: 'e/f' });
    const { entries, probes } = planProbes([{ entry, key }], plain, []);
    expect(entries[0]?.links.map(({ role }) => role)).toEqual([
      'primary',
      'fallback1',
      'fallback2',
      'complex',
    ]);
    expect(probes.map(({ model }) => model)).toEqual([
      'anthropic/claude-sonnet-4',
      'a/b',
      'c/d',
      'e/f',
    ]);
  });

  it('asks once what two entries have in common', () => {
    const keyed = ['one', 'two'].map((name) => ({ entry: entryOf({ name }), key }));
    const { entries, probes } = planProbes(keyed, plain, []);
    expect(probes).toHaveLength(1);
    const shared = entries.flatMap(({ links }) =>
      links.map((link) => 'probe' in link && link.probe),
    );
    expect(shared).toEqual([probes[0], probes[0]]);
  });

  it.each([
    ['headers', entryOf({ headers: { 'X-Title': 'Mine' } }), key],
    ['parameters', entryOf({ parameters: { temperature: 0.1 } }), key],
    ['providers', entryOf({ providerPreferences: { exclude: ['azure'], prefer: [] } }), key],
    ['retries', entryOf({ retryOnFailure: true }), key],
    ['key', entryOf(), `sk-or-v1-${'cd'.repeat(32)}`],
  ])('asks twice where the %s differ', (_what, entry, otherKey) => {
    const keyed = [
      { entry: entryOf(), key },
      { entry, key: otherKey },
    ];
    expect(planProbes(keyed, plain, []).probes).toHaveLength(2);
  });

  it('sends the parameters of the entry, and allows the shortest possible answer', () => {
    const entry = entryOf({
      defaultModel: gpt.id,
      parameters: { temperature: 0.7, max_tokens: 4000 },
      headers: { 'X-Title': 'Mine' },
      providerPreferences: { exclude: ['azure'], prefer: ['openai'] },
    });
    const [probe] = planProbes([{ entry, key }], plain, [gpt]).probes;
    expect(probe?.headers).toEqual({ 'X-Title': 'Mine' });
    expect(probe?.body).toMatchObject({
      model: gpt.id,
      temperature: 0.7,
      max_tokens: 16,
      provider: { ignore: ['azure'], order: ['openai'] },
    });
  });

  it('sends nothing without a key, and names the empty variable', () => {
    const keyed = [{ entry: entryOf(), key: null, variable: 'MY_KEY' }];
    const { entries, probes } = planProbes(keyed, plain, []);
    expect(probes).toEqual([]);
    expect(entries[0]?.links).toEqual([
      {
        role: 'primary',
        model: 'anthropic/claude-sonnet-4',
        lacks: 'key',
        entry: entryOf().name,
        variable: 'MY_KEY',
      },
    ]);
  });
});

describe('the estimate', () => {
  const estimate = (given: Parameters<typeof entryOf>[0], models = [gpt]) => {
    const { probes } = planProbes([{ entry: entryOf(given), key }], plain, models);
    return estimateCost(probes, models);
  };
  const usdOf = (given: Parameters<typeof entryOf>[0], models = [gpt]) =>
    Number(estimate(given, models).usd);
  const once = usdOf({ defaultModel: gpt.id });

  it('covers a full answer and the whole prompt', () => {
    // 16 × 0.00001, and some hundred tokens at 0.0000025
    expect(once).toBeGreaterThan(0.00016);
    expect(once).toBeLessThan(0.002);
  });

  it.each([
    ['that is not known', 'unheard-of/model'],
    ['that a router chooses', 'openrouter/auto'],
  ])('counts a model %s as an expensive one', (_what, defaultModel) => {
    // 528 × 0.000075: it may think
    expect(usdOf({ defaultModel }, [])).toBeGreaterThan(0.0396);
    expect(usdOf({ defaultModel }, [])).toBeLessThan(0.05);
  });

  it('is zero for a free model', () => {
    const free = priced({ ...gpt, id: 'a/b:free', pricing: { prompt: '0', completion: '0' } });
    expect(usdOf({ defaultModel: free.id }, [free])).toBe(0);
  });

  it('counts every answer that the parameters ask for', () => {
    const more = usdOf({ defaultModel: gpt.id, parameters: { n: 3 } }) - once;
    expect(more).toBeGreaterThanOrEqual(0.00032);
    expect(more).toBeLessThan(0.0004);
  });

  it.each([
    ['a variant that does', { defaultModel: `${gpt.id}:online` }],
    ['a plugin', { defaultModel: gpt.id, parameters: { plugins: [{ id: 'web' }] } }],
  ])('counts a web search by %s', (_what, given) => {
    expect(usdOf(given) - once).toBeGreaterThan(0.02);
  });

  it('names what it cannot count', () => {
    const parameters = { plugins: [{ id: 'fusion' }] };
    expect(estimate({ defaultModel: gpt.id, parameters }).unpriced).toMatchObject([
      { unpriced: expect.stringContaining('fusion') },
    ]);
    expect(estimate({ defaultModel: gpt.id }).unpriced).toEqual([]);
  });
});
