import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterModels, modelOrders, search, sortModels } from '../../src/catalog/search.ts';
import { codePoint } from '../helpers/code-point.ts';
import { model, realModels, realRows } from './sample-models.ts';

const models = [
  model('anthropic/claude-sonnet-4', { name: 'Anthropic: Claude Sonnet 4' }),
  model('anthropic/claude-sonnet-4.5', { name: 'Anthropic: Claude Sonnet 4.5' }),
  model('anthropic/claude-3.5-haiku', { name: 'Anthropic: Claude 3.5 Haiku' }),
  model('meta-llama/llama-3.3-70b-instruct', { name: 'Meta: Llama 3.3 70B Instruct' }),
  model('meta-llama/llama-3.3-70b-instruct:free', { name: 'Meta: Llama 3.3 70B Instruct (free)' }),
  model('nousresearch/hermes-3-llama-3.1-405b', { name: 'Nous: Hermes 3 405B Instruct' }),
  model('openai/gpt-4o', { name: 'OpenAI: GPT-4o' }),
  model('openai/gpt-4o-mini', { name: 'OpenAI: GPT-4o-mini' }),
  model('google/gemini-2.5-flash', { name: 'Google: Gemini 2.5 Flash' }),
];

const found = (query: string) => search(models, query).map(({ id }) => id);

describe('search', () => {
  it.each([
    ['sonnet 4', 'anthropic/claude-sonnet-4'],
    ['4 sonnet', 'anthropic/claude-sonnet-4'],
    ['sonet', 'anthropic/claude-sonnet-4'],
    ['llama70', 'meta-llama/llama-3.3-70b-instruct'],
    ['llama 70b free', 'meta-llama/llama-3.3-70b-instruct:free'],
    ['gpt4o', 'openai/gpt-4o'],
    ['GPT 4o mini', 'openai/gpt-4o-mini'],
    ['gemni flash', 'google/gemini-2.5-flash'],
    ['anthropic/claude-sonnet-4.5', 'anthropic/claude-sonnet-4.5'],
    ['haik', 'anthropic/claude-3.5-haiku'],
    ['claude-3-5-haiku', 'anthropic/claude-3.5-haiku'],
  ])('%j finds %s first', (query, first) => {
    expect(found(query)[0]).toBe(first);
  });

  it('matches numbers exactly: 4 is not 405', () => {
    expect(found('llama 4')).toEqual([]);
    expect(found('hermes 405')).toEqual(['nousresearch/hermes-3-llama-3.1-405b']);
  });

  it('requires every word', () => {
    expect(found('claude flash')).toEqual([]);
  });

  it('returns all models for an empty query', () => {
    expect(search(models, '  ')).toEqual(models);
  });

  it('ranks newer models first among equals', () => {
    const twins = [model('a/same-x', { created: 1 }), model('b/same-x', { created: 2 })];
    expect(search(twins, 'same').map(({ id }) => id)).toEqual(['b/same-x', 'a/same-x']);
  });

  it('accepts any text and never repeats a model', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (query) => {
        const hits = search(models, query);
        expect(new Set(hits).size).toBe(hits.length);
        expect(hits.every((hit) => models.includes(hit))).toBe(true);
      }),
    );
  });

  it.skipIf(realRows === null)('finds every model of the real list first by its own id', () => {
    const real = realModels();
    const lost = real.filter(({ id }) => search(real, id)[0]?.id !== id).map(({ id }) => id);
    expect(lost).toEqual([]);
  });

  it.skipIf(realRows === null).each([
    ['sonnet 4', 'anthropic/claude-sonnet-4'],
    ['llama70', 'meta-llama/llama-3.3-70b-instruct'],
    ['gpt4o', 'openai/gpt-4o'],
    ['deepseek chat', 'deepseek/deepseek-chat'],
    ['gemini 2.5 flash', 'google/gemini-2.5-flash'],
    ['mistral large', 'mistralai/mistral-large'],
    ['qwen 72b', 'qwen/qwen-2.5-72b-instruct'],
  ])('in the real list %j finds %s first', (query, first) => {
    expect(search(realModels(), query)[0]?.id).toBe(first);
  });
});

const free = model('acme/gratis:free', { prompt: '0', completion: '0', contextLength: 8_000 });
const cheap = model('acme/cheap', { prompt: '0.0000001', supportedParameters: ['tools', 'seed'] });
const dear = model('best/dear', {
  prompt: '0.00001',
  completion: '0.000001',
  contextLength: 1_000_000,
});
const varies = model('openrouter/auto', { prompt: '-1', completion: '-1', contextLength: null });
const four = [dear, varies, cheap, free];
const ids = (list: { id: string }[]) => list.map(({ id }) => id);

describe('filterModels', () => {
  it.each([
    ['nothing asked', {}, ids(four)],
    ['free', { free: true }, ['acme/gratis:free']],
    ['author', { author: 'acme' }, ['acme/cheap', 'acme/gratis:free']],
    ['max price, its border inside', { maxPrice: '0.1' }, ['acme/cheap', 'acme/gratis:free']],
    ['max price, below the border', { maxPrice: '0.09999999999999999999' }, ['acme/gratis:free']],
    ['min context', { minContext: 128_000 }, ['best/dear', 'acme/cheap']],
    ['all parameters', { supports: ['tools', 'seed'] }, ['acme/cheap']],
    ['a parameter nobody has', { supports: ['tools', 'x'] }, []],
  ])('%s', (_what, filter, expected) => {
    expect(ids(filterModels(four, filter))).toEqual(expected);
  });
});

describe('sortModels', () => {
  it.each([
    ['price', ['acme/gratis:free', 'acme/cheap', 'best/dear', 'openrouter/auto']],
    ['output-price', ['acme/gratis:free', 'best/dear', 'acme/cheap', 'openrouter/auto']],
    ['context', ['best/dear', 'acme/cheap', 'acme/gratis:free', 'openrouter/auto']],
    ['name', ['acme/cheap', 'acme/gratis:free', 'best/dear', 'openrouter/auto']],
  ] as const)('sorts by %s', (order, expected) => {
    expect(ids(sortModels(four, order))).toEqual(expected);
  });

  it('sorts by newest', () => {
    const [old, young] = [model('a/old', { created: 1 }), model('a/young', { created: 2 })];
    expect(ids(sortModels([old, young], 'newest'))).toEqual(['a/young', 'a/old']);
  });

  it.each(modelOrders)('sorts by %s from any order of the list', (order) => {
    const forth = sortModels(four, order);
    expect(sortModels([...four].reverse(), order)).toEqual(forth);
  });
});
