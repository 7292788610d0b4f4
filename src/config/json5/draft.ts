import { UserError } from '../../platform/errors.ts';
import type { Edit, Path } from '../edit.ts';
import { alignArrays } from './align.ts';
import { type Cell, cellOf, type OpenCell, openCell, type Slot, shapeOf } from './cell.ts';
import { isPlainObject, type PlainValue, plainCopy } from './plain.ts';
import type { Json5Node } from './tree.ts';

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
      requireAppend(parent, path);
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
      const open = openAt(slot, path, depth);
      if (depth === path.length - 1) return open;
      const next = open.find(step);
      if (next === undefined) requireAppend(open, path.slice(0, depth + 1));
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

function openAt(slot: Slot, path: Path, depth: number): OpenCell {
  const step = path[depth];
  if (slot.cell.kind === 'absent') slot.cell = cellOf(typeof step === 'number' ? [] : {});
  const open = openIfContainer(slot);
  if (open === null) throw misfit(path.slice(0, depth), 'is a plain value and has no members');
  if (open.shape === 'array' && typeof step !== 'number') {
    throw misfit(path.slice(0, depth), `is a list and has no member "${String(step)}"`);
  }
  return open;
}

function requireAppend(parent: OpenCell, path: Path): void {
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
