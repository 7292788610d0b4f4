import { describe, expect, it } from 'vitest';
import {
  assertKnownModels,
  type KnownModels,
  knownModels,
  withCurrentModels,
} from '../../src/setup/known-models.ts';
import type { EntryMembers } from '../../src/setup/setup-request.ts';

const known: KnownModels = {
  has: (id) => id.startsWith('alive/'),
  successorOf: (id) => (id === 'gone/one' ? 'alive/one' : null),
  nearest: (id) => (id === 'alvie/one' ? ['alive/one'] : []),
};

function current(members: EntryMembers) {
  const { entry, notes } = withCurrentModels({ name: 'a', comment: '', members }, known);
  return { members: entry.members, notes };
}

describe('a model that OpenRouter does not offer', () => {
  it('is replaced by its successor, with a note', () => {
    expect(current({ defaultModel: 'gone/one' })).toEqual({
      members: { defaultModel: 'alive/one' },
      notes: ['OpenRouter does not offer "gone/one"; "alive/one" takes its place'],
    });
  });

  it('is kept with a note when it has no successor', () => {
    expect(current({ defaultModel: 'gone/two' })).toEqual({
      members: { defaultModel: 'gone/two' },
      notes: ['OpenRouter no longer offers "gone/two", and it has no successor'],
    });
  });

  it('may be new where the list is older', () => {
    const list = { models: [], source: 'cache', fetchedAt: '2026-11-01T00:00:00.000Z' } as const;
    expect(knownModels({ ...list, stale: true }).has('alive/new')).toBe(true);
    expect(knownModels({ ...list, stale: false }).has('alive/new')).toBe(false);
  });

  it('is rejected with the nearest id when a user typed it', () => {
    expect(() => assertKnownModels(['alvie/one'], known)).toThrow(
      expect.objectContaining({ type: 'not_found', hint: 'Did you mean "alive/one"?' }),
    );
  });

  it('is left out of the fallbacks when its successor is already in the chain', () => {
    expect(
      current({ defaultModel: 'alive/one', fallbackModels: ['gone/one', 'alive/two'] }),
    ).toMatchObject({
      members: { fallbackModels: ['alive/two'] },
      notes: [expect.any(String), expect.any(String)],
    });
  });
});

it('the prefix that the host puts before a model id is removed', () => {
  expect(current({ defaultModel: 'openrouter/alive/one' })).toEqual({
    members: { defaultModel: 'alive/one' },
    notes: [],
  });
});
