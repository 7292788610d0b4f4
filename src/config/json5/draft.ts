import { diffArrays } from 'diff';
import { UserError } from '../../platform/errors.ts';
import type { Edit, Path } from '../edit.ts';
import { type Cell, cellOf, type OpenCell, openCell, type Slot, shapeOf } from './cell.ts';
import { isPlainObject, type PlainValue, plainCopy, sameData } from './plain.ts';
import { type Json5Node, plainValue } from './tree.ts';

/**
 * A document with edits on the way: the tree of its text, opened only where an edit goes. What was opened remembers
 * the members it had, so that `emit` can say which bytes change.
 */
export class Draft {
  readonly root: Slot;

  /** Null for a text without a value. */
  constructor(root: Json5Node | null) {
    const cell: Cell = root === null ? { kind: 'absent' } : { kind: 'source', node: root };
    this.root = { name: '', member: null, cell, comment: null };
  }

  /** Throws UserError where the path does not fit the document. */
  apply(edit: Edit): void {
    if (edit.op === 'set')
      this.set(edit.path, plainCopy(edit.value, edit.path.length), edit.comment ?? null);
    else if (edit.op === 'insert') this.insert(edit.path, plainCopy(edit.value, edit.path.length));
    else if (edit.op === 'remove') this.remove(edit.path, edit.keepComments === true);
    else this.rename(edit.path, edit.to);
  }

  private set(path: Path, value: PlainValue, comment: string | null): void {
    const last = path.at(-1);
    const parent = last === undefined ? null : this.reach(path);
    const slot = last === undefined ? this.root : parent?.find(last);
    if (slot !== undefined) {
      assign(slot, value);
    } else if (parent !== null) {
      assertAppend(parent, path);
      parent.append(String(last), cellOf(value), comment);
    }
  }

  private insert(path: Path, value: PlainValue): void {
    const index = path.at(-1);
    const parent = this.reach(path);
    if (parent.shape !== 'array' || typeof index !== 'number')
      throw misfit(path, 'is not in a list');
    if (!Number.isInteger(index) || index < 0 || index > parent.size)
      throw misfit(path, 'is beyond the list');
    parent.insert(index, cellOf(value));
  }

  private remove(path: Path, keepComments: boolean): void {
    const last = path.at(-1);
    if (last === undefined) throw misfit(path, 'is the whole document and cannot be removed');
    this.lookUp(path.slice(0, -1))?.remove(last, keepComments);
  }

  private rename(path: Path, to: string): void {
    const last = path.at(-1);
    const parent = last === undefined ? null : this.lookUp(path.slice(0, -1));
    if (last === undefined || parent?.find(last) === undefined) return;
    if (parent.shape === 'array') throw misfit(path, 'is an item of a list and has no name');
    if (String(last) === to) return;
    if (parent.find(to) !== undefined) throw misfit([...path.slice(0, -1), to], 'is there already');
    parent.rename(String(last), to);
  }

  /** The container that the last step of the path is in, made where it is missing. */
  private reach(path: Path): OpenCell {
    let slot = this.root;
    for (const [depth, step] of path.entries()) {
      const open = openContainer(slot, path, depth);
      if (depth === path.length - 1) return open;
      const next = open.find(step);
      if (next === undefined) assertAppend(open, path.slice(0, depth + 1));
      slot = next ?? open.append(String(step), { kind: 'absent' }, null);
    }
    throw misfit(path, 'names no member');
  }

  private lookUp(path: Path): OpenCell | null {
    let slot = this.root;
    for (const step of path) {
      const next = openIfContainer(slot)?.find(step);
      if (next === undefined) return null;
      slot = next;
    }
    return openIfContainer(slot);
  }
}

function openIfContainer(slot: Slot): OpenCell | null {
  const open = openCell(slot.cell);
  if (open !== null) slot.cell = open;
  return open;
}

function openContainer(slot: Slot, path: Path, depth: number): OpenCell {
  const step = path[depth];
  if (slot.cell.kind === 'absent') slot.cell = cellOf(typeof step === 'number' ? [] : {});
  const open = openIfContainer(slot);
  if (open === null) throw misfit(path.slice(0, depth), 'is a plain value and has no members');
  if (open.shape === 'array' && typeof step !== 'number') {
    throw misfit(path.slice(0, depth), `is a list and has no member "${String(step)}"`);
  }
  return open;
}

function assertAppend(parent: OpenCell, path: Path): void {
  if (parent.shape === 'array' && path.at(-1) !== parent.size)
    throw misfit(path, 'is beyond the list');
}

/** Makes a slot say `value`, keeping as much of what is there as says the same. */
function assign(target: Slot, newValue: PlainValue): void {
  const waiting: [Slot, PlainValue][] = [[target, newValue]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [slot, value] = next;
    const shape = shapeOf(slot.cell);
    if (Array.isArray(value) && shape === 'array') {
      const open = openIfContainer(slot);
      if (open !== null) waiting.push(...alignArrays(open, value));
    } else if (isPlainObject(value) && shape === 'object') {
      const open = openIfContainer(slot);
      if (open !== null) waiting.push(...mergeObject(open, value));
    } else if (!saysAlready(slot.cell, value)) {
      slot.cell = cellOf(value);
    }
  }
}

function mergeObject(
  open: OpenCell,
  value: Readonly<Record<string, PlainValue>>,
): [Slot, PlainValue][] {
  const later: [Slot, PlainValue][] = [];
  for (const name of open.names()) {
    if (!Object.hasOwn(value, name)) open.remove(name);
  }
  for (const [name, member] of Object.entries(value)) {
    const slot = open.find(name);
    if (slot === undefined) open.append(name, cellOf(member), null);
    else later.push([slot, member]);
  }
  return later;
}

function saysAlready(cell: Cell, value: PlainValue): boolean {
  if (cell.kind === 'source')
    return cell.node.kind === 'scalar' && Object.is(cell.node.value, value);
  return cell.kind === 'fresh' && Object.is(cell.value, value);
}

function misfit(path: Path, problem: string): UserError {
  const where = path.length === 0 ? 'The root' : `"${path.join('.')}"`;
  return new UserError(`${where} ${problem}`, {
    type: 'conflict',
    hint: 'Correct the file by hand, then run this again; nothing was written',
  });
}

/**
 * Makes a list hold `values`: items that stay keep their bytes and comments, others are inserted, removed, or, one
 * for one, given a new value. Returns the items that have yet to be given theirs.
 */
function alignArrays(open: OpenCell, values: readonly PlainValue[]): [Slot, PlainValue][] {
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
