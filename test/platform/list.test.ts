import { describe, expect, it } from 'vitest';
import { removeFrom } from '../../src/platform/list.ts';

describe('removeFrom', () => {
  it('removes only the first match and keeps the order', () => {
    const items = ['a', 'b', 'c', 'b'];
    removeFrom(items, 'b');
    expect(items).toEqual(['a', 'c', 'b']);
  });

  it('leaves a list without the item unchanged', () => {
    const items = ['a', 'b'];
    removeFrom(items, 'c');
    expect(items).toEqual(['a', 'b']);
  });
});
