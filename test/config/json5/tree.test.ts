import { describe, expect, it } from 'vitest';
import { scanJson5 } from '../../../src/config/json5/scan.ts';
import { duplicateKeys, nodeAt } from '../../../src/config/json5/tree.ts';

const text = `{ a: 1, list: [{ x: 1, 'x': 2, "x": 3 }, [], 'end'], a: { b: 2, b: 3 }, c: 4 }`;
const source = ({ start, end }: { start: number; end: number }) => text.slice(start, end);

describe('nodeAt', () => {
  it.each([
    [[], text],
    [['c'], '4'],
    [['a'], '{ b: 2, b: 3 }'],
    [['a', 'b'], '3'],
    [['list', 0, 'x'], '3'],
    [['list', 1], '[]'],
    [['list', 2], "'end'"],
  ])('finds %j, the last one of several', (path, expected) => {
    const node = nodeAt(scanJson5(text), path);
    expect(node === null ? null : source(node)).toBe(expected);
  });

  it.each([[['x']], [['toString']], [['list', 3]], [['list', -1]], [['list', '0']], [['c', 'd']]])(
    'finds nothing at %j',
    (path) => {
      expect(nodeAt(scanJson5(text), path)).toBeNull();
    },
  );
});

describe('duplicateKeys', () => {
  it('finds the keys that occur more than once, in the order of the text', () => {
    const found = duplicateKeys(scanJson5(text)).map(({ path, keys }) => [path, keys.map(source)]);
    expect(found).toEqual([
      [['a'], ['a', 'a']],
      [
        ['list', 0, 'x'],
        ['x', "'x'", '"x"'],
      ],
      [
        ['a', 'b'],
        ['b', 'b'],
      ],
    ]);
  });

  it('finds none in a list or a scalar', () => {
    expect(duplicateKeys(scanJson5('[1, 1, [1, 1]]'))).toEqual([]);
    expect(duplicateKeys(scanJson5('1'))).toEqual([]);
  });
});
