import { describe, expect, it } from 'vitest';
import { isPlainName, nameProblem } from '../../src/setup-file/names.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';

const invalid = [
  'a\nb',
  'a\rb',
  'a\tb',
  'a\u2028b',
  'a\u001b[2J',
  'a\u202eb',
  'a\u009bb',
  '\ud800',
  'a'.repeat(201),
];

describe('an invalid name', () => {
  it.each(invalid)('of an entry is reported, and the entry ignored: %j', (name) => {
    const text = JSON.stringify({
      models: { [name]: { provider: 'openrouter', defaultModel: 'a/b', apiKey: '$K' }, ok: {} },
    });
    const setup = parseSetup(text, '/s.json5');
    expect(setup.entries).toEqual([]);
    expect(setup.problems).toContainEqual(
      expect.objectContaining({ path: ['models', name], part: 'key', kind: 'range' }),
    );
  });

  it.each(invalid)('of a channel is reported, and the channel ignored: %j', (name) => {
    const setup = parseSetup(JSON.stringify({ channels: { [name]: { model: 'a' } } }), '/s.json5');
    expect(setup.channels).toEqual([]);
    expect(setup.problems).toMatchObject([{ path: ['channels', name], part: 'key' }]);
  });

  it('is escaped in the message', () => {
    const setup = parseSetup('{ channels: { "a\\n::error::": {} } }', '/s.json5');
    expect(setup.problems[0]?.message).toBe(
      'The name "a\\n::error::" has a line break or another unprintable character; rename it',
    );
  });
});

it.each(['router-a', '模型', 'Größe 2', 'a/b:c', '::stop::x', '$(id)', "it's"])(
  'an unusual name is valid: %s',
  (name) => {
    expect(nameProblem(name)).toBeNull();
  },
);

it.each(['', ' a', '-a', '$(id)', '`id`', "it's", 'a;b', 'a&b', 'a|b', 'a>b', 'a*', 'a\nb', '~a'])(
  'isPlainName rejects %j',
  (name) => {
    expect(isPlainName(name)).toBe(false);
  },
);

it.each(['a\u001b[2Jb', 'a/b\nc', 'a/\u202eb'])(
  'a model id with terminal control characters is reported and ignored: %j',
  (id) => {
    const entry = {
      provider: 'openrouter',
      apiKey: '$KEY_A',
      defaultModel: id,
      fallbackModels: [id, 'a/b'],
      complexModel: id,
    };
    const setup = parseSetup(JSON.stringify({ models: { a: entry } }), '/s.json5');
    expect(setup.entries[0]).toMatchObject({
      defaultModel: '',
      fallbackModels: ['a/b'],
      complexModel: null,
    });
    const paths = setup.problems.filter(({ kind }) => kind === 'range').map(({ path }) => path);
    for (const path of [['defaultModel'], ['fallbackModels', 0], ['complexModel']]) {
      expect(paths).toContainEqual(['models', 'a', ...path]);
    }
  },
);
