import type { Edit } from '../../config/edit.ts';

/**
 * Edits that were each meant for the same text, in an order in which none moves what a later one names: values
 * first, then items out of arrays from the last index on, then new names from the deepest on.
 */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => rank(a) - rank(b) || byPath(a, b));
}

const ranks = { set: 0, insert: 1, remove: 2, rename: 3 } as const;

function rank({ op }: Edit): number {
  return ranks[op];
}

function byPath(a: Edit, b: Edit): number {
  if (a.op === 'remove' && b.op === 'remove') {
    const [left, right] = [a.path.at(-1), b.path.at(-1)];
    if (typeof left === 'number' && typeof right === 'number') return right - left;
  }
  return a.op === 'rename' && b.op === 'rename' ? b.path.length - a.path.length : 0;
}
