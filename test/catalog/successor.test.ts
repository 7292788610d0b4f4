import { describe, expect, it } from 'vitest';
import { successorOf } from '../../src/catalog/successor.ts';
import { model, realModels, realRows } from './sample-models.ts';

const models = [
  model('anthropic/claude-sonnet-4', {
    canonicalSlug: 'anthropic/claude-4-sonnet-20250522',
    created: 10,
  }),
  model('anthropic/claude-sonnet-4.5', { created: 20 }),
  model('anthropic/claude-haiku-4.5', { created: 30 }),
  model('meta-llama/llama-3.3-70b-instruct', { created: 10 }),
  model('meta-llama/llama-3.3-70b-instruct:free', { created: 10 }),
  model('google/gemini-2.0-flash-001', { created: 1, expirationDate: '2026-12-01' }),
  model('google/gemini-2.5-flash', { created: 10 }),
  model('google/gemini-3-flash-preview', { created: 20 }),
  model('other/claude-sonnet-9', { created: 99 }),
];

const successor = (id: string) => successorOf(models, id)?.id ?? null;

describe('successorOf', () => {
  it.each([
    ['the newest of the family', 'anthropic/claude-3.5-sonnet', 'anthropic/claude-sonnet-4.5'],
    [
      'the same under its listed name',
      'anthropic/claude-4-sonnet-20250522',
      'anthropic/claude-sonnet-4',
    ],
    [
      'the whole name of a short one',
      'meta-llama/llama-3.3-70b',
      'meta-llama/llama-3.3-70b-instruct',
    ],
    [
      'a free one by a free one',
      'meta-llama/llama-3.3-70b:free',
      'meta-llama/llama-3.3-70b-instruct:free',
    ],
    [
      'a variant by the plain model',
      'anthropic/claude-3.7-sonnet:thinking',
      'anthropic/claude-sonnet-4.5',
    ],
    [
      'a retiring one, by a release before a preview',
      'google/gemini-2.0-flash-001',
      'google/gemini-2.5-flash',
    ],
    ['one without its author', 'claude-haiku-4.5', 'anthropic/claude-haiku-4.5'],
  ])('%s', (_what, id, expected) => {
    expect(successor(id)).toBe(expected);
  });

  it('never replaces a free model by a paid one', () => {
    expect(successor('anthropic/claude-3.5-sonnet:free')).toBeNull();
  });

  it('is null for a model that stays and for an unknown family', () => {
    expect(successor('anthropic/claude-sonnet-4')).toBeNull();
    expect(successor('acme/unheard-of')).toBeNull();
  });

  it('does not confuse sizes', () => {
    expect(successor('meta-llama/llama-3.1-8b-instruct')).toBeNull();
  });

  it.skipIf(realRows === null)(
    'gives no retiring model of the real list a retiring successor',
    () => {
      const real = realModels();
      const retiring = real.filter(({ expirationDate }) => expirationDate !== null);
      for (const { id } of retiring)
        expect(successorOf(real, id)?.expirationDate ?? null).toBeNull();
      expect(successorOf(real, 'anthropic/claude-3.7-sonnet')?.id).toMatch(/claude-sonnet-4/);
      expect(successorOf(real, 'google/gemini-2.0-flash-001')?.id).toBe('google/gemini-2.5-flash');
    },
  );
});
