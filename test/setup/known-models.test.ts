import { describe, expect, it } from 'vitest';
import {
  assertKnownModels,
  type KnownModels,
  knownModels,
  withCurrentModels,
} from '../../src/setup/known-models.ts';
import type { EntryMembers } from '../../src/setup/setup-request.ts';
import { createWorld } from '../helpers/world.ts';

const known: KnownModels = {
  judge: async () => null,
  current: (id) => (id === 'gone/one' ? { id: 'alive/one', note: 'gone' } : { id, note: null }),
  suggestionFor: () => null,
};

function current(members: EntryMembers, models: KnownModels | null = known) {
  const { entry, notes } = withCurrentModels({ name: 'a', comment: '', members }, models);
  return { members: entry.members, notes };
}

const list = { models: [], source: 'cache', fetchedAt: '2026-11-01T00:00:00.000Z' } as const;

describe('a model that OpenRouter does not offer', () => {
  it('is replaced, with a note', () => {
    expect(current({ defaultModel: 'gone/one' })).toEqual({
      members: { defaultModel: 'alive/one' },
      notes: ['gone'],
    });
  });

  it('is left out of the fallbacks when its replacement is already in the chain', () => {
    expect(
      current({ defaultModel: 'alive/one', fallbackModels: ['gone/one', 'alive/two'] }),
    ).toMatchObject({
      members: { fallbackModels: ['alive/two'] },
      notes: [expect.any(String), expect.any(String)],
    });
  });

  it('is kept with a note when a preset names it and it has no successor', () => {
    const models = knownModels(createWorld().deps, { ...list, stale: false }, 1_000);
    expect(current({ defaultModel: 'gone/two' }, models)).toEqual({
      members: { defaultModel: 'gone/two' },
      notes: ['OpenRouter no longer offers "gone/two", and it has no successor'],
    });
  });

  it('may be new where the list is older', async () => {
    const models = knownModels(createWorld().deps, { ...list, stale: true }, 1_000);
    await assertKnownModels(['alive/new'], models);
    expect(current({ defaultModel: 'alive/new' }, models)).toMatchObject({ notes: [] });
    await expect(assertKnownModels(['new'], models)).rejects.toThrow('"new" is not a model id');
  });
});

describe('without a list of models', () => {
  it('the prefix that the host puts before a model id is removed', () => {
    expect(current({ defaultModel: 'openrouter/alive/one' }, null)).toEqual({
      members: { defaultModel: 'alive/one' },
      notes: [],
    });
  });

  it.each(['a/b', '@preset/mine', 'a/b@preset/mine', '~a/b-latest'])(
    '%s is accepted',
    async (id) => {
      await expect(assertKnownModels([id], null)).resolves.toBeUndefined();
    },
  );

  it('an id without its author is rejected', async () => {
    await expect(assertKnownModels(['gpt-4o'], null)).rejects.toMatchObject({
      type: 'usage',
      hint: expect.stringContaining('An id is <author>/<model>'),
    });
  });
});
