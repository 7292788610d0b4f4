import type { Path } from '../edit.ts';

/** Offsets into the text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Maximum nesting: deeper than anyone writes by hand, and safe for recursive code such as JSON.stringify. */
export const deepestNesting = 500;

/** A value and its position. Comments and white space are whatever lies between the spans. */
export type Json5Node = ContainerNode | ScalarNode;
export type ContainerNode = ObjectNode | ArrayNode;

/**
 * Node and member are a single flat object. That more than halves the tree that the garbage collector has to copy while
 * the edited text is parsed.
 */
interface AnyNode extends Span {
  /** Null for an array item and for the root. */
  readonly key: string | null;
  /** Start of the member: its key, or its value if it has no key. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Offset of the comma after it, or -1. Mutable, because the scanner reads the comma after the value. */
  comma: number;
}

interface ObjectNode extends AnyNode {
  readonly kind: 'object';
  readonly members: readonly Json5Node[];
}

interface ArrayNode extends AnyNode {
  readonly kind: 'array';
  readonly members: readonly Json5Node[];
}

interface ScalarNode extends AnyNode {
  readonly kind: 'scalar';
  readonly value: PlainScalar;
}

export type PlainScalar = string | number | boolean | null;

export interface DuplicateKey {
  readonly path: Path;
  /** Every occurrence, in order; the last one counts. */
  readonly keys: readonly Span[];
}

/** The node at a path, or null. For duplicate keys this is the last member, as in `json5.parse`. */
export function nodeAt(root: Json5Node, path: Path): Json5Node | null {
  let node = root;
  for (const step of path) {
    const member = memberOf(node, step);
    if (member === undefined) return null;
    node = member;
  }
  return node;
}

/** Keys that occur more than once in an object, for the whole document. */
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
      if (member.kind === 'scalar') continue;
      waiting.push({ node: member, path: [...path, member.key ?? index] });
    }
  }
  return duplicates.sort((a, b) => (a.keys[0]?.start ?? 0) - (b.keys[0]?.start ?? 0));
}

/** The value as `json5.parse` returns it: the last duplicate key wins, and `__proto__` is an ordinary member. */
export function plainValue(root: Json5Node): unknown {
  if (root.kind === 'scalar') return root.value;
  const value = emptyOf(root);
  const waiting: { node: ContainerNode; into: Record<string, unknown> | unknown[] }[] = [
    { node: root, into: value },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const node of next.node.members) {
      const child = node.kind === 'scalar' ? node.value : emptyOf(node);
      if (Array.isArray(next.into)) next.into.push(child);
      else putOwn(next.into, node.key ?? '', child);
      if (node.kind !== 'scalar') {
        waiting.push({ node, into: child as Record<string, unknown> | unknown[] });
      }
    }
  }
  return value;
}

/** Sets an own property, even for `__proto__`. */
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

function memberOf(node: Json5Node, step: string | number): Json5Node | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'array')
    return typeof step === 'number'
      ? node.members.at(step < 0 ? node.members.length : step)
      : undefined;
  return byName(node).get(String(step));
}

const indexes = new WeakMap<ObjectNode, ReadonlyMap<string, Json5Node>>();

/** The last member with each name. Each object that is searched is indexed only once. */
function byName(node: ObjectNode): ReadonlyMap<string, Json5Node> {
  const known = indexes.get(node);
  if (known !== undefined) return known;
  const index = new Map(node.members.map((member) => [member.key ?? '', member]));
  indexes.set(node, index);
  return index;
}

function keysByName(node: ContainerNode): Map<string, Span[]> {
  const byName = new Map<string, Span[]>();
  for (const { key, keyStart, keyEnd } of node.members) {
    if (key === null) continue;
    const span = { start: keyStart, end: keyEnd };
    const keys = byName.get(key);
    if (keys === undefined) byName.set(key, [span]);
    else keys.push(span);
  }
  return byName;
}

function emptyOf(node: ContainerNode): Record<string, unknown> | unknown[] {
  return node.kind === 'array' ? [] : {};
}
