import { describe, expect, it } from 'vitest';
import { findModel } from '../../src/catalog/model.ts';
import { model } from './sample-models.ts';

describe('findModel', () => {
  const models = ['openai/gpt-4o', 'openrouter/auto', 'a/b:free'].map((id) => model(id));
  it.each([
    ['openai/gpt-4o', 'openai/gpt-4o'],
    ['openrouter/openai/gpt-4o', 'openai/gpt-4o'],
    ['openai/gpt-4o:nitro', 'openai/gpt-4o'],
    ['openrouter/auto', 'openrouter/auto'],
    ['a/b:free', 'a/b:free'],
    ['a/b', undefined],
    ['openai/gpt-4o:free', undefined],
    ['auto', undefined],
  ])('%s reaches %s', (id, reached) => {
    expect(findModel(models, id)?.id).toBe(reached);
  });
});

describe('findModel beyond the list of ids', () => {
  const models = [
    model('a/b:free', { canonicalSlug: 'a/b-2026' }),
    model('a/b', { canonicalSlug: 'a/b-2026' }),
    model('a/c:free'),
  ];
  it.each([
    ['a canonical slug', 'a/b-2026', 'a/b'],
    ['a preset on a model', 'a/b@preset/mine', 'a/b'],
    ['several variants', 'a/c:free:online:nitro', 'a/c:free'],
    ['a preset alone', '@preset/mine', undefined],
  ])('%s: %s', (_, id, reached) => {
    expect(findModel(models, id)?.id).toBe(reached);
  });
});
