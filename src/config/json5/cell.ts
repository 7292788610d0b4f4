import type { PlainScalar, PlainValue } from './plain.ts';
import type { ContainerNode, Json5Node, Member } from './tree.ts';

/** A value in a draft: as it stands in the text, a new scalar, or a container that edits went into. */
export type Cell =
  | { readonly kind: 'absent' }
  | { readonly kind: 'source'; readonly node: Json5Node }
  | { readonly kind: 'fresh'; readonly value: PlainScalar }
  | OpenCell;

/** A member or item in a draft. */
export interface Slot {
  name: string;
  /** Where it stands in the text; null for a new one. */
  readonly member: Member | null;
  cell: Cell;
  readonly comment: string | null;
}

export function shapeOf(cell: Cell): 'object' | 'array' | null {
  if (cell.kind === 'open') return cell.shape;
  return cell.kind === 'source' && cell.node.kind !== 'scalar' ? cell.node.kind : null;
}

/** Null for what is no container. */
export function openCell(cell: Cell): OpenCell | null {
  if (cell.kind === 'open') return cell;
  if (cell.kind !== 'source' || cell.node.kind === 'scalar') return null;
  return new OpenCell(cell.node.kind, cell.node);
}

/** A new value. */
export function cellOf(value: PlainValue): Cell {
  if (Array.isArray(value)) {
    const open = new OpenCell('array', null);
    for (const item of value) open.append('', cellOf(item), null);
    return open;
  }
  if (value === null || typeof value !== 'object') return { kind: 'fresh', value };
  const open = new OpenCell('object', null);
  for (const [name, member] of Object.entries(value)) open.append(name, cellOf(member), null);
  return open;
}

/** A container in a draft; finding, appending and removing by name take constant time. */
export class OpenCell {
  readonly kind = 'open';
  readonly shape: 'object' | 'array';
  /** Null for a new container. */
  readonly node: ContainerNode | null;
  private items: Slot[] = [];
  private readonly removed = new Set<Slot>();
  private readonly byName = new Map<string, Slot[]>();
  /** Removed members whose comments stay. */
  readonly commentsKept = new Set<Member>();

  constructor(shape: 'object' | 'array', node: ContainerNode | null) {
    this.shape = shape;
    this.node = node;
    for (const member of node?.members ?? []) {
      const cell: Cell = { kind: 'source', node: member.value };
      this.add({ name: member.key?.name ?? '', member, cell, comment: null });
    }
  }

  get size(): number {
    return this.items.length - this.removed.size;
  }

  /** What is there now, in order. */
  slots(): Slot[] {
    if (this.removed.size > 0) {
      this.items = this.items.filter((slot) => !this.removed.has(slot));
      this.removed.clear();
    }
    return this.items;
  }

  names(): string[] {
    return [...this.byName.keys()];
  }

  /** Of members with one name the last, which is the one that counts. */
  find(step: string | number): Slot | undefined {
    if (this.shape === 'object') return this.byName.get(String(step))?.at(-1);
    return typeof step === 'number' && step >= 0 ? this.items[step] : undefined;
  }

  append(name: string, cell: Cell, comment: string | null): Slot {
    const slot: Slot = { name: this.shape === 'array' ? '' : name, member: null, cell, comment };
    this.add(slot);
    return slot;
  }

  insert(index: number, cell: Cell): void {
    this.items.splice(index, 0, { name: '', member: null, cell, comment: null });
  }

  /** Every member of that name, so that no earlier one comes to count. */
  remove(step: string | number, keepComments = false): void {
    const removed = this.shape === 'array' ? this.takeItem(step) : this.takeMembers(String(step));
    if (!keepComments) return;
    for (const { member } of removed) if (member !== null) this.commentsKept.add(member);
  }

  private takeItem(index: string | number): Slot[] {
    return typeof index === 'number' && index >= 0 ? this.items.splice(index, 1) : [];
  }

  private takeMembers(name: string): Slot[] {
    const removed = this.byName.get(name) ?? [];
    for (const slot of removed) this.removed.add(slot);
    this.byName.delete(name);
    return removed;
  }

  rename(name: string, to: string): void {
    const slots = this.byName.get(name) ?? [];
    for (const slot of slots) slot.name = to;
    this.byName.delete(name);
    this.byName.set(to, slots);
  }

  private add(slot: Slot): void {
    this.items.push(slot);
    if (this.shape === 'array') return;
    const same = this.byName.get(slot.name);
    if (same === undefined) this.byName.set(slot.name, [slot]);
    else same.push(slot);
  }
}
