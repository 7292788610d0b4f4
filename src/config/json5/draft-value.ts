import type { PlainValue } from './plain.ts';
import type { ContainerNode, Json5Node, PlainScalar } from './tree.ts';

/** A value in a draft: unchanged from the text, a new scalar, or a container that has been edited. */
export type DraftValue =
  | { readonly kind: 'missing' }
  | Json5Node
  | { readonly kind: 'new'; readonly value: PlainScalar }
  | DraftContainer;

/** An object member or an array item. */
export interface DraftMember {
  /** Without meaning for an item. */
  name: string;
  value: DraftValue;
  /** Its node in the text; null for a new member. */
  readonly node: Json5Node | null;
  readonly comment: string | null;
  /** The previous member with the same name. */
  readonly earlier: DraftMember | null;
}

export function newValue(value: PlainValue): DraftValue {
  if (value === null || typeof value !== 'object') return { kind: 'new', value };
  const isArray = Array.isArray(value);
  const container = new DraftContainer(isArray ? 'array' : 'object', null);
  for (const [name, member] of Object.entries(value)) {
    container.append(name, newValue(member), null);
  }
  return container;
}

/** A container in a draft. Finding, appending and removing by name take constant time. */
export class DraftContainer {
  readonly kind = 'draft';
  readonly shape: 'object' | 'array';
  /** Null for a new container. */
  readonly node: ContainerNode | null;
  /** Removed members whose comments are kept. */
  readonly commentsKept = new Set<Json5Node>();
  private list: DraftMember[] = [];
  private readonly removed = new Set<DraftMember>();
  /** The last member with each name, which is the one that counts. */
  private readonly byName = new Map<string, DraftMember>();

  constructor(shape: 'object' | 'array', node: ContainerNode | null) {
    this.shape = shape;
    this.node = node;
    for (const member of node?.members ?? []) {
      this.add(member.key ?? '', member, member, null);
    }
  }

  /** The current members, in order. */
  members(): DraftMember[] {
    if (this.removed.size > 0) {
      this.list = this.list.filter((member) => !this.removed.has(member));
      this.removed.clear();
    }
    return this.list;
  }

  names(): string[] {
    return [...this.byName.keys()];
  }

  find(step: string | number): DraftMember | undefined {
    if (this.shape === 'object') return this.byName.get(String(step));
    return typeof step === 'number' ? this.list[step] : undefined;
  }

  append(name: string, value: DraftValue, comment: string | null): DraftMember {
    return this.add(name, value, null, comment);
  }

  insert(index: number, value: DraftValue): void {
    this.list.splice(index, 0, { name: '', value, node: null, comment: null, earlier: null });
  }

  /** Removes items of an array at once. One at a time, a long list would be moved as often as it is long. */
  removeItems(index: number, count: number): void {
    this.list.splice(index, count);
  }

  /** Removes every member with that name; otherwise an earlier duplicate would take effect. */
  remove(step: string | number, keepComments = false): void {
    const taken = this.shape === 'array' ? this.takeItem(step) : this.takeNamed(String(step));
    for (const { node } of taken) if (keepComments && node !== null) this.commentsKept.add(node);
  }

  rename(name: string, to: string): void {
    const [last, ...others] = this.named(name);
    if (last === undefined) return;
    for (const member of [last, ...others]) member.name = to;
    this.byName.delete(name);
    this.byName.set(to, last);
  }

  private takeItem(index: string | number): DraftMember[] {
    return typeof index === 'number' && index >= 0 ? this.list.splice(index, 1) : [];
  }

  private takeNamed(name: string): DraftMember[] {
    const members = this.named(name);
    for (const member of members) this.removed.add(member);
    this.byName.delete(name);
    return members;
  }

  /** All members with the name, last one first. */
  private named(name: string): DraftMember[] {
    const members: DraftMember[] = [];
    let member = this.byName.get(name) ?? null;
    for (; member !== null; member = member.earlier) members.push(member);
    return members;
  }

  private add(
    name: string,
    value: DraftValue,
    node: Json5Node | null,
    comment: string | null,
  ): DraftMember {
    const earlier = this.byName.get(name) ?? null;
    const member = { name, value, node, comment, earlier };
    this.list.push(member);
    if (this.shape === 'object') this.byName.set(name, member);
    return member;
  }
}
