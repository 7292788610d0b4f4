import { describe, expect, it } from 'vitest';
import { valueAt } from '../../src/platform/record.ts';

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
