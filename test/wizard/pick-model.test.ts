import { describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { fallbackCandidates } from '../../src/wizard/pick-model.ts';
import { model } from '../catalog/sample-models.ts';

const newest = { created: 1_800_000_000 };
const caller = (id: string) => model(id, { supportedParameters: ['tools'] });
const idsOf = (models: readonly CatalogModel[], chain: readonly string[]) =>
  fallbackCandidates(models, chain).map((candidate) => candidate.model.id);

describe('candidates for a fallback', () => {
  it('from other makers come first, since an outage stops all models of one', () => {
    const models = [model('a/one'), model('a/two', newest), model('b/one')];
    expect(idsOf(models, ['a/one'])).toEqual(['b/one', 'a/two']);
    expect(idsOf(models, ['a/one', 'b/one'])).toEqual(['a/two']);
  });

  it('explain their rank', () => {
    const models = [
      caller('a/one'),
      caller('a/two'),
      model('b/one', { prompt: '0', completion: '0' }),
    ];
    const whys = fallbackCandidates(models, ['a/one']).map(({ why }) => why);
    expect(whys[0]).toMatch(/another author, b.*cannot call tools.*free/);
    expect(whys[1]).toContain('a is already in the chain');
  });

  it('that can call tools come before those that cannot, where the primary can', () => {
    const models = [caller('a/one'), model('b/mute', newest), caller('c/one')];
    expect(idsOf(models, ['a/one'])).toEqual(['c/one', 'b/mute']);
    const without = [model('a/one'), ...models.slice(1)];
    expect(idsOf(without, ['a/one'])).toEqual(['b/mute', 'c/one']);
  });

  it('that the presets recommend come before newer ones', () => {
    const models = [model('z/new', newest), model('openai/gpt-4o')];
    expect(idsOf(models, ['a/one'])).toEqual(['openai/gpt-4o', 'z/new']);
  });

  it('never have an expiration date, and answer in text', () => {
    const models = [
      model('a/old', { expirationDate: '2026-12-01' }),
      model('a/paint', { outputModalities: ['image'] }),
    ];
    expect(idsOf(models, ['b/one'])).toEqual([]);
  });
});
