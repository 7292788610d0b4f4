import { describe, expect, it } from 'vitest';
import { findModel, isValidModelId } from '../../src/catalog/model.ts';
import { nearestIds } from '../../src/catalog/suggest.ts';
import { hostModelId, routingVariants } from '../../src/openrouter/model-id.ts';
import { model, realModels, realRows } from './sample-models.ts';

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
    ['the canonical slug of a variant', 'a/b-2026:free', 'a/b:free'],
    ['a variant that every model has', 'a/b:thinking:nitro', 'a/b'],
  ])('%s: %s', (_, id, reached) => {
    expect(findModel(models, id)?.id).toBe(reached);
  });
});

describe('isValidModelId', () => {
  const models = [
    model('anthropic/claude-sonnet-4', { canonicalSlug: 'anthropic/claude-4-sonnet-20250522' }),
    model('google/gemini-2.5-flash'),
    model('a/only:free', { canonicalSlug: 'a/only-2026' }),
  ];

  it.each([
    '@preset/mine',
    'openrouter/@preset/mine',
    'anthropic/claude-sonnet-4@preset/mine',
    'anthropic/claude-sonnet-4:nitro@preset/mine',
    'anthropic/claude-4-sonnet-20250522',
    'anthropic/claude-4-sonnet-20250522:floor',
    'a/only-2026',
    '~anthropic/claude-sonnet-latest',
    '~anthropic/claude-latest',
    '~google/gemini-flash-latest',
    'openrouter/~anthropic/claude-sonnet-latest:online',
    ...['nitro', 'floor', 'exacto', 'online', 'thinking', 'extended'].map(
      (variant) => `anthropic/claude-sonnet-4:${variant}`,
    ),
    ...['anthropic/claude-sonnet-4:free', 'anthropic/claude-sonnet-4:free:nitro'],
    ...['auto', 'auto:floor', 'auto-beta', 'free', 'fusion', 'pareto-code', 'bodybuilder'].map(
      (router) => `openrouter/${router}`,
    ),
  ])('takes %s', (id) => {
    expect(isValidModelId(models, id)).toBe(true);
  });

  it.each([
    'anthropic/claude-sonet-4',
    'anthropic/claude-sonnet-4:fre',
    'anthropic/claude-sonet-4:free',
    'anthropic/claude-sonnet-4:free:free',
    'anthropic/claude-sonet-4@preset/mine',
    '@preset/',
    '@preset/two words',
    'anthropic/claude-sonnet-4@preset/',
    '@presets/mine',
    '~antropic/claude-sonnet-latest',
    '~anthropic/claude-sonet-latest',
    '~anthropic/claude-sonnet-4',
    'openrouter/auot',
    'openrouter/claude-sonnet-4',
    'auto',
    '',
  ])('refuses %j', (id) => {
    expect(isValidModelId(models, id)).toBe(false);
  });

  it.skipIf(realRows === null)('takes every name of every model in the real list', () => {
    const listed = realModels();
    const names = listed.flatMap(({ id, canonicalSlug }) => [id, canonicalSlug ?? id]);
    const spellings = names.flatMap((name) => [
      name,
      hostModelId(name),
      `${name}@preset/mine`,
      ...routingVariants.map((variant) => `${name}:${variant}`),
    ]);
    expect(spellings.filter((id) => !isValidModelId(listed, id))).toEqual([]);
  });

  it.skipIf(realRows === null)('finds a model again after two swapped letters', () => {
    const listed = realModels();
    const missed = listed.filter(({ id }) => {
      const at = id.indexOf('/') + 2;
      if (id.length < at + 3) return false;
      const slip = `${id.slice(0, at)}${id[at + 1]}${id[at]}${id.slice(at + 2)}`;
      return !isValidModelId(listed, slip) && nearestIds(listed, slip, 1)[0] !== id;
    });
    expect(missed.map(({ id }) => id)).toEqual([]);
  });
});
