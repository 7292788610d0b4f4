import { diffArrays } from 'diff';
import { type Cell, cellOf, type OpenCell, type Slot } from './cell.ts';
import { type PlainValue, sameData } from './plain.ts';
import { plainValue } from './tree.ts';

/**
 * Makes a list hold `values`: items that stay keep their bytes and comments, others are inserted, removed, or, one
 * for one, given a new value. Returns the items that have yet to be given theirs.
 */
export function alignArrays(open: OpenCell, values: readonly PlainValue[]): [Slot, PlainValue][] {
  const before = open.slots().map((slot) => dataOf(slot.cell));
  const later: [Slot, PlainValue][] = [];
  let index = 0;
  for (const { removed, added } of stretches(before, values)) {
    const replaced = Math.min(removed, added.length);
    for (const value of added.slice(0, replaced)) {
      const slot = open.find(index);
      if (slot !== undefined) later.push([slot, value]);
      index += 1;
    }
    for (const value of added.slice(replaced)) {
      open.insert(index, cellOf(value));
      index += 1;
    }
    for (let left = removed - replaced; left > 0; left -= 1) open.remove(index);
  }
  return later;
}

/** Beyond this many insertions and removals a list is another list, and finding the fewest takes too long. */
const mostDifferences = 500;

type Stretch = { removed: number; added: readonly PlainValue[] };

/** The lists in step: a stretch that is the same in both counts as replaced by itself. */
function stretches(before: readonly unknown[], after: readonly PlainValue[]): Stretch[] {
  const changes = diffArrays<unknown>([...before], [...after], {
    comparator: sameData,
    maxEditLength: mostDifferences,
  });
  if (changes === undefined) return [{ removed: before.length, added: after }];
  const result: Stretch[] = [];
  let at = 0;
  let removed = 0;
  for (const change of changes) {
    if (change.removed) {
      removed += change.value.length;
      continue;
    }
    const added = after.slice(at, at + change.value.length);
    at += change.value.length;
    if (!change.added && removed > 0) result.push({ removed, added: [] });
    result.push({ removed: change.added ? removed : change.value.length, added });
    removed = 0;
  }
  if (removed > 0) result.push({ removed, added: [] });
  return result;
}

function dataOf(cell: Cell): unknown {
  if (cell.kind === 'source') return plainValue(cell.node);
  if (cell.kind === 'fresh') return cell.value;
  if (cell.kind === 'absent') return undefined;
  if (cell.shape === 'array') return cell.slots().map((slot) => dataOf(slot.cell));
  return Object.fromEntries(cell.slots().map((slot) => [slot.name, dataOf(slot.cell)]));
}
