import type { Path } from '../edit.ts';

/** Offsets into the text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Objects and lists in one another: far more than a person writes. Beyond it lies the end of the stack of whoever
 * walks a value by recursion, as JSON.stringify does.
 */
export const deepestNesting = 500;

/** A value and where it stands. comments and white space are what lies between the spans. */
export type Json5Node = ObjectNode | ArrayNode | ScalarNode;
export type ContainerNode = ObjectNode | ArrayNode;

interface ObjectNode extends Span {
  readonly kind: 'object';
  readonly members: readonly Member[];
}

interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly members: readonly Member[];
}

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

/** A member of an object or an item of an array (no key). */
export interface Member {
  readonly key: KeyNode | null;
  readonly value: Json5Node;
  /** Offset of the comma behind it, or -1. */
  readonly comma: number;
}

export interface KeyNode extends Span {
  readonly name: string;
}

export interface Found {
  readonly key: Span | null;
  readonly value: Span;
  readonly node: Json5Node;
}

export interface DuplicateKey {
  readonly path: Path;
  /** Every occurrence in order; the last one counts. */
  readonly keys: readonly Span[];
}

/** The node at a path, or null; of members with the same key the last one, as `json5.parse` takes it. */
export function nodeAt(root: Json5Node, path: Path): Found | null {
  let found: Found = { key: null, value: root, node: root };
  for (const step of path) {
    const member = memberOf(found.node, step);
    if (member === undefined) return null;
    found = { key: member.key, value: member.value, node: member.value };
  }
  return found;
}

/** Keys that an object has more than once, in the whole document. */
export function duplicateKeys(root: Json5Node): DuplicateKey[] {
  const duplicates: DuplicateKey[] = [];
  const waiting: { node: Json5Node; path: Path }[] = [{ node: root, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path } = next;
    if (node.kind === 'scalar') continue;
    for (const [name, keys] of keysByName(node)) {
      if (keys.length > 1) duplicates.push({ path: [...path, name], keys });
    }
    for (const [index, member] of node.members.entries()) {
      if (member.value.kind === 'scalar') continue;
      waiting.push({ node: member.value, path: [...path, member.key?.name ?? index] });
    }
  }
  return duplicates.sort((a, b) => (a.keys[0]?.start ?? 0) - (b.keys[0]?.start ?? 0));
}

/** The plain value, as `json5.parse` gives it: the last of several members with one key counts, `__proto__` is data. */
export function plainValue(root: Json5Node): unknown {
  if (root.kind === 'scalar') return root.value;
  const value = emptyOf(root);
  const waiting: { node: ContainerNode; into: Record<string, unknown> | unknown[] }[] = [
    { node: root, into: value },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { key, value: node } of next.node.members) {
      const child = node.kind === 'scalar' ? node.value : emptyOf(node);
      if (Array.isArray(next.into)) next.into.push(child);
      else putOwn(next.into, key?.name ?? '', child);
      if (node.kind !== 'scalar') {
        waiting.push({ node, into: child as Record<string, unknown> | unknown[] });
      }
    }
  }
  return value;
}

/** Sets an own property, `__proto__` too. */
export function putOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    target[key] = value;
  }
}

function memberOf(node: Json5Node, step: string | number): Member | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'array')
    return typeof step === 'number'
      ? node.members.at(step < 0 ? node.members.length : step)
      : undefined;
  return byName(node).get(String(step));
}

const indexes = new WeakMap<ObjectNode, ReadonlyMap<string, Member>>();

/** The last member of each name; found once for each object that is looked into. */
function byName(node: ObjectNode): ReadonlyMap<string, Member> {
  const known = indexes.get(node);
  if (known !== undefined) return known;
  const index = new Map(node.members.map((member) => [member.key?.name ?? '', member]));
  indexes.set(node, index);
  return index;
}

function keysByName(node: ContainerNode): Map<string, KeyNode[]> {
  const byName = new Map<string, KeyNode[]>();
  for (const { key } of node.members) {
    if (key === null) continue;
    const keys = byName.get(key.name);
    if (keys === undefined) byName.set(key.name, [key]);
    else keys.push(key);
  }
  return byName;
}

function emptyOf(node: ContainerNode): Record<string, unknown> | unknown[] {
  return node.kind === 'array' ? [] : {};
}
