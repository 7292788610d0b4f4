import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalModelId,
  hostModelId,
  idParts,
  isFreeModelId,
  isModelId,
  routedId,
} from '../../src/openrouter/model-id.ts';

describe('isModelId', () => {
  it.each(['a/b', 'a/b:free', '~openai/gpt-latest', '@preset/mine', 'a/b@preset/mine'])(
    'accepts %s',
    (id) => expect(isModelId(id)).toBe(true),
  );

  it.each(['', 'a/b c', 'a/$(b)', 'a/b\n', '-a/b', `a/${'b'.repeat(200)}`])('rejects %j', (id) =>
    expect(isModelId(id)).toBe(false),
  );
});

const parts = ['openrouter', 'auto', 'a', 'b:free'];

describe('canonicalModelId', () => {
  it.each([
    ['anthropic/claude-sonnet-4', 'anthropic/claude-sonnet-4'],
    ['openrouter/anthropic/claude-sonnet-4', 'anthropic/claude-sonnet-4'],
    ['openrouter/meta/llama:free', 'meta/llama:free'],
    ['openrouter/auto', 'openrouter/auto'],
    ['openrouter/openrouter/auto', 'openrouter/auto'],
    ['openrouter/openrouter/a/b', 'a/b'],
    ['openrouter/@preset/mine', '@preset/mine'],
    ['openrouter/auto@preset/mine', 'openrouter/auto@preset/mine'],
    ['openrouter/a/', 'openrouter/a/'],
    [' a/b ', 'a/b'],
    ['', ''],
  ])('turns %j into %j', (id, canonical) => {
    expect(canonicalModelId(id)).toBe(canonical);
  });

  it('leaves a canonical id alone', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts, '')), (some) => {
        const id = canonicalModelId(some.join('/'));
        expect(canonicalModelId(id)).toBe(id);
      }),
    );
  });

  it('is the inverse of the prefix that the host adds', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { minLength: 1 }), (some) => {
        const id = canonicalModelId(some.join('/'));
        expect(canonicalModelId(hostModelId(id))).toBe(canonicalModelId(`openrouter/${id}`));
      }),
    );
  });

  it('handles an id of any length', () => {
    expect(canonicalModelId(`${'openrouter/'.repeat(1_000_000)}auto`)).toBe('openrouter/auto');
  });
});

describe('hostModelId', () => {
  it.each([
    ['a/b', 'openrouter/a/b'],
    ['openrouter/a/b', 'openrouter/a/b'],
    ['openrouter/auto', 'openrouter/auto'],
    ['openrouter/openrouter/auto', 'openrouter/auto'],
  ])('turns %s into %s', (id, written) => {
    expect(hostModelId(id)).toBe(written);
  });
});

describe('isFreeModelId', () => {
  it.each([
    ['a/b:free', true],
    ['openrouter/a/b:free', true],
    ['openrouter/free', true],
    ['a/b', false],
    ['openrouter/auto', false],
  ])('is, for %s, %s', (id, free) => {
    expect(isFreeModelId(id)).toBe(free);
  });
});

describe('idParts', () => {
  it.each([
    ['a/b', 'a', 'b', ''],
    ['a/b:free', 'a', 'b', 'free'],
    ['b:free', '', 'b', 'free'],
    ['~a/b-latest', 'a', 'b-latest', ''],
    ['a/b:free@preset/mine', 'a', 'b', 'free'],
    ['@preset/mine', '', '', ''],
    ['', '', '', ''],
  ])('splits %j into %j, %j and %j', (id, author, slug, variant) => {
    expect(idParts(id)).toEqual({ author, slug, variant });
  });
});

describe('routedId', () => {
  it.each([
    ['openrouter/a/b', 'a/b', [], null],
    ['a/c:free:online:nitro', 'a/c:free', ['online', 'nitro'], null],
    ['a/b:nitro@preset/mine', 'a/b', ['nitro'], 'mine'],
    ['@preset/mine', '', [], 'mine'],
  ])('splits %s', (id, model, variants, preset) => {
    expect(routedId(id)).toEqual({ model, variants, preset });
  });
});
