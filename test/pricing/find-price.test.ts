import { describe, expect, it } from 'vitest';
import { findPrice } from '../../src/pricing/find-price.ts';
import type { RequestBody } from '../../src/pricing/measure.ts';
import { endpoint, listed } from './models.ts';

const models = [
  listed('anthropic/claude-sonnet-4.6', {
    canonicalSlug: 'anthropic/claude-4.6-sonnet-20260217',
    pricing: { prompt: '0.000003', completion: '0.000015' },
  }),
  listed('anthropic/claude-sonnet-4', { pricing: { prompt: '0.000002', completion: '0.00001' } }),
  listed('openai/gpt-5.4-pro', { pricing: { prompt: '0.00003', completion: '0.00018' } }),
  listed('a/open', { pricing: { prompt: '0.0000001', completion: '0.0000003' } }),
  listed('a/free:free', { pricing: { prompt: '0', completion: '0' } }),
  listed('openrouter/auto', { pricing: { prompt: '-1', completion: '-1' } }),
  listed('openrouter/bodybuilder', { pricing: { prompt: '-1', completion: '-1' } }),
  listed('~anthropic/claude-latest', { aliasTarget: 'anthropic/claude-sonnet-4.6' }),
];
const sonnet = ['0.000003', '0.000015'];
const ceiling = ['0.00001875', '0.000075'];

function pricesOf(
  id: string,
  body: RequestBody = {},
  offers: Parameters<typeof findPrice>[3] = () => [],
) {
  const found = findPrice(models, id, body, offers);
  if ('unpriced' in found) return found.unpriced;
  const rates = found.rates(100, 'minutes');
  return [rates?.prompt.toFixed(), rates?.completion.toFixed()];
}

describe('the price of an id', () => {
  it.each([
    ['a listed id', 'anthropic/claude-sonnet-4.6'],
    ['the spelling of the host', 'openrouter/anthropic/claude-sonnet-4.6'],
    ['a canonical slug', 'anthropic/claude-4.6-sonnet-20260217'],
    ...['nitro', 'floor', 'exacto', 'online', 'online:nitro'].map((variant) => [
      `the variant :${variant}`,
      `anthropic/claude-sonnet-4.6:${variant}`,
    ]),
    ['a free variant that is not listed', 'anthropic/claude-sonnet-4.6:free'],
    ['an alias in the list', '~anthropic/claude-latest'],
    ['an alias of a family', '~anthropic/claude-sonnet-latest'],
    ['a preset on a model', 'anthropic/claude-sonnet-4.6@preset/mine'],
  ])('is that of the model for %s', (_, id) => {
    expect(pricesOf(id)).toEqual(sonnet);
  });

  it('is zero for a free variant, with or without search, and for the free router', () => {
    expect(pricesOf('a/free:free')).toEqual(['0', '0']);
    expect(pricesOf('a/free:free:online')).toEqual(['0', '0']);
    expect(pricesOf('openrouter/free')).toEqual(['0', '0']);
  });

  it.each(['openrouter/auto', 'openrouter/auto-beta', 'openrouter/bodybuilder', '@preset/mine'])(
    'is a documented ceiling where OpenRouter chooses: %s',
    (id) => {
      expect(pricesOf(id)).toEqual(ceiling);
    },
  );

  it.each([
    ['no model of that name', 'a/unheard-of'],
    ['an alias without a family', '~nobody/model-latest'],
    ['a panel of models', 'openrouter/fusion'],
  ])('is unknown for %s', (_, id) => {
    expect(pricesOf(id)).toContain(id);
  });
});

describe('the price of a router', () => {
  it('is at most max_price, plus caching', () => {
    const body = { provider: { max_price: { prompt: 1, completion: '5' } } };
    expect(pricesOf('openrouter/auto', body)).toEqual(['0.00000125', '0.000005']);
    expect(pricesOf('@preset/mine', body)).toEqual(['0.00000125', '0.000005']);
  });

  it('is that of the most expensive model that its plugin allows', () => {
    const plugin = { id: 'auto-router', allowed_models: ['anthropic/*', 'a/*'] };
    expect(pricesOf('openrouter/auto', { plugins: [plugin] })).toEqual(sonnet);
    const excluded = { ...plugin, excluded_models: ['anthropic/claude-sonnet-4.6'] };
    expect(pricesOf('openrouter/auto', { plugins: [excluded] })).toEqual(['0.000002', '0.00001']);
  });

  it.each([
    ['is switched off', [{ id: 'auto-router', enabled: false, allowed_models: ['a/*'] }]],
    ['is that of another router', [{ id: 'auto-beta-router', allowed_models: ['a/*'] }]],
    ['comes twice', [{ id: 'auto-router', allowed_models: ['a/*'] }, { id: 'auto-router' }]],
  ])('is the ceiling where the plugin %s', (_, plugins) => {
    expect(pricesOf('openrouter/auto', { plugins })).toEqual(ceiling);
  });

  it('handles a pattern of many wildcards in time', () => {
    const plugins = [{ id: 'auto-router', allowed_models: [`${'*a'.repeat(500)}*z`, 'a*/*'] }];
    expect(pricesOf('openrouter/auto', { plugins })).toEqual(sonnet);
  });

  it('is the ceiling where the plugin allows no listed model', () => {
    const plugins = [{ id: 'auto-router', allowed_models: ['nobody/*'] }];
    expect(pricesOf('openrouter/auto', { plugins })).toEqual(ceiling);
  });
});

describe('a preset', () => {
  it.each([
    ['in the id', 'a/open@preset/mine', {}],
    ['in the body', 'a/open', { preset: 'mine' }],
  ])('adds its instructions to the prompt: %s', (_, id, body) => {
    expect(findPrice(models, id, body)).toMatchObject({
      addedTokens: 20_000,
      basis: expect.stringContaining('"mine"'),
    });
  });
});

describe('a model with several providers', () => {
  const offers = [
    endpoint('cheap/fp8', { prompt: '0.0000001', completion: '0.0000003' }),
    endpoint('groq', { prompt: '0.0000006', completion: '0.0000008' }, { contextLength: 200_000 }),
    endpoint(
      'dear',
      { prompt: '0.0000009', completion: '0.0000012' },
      { maxCompletionTokens: null },
    ),
  ];
  const of = (provider?: unknown) => pricesOf('a/open:nitro', { provider }, () => offers);

  it('has the price of the most expensive one', () => {
    expect(of()).toEqual(['0.0000009', '0.0000012']);
  });

  it('has the highest of their limits', () => {
    const found = findPrice(models, 'a/open', {}, () => offers);
    expect(found).toMatchObject({ contextLength: 200_000, maxCompletionTokens: null });
  });

  it.each([
    ['only', { only: ['groq', 'cheap'] }],
    ['ignore', { ignore: ['Dear'] }],
    ['order without fallbacks', { order: ['groq', 'cheap/fp8'], allow_fallbacks: false }],
    ['max_price', { max_price: { prompt: 0.6 } }],
  ])('has the price of the most expensive one that %s allows', (_, provider) => {
    expect(of(provider)).toEqual(['0.0000006', '0.0000008']);
  });

  it.each([
    ['a mere wish', { order: ['cheap'] }],
    ['rules that leave nobody', { only: ['nobody'] }],
    ['null', null],
  ])('has the price of all for %s', (_, provider) => {
    expect(of(provider)).toEqual(['0.0000009', '0.0000012']);
  });
});
