import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../src/commands/doctor/fix.ts';
import type { Edit } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';

describe('edits of one text by several fixes', () => {
  const edits: readonly Edit[] = [
    { op: 'rename', path: ['a'], to: 'b' },
    { op: 'remove', path: ['a', 'list', 0] },
    { op: 'rename', path: ['a', 'old'], to: 'young' },
    { op: 'remove', path: ['a', 'list', 2] },
    { op: 'set', path: ['a', 'list', 3], value: 'D' },
    { op: 'set', path: ['a', 'old'], value: 2 },
  ];

  it.each([
    ['as they came', edits],
    ['the other way round', [...edits].reverse()],
  ])('all reach their members, %s', (_how, given) => {
    const text = "{ a: { list: ['w', 'x', 'y', 'z'], old: 1 } }";
    const after = json5Dialect.edit(text, inOrder(given)).text;
    expect(json5Dialect.read(after)).toEqual({ b: { list: ['x', 'D'], young: 2 } });
  });
});
