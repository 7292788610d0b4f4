import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestIds } from '../../src/catalog/suggest.ts';
import { model, realModels, realRows } from './sample-models.ts';

const models = [
  model('meta-llama/llama-3.3-70b-instruct'),
  model('meta-llama/llama-3.3-70b-instruct:free'),
  model('meta-llama/llama-3-70b-instruct'),
  model('anthropic/claude-sonnet-4', { canonicalSlug: 'anthropic/claude-4-sonnet-20250522' }),
  model('anthropic/claude-3.5-haiku', { canonicalSlug: 'anthropic/claude-3-5-haiku' }),
  model('openai/gpt-4o'),
  model('openai/gpt-4o-mini'),
  model('google/gemini-2.5-flash'),
];

const cases = [
  ['meta-llama/llama-3.3-70b', 'meta-llama/llama-3.3-70b-instruct'],
  ['meta-llama/llama-3.3-70b:free', 'meta-llama/llama-3.3-70b-instruct:free'],
  ['anthropic/claude-4-sonnet', 'anthropic/claude-sonnet-4'],
  ['anthropic/claude-4-sonnet-20250522', 'anthropic/claude-sonnet-4'],
  ['anthropc/claude-sonet-4', 'anthropic/claude-sonnet-4'],
  ['claude-sonnet-4', 'anthropic/claude-sonnet-4'],
  ['Anthropic/Claude-Sonnet-4', 'anthropic/claude-sonnet-4'],
  ['openrouter/openai/gpt4o', 'openai/gpt-4o'],
  ['anthropic/claude-haiku-3.5', 'anthropic/claude-3.5-haiku'],
  ['gemini/gemini-2.5-flash', 'google/gemini-2.5-flash'],
] as const;

describe('nearestIds', () => {
  it.each(cases)('corrects %s to %s', (id, meant) => {
    expect(nearestIds(models, id, 3)[0]).toBe(meant);
  });

  it.skipIf(realRows === null).each(cases)('%s is %s in the real list, too', (id, meant) => {
    expect(nearestIds(realModels(), id, 3)[0]).toBe(meant);
  });

  it('returns nothing when nothing is near', () => {
    expect(nearestIds(models, 'wholly/unlike-anything', 3)).toEqual([]);
    expect(nearestIds(models, '', 3)).toEqual([]);
  });

  it('returns at most the requested number, each once and listed', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(5), (id, count) => {
        const near = nearestIds(models, id, count);
        expect(near.length).toBeLessThanOrEqual(count);
        expect(new Set(near).size).toBe(near.length);
        expect(near.every((known) => models.some((listed) => listed.id === known))).toBe(true);
      }),
    );
  });
});
