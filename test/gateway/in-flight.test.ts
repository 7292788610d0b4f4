import { expect, test } from 'vitest';
import { removeFrom } from '../../src/gateway/in-flight.ts';

test('removes one item and keeps the order of the others', () => {
  const items = ['a', 'b', 'c', 'b'];
  removeFrom(items, 'b');
  expect(items).toEqual(['a', 'c', 'b']);
});

test('leaves a list without the item unchanged', () => {
  const items = ['a', 'b'];
  removeFrom(items, 'c');
  expect(items).toEqual(['a', 'b']);
});
