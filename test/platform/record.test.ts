import { describe, expect, it } from 'vitest';
import { joined, valueAt, without } from '../../src/platform/record.ts';

describe('valueAt', () => {
  const root = { list: [{ id: 'a' }], text: 'abc' };

  it.each([
    [[], root],
    [['list', 0, 'id'], 'a'],
    [['list', 1], undefined],
    [['list', 'length'], undefined],
    [['text', 'length'], undefined],
    [['toString'], undefined],
  ])('reads %j', (path, value) => {
    expect(valueAt(root, path)).toBe(value);
  });
});

it('members named __proto__ are copied like others', () => {
  const sent = JSON.parse('{"a":1,"__proto__":{"plugins":[]},"b":2}');
  expect(JSON.stringify(joined(sent, { b: 3 }))).toBe('{"a":1,"__proto__":{"plugins":[]},"b":3}');
  const rest = without(sent, new Set(['a']));
  expect(JSON.stringify(rest)).toBe('{"__proto__":{"plugins":[]},"b":2}');
  expect(Reflect.get(rest, 'plugins')).toBeUndefined();
});
