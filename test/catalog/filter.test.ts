import { describe, expect, it } from 'vitest';
import { filterModels, modelOrders, sortModels } from '../../src/catalog/filter.ts';
import { model } from './sample-models.ts';

const free = model('acme/gratis:free', { prompt: '0', completion: '0', contextLength: 8_000 });
const cheap = model('acme/cheap', { prompt: '0.0000001', supportedParameters: ['tools', 'seed'] });
const dear = model('best/dear', {
  prompt: '0.00001',
  completion: '0.000001',
  contextLength: 1_000_000,
});
const varies = model('openrouter/auto', { prompt: '-1', completion: '-1', contextLength: null });
const models = [dear, varies, cheap, free];
const ids = (list: { id: string }[]) => list.map(({ id }) => id);

describe('filterModels', () => {
  it.each([
    ['nothing asked', {}, ids(models)],
    ['free', { free: true }, ['acme/gratis:free']],
    ['author', { author: 'acme' }, ['acme/cheap', 'acme/gratis:free']],
    ['max price, its border inside', { maxPrice: '0.1' }, ['acme/cheap', 'acme/gratis:free']],
    ['max price, below the border', { maxPrice: '0.09999999999999999999' }, ['acme/gratis:free']],
    ['min context', { minContext: 128_000 }, ['best/dear', 'acme/cheap']],
    ['all parameters', { supports: ['tools', 'seed'] }, ['acme/cheap']],
    ['a parameter nobody has', { supports: ['tools', 'x'] }, []],
  ])('%s', (_what, filter, expected) => {
    expect(ids(filterModels(models, filter))).toEqual(expected);
  });
});

describe('sortModels', () => {
  it.each([
    ['price', ['acme/gratis:free', 'acme/cheap', 'best/dear', 'openrouter/auto']],
    ['output-price', ['acme/gratis:free', 'best/dear', 'acme/cheap', 'openrouter/auto']],
    ['context', ['best/dear', 'acme/cheap', 'acme/gratis:free', 'openrouter/auto']],
    ['name', ['acme/cheap', 'acme/gratis:free', 'best/dear', 'openrouter/auto']],
  ] as const)('sorts by %s', (order, expected) => {
    expect(ids(sortModels(models, order))).toEqual(expected);
  });

  it('sorts by newest', () => {
    const [old, young] = [model('a/old', { created: 1 }), model('a/young', { created: 2 })];
    expect(ids(sortModels([old, young], 'newest'))).toEqual(['a/young', 'a/old']);
  });

  it.each(modelOrders)('sorts by %s from any order of the list', (order) => {
    const forth = sortModels(models, order);
    expect(sortModels([...models].reverse(), order)).toEqual(forth);
  });
});
