import type { Edit } from '../edit.ts';
import { isPlainObject, plainCopy, sameData } from './plain.ts';
import { type Json5Node, plainValue, putOwn } from './tree.ts';

/**
 * The expected value of a document after edits. It is computed from plain data rather than from the text, to verify the
 * edited text independently. The edits must fit the document. `root` is null for a text without a value.
 */
export function intendedValue(root: Json5Node | null, edits: readonly Edit[]): unknown {
  const holder: unknown[] = [root === null ? undefined : new Untouched(root)];
  for (const edit of edits) applyTo(holder, edit);
  return holder[0];
}

/** Whether plain data equals an intended value. */
export function isIntended(data: unknown, intended: unknown): boolean {
  const waiting: [unknown, unknown][] = [[data, intended]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [is, should] = next;
    if (should instanceof Untouched) {
      if (!should.equals(is)) return false;
    } else if (Array.isArray(should)) {
      if (!Array.isArray(is) || is.length !== should.length) return false;
      for (const [index, item] of should.entries()) waiting.push([is[index], item]);
    } else if (isPlainObject(should)) {
      const names = Object.keys(should);
      if (!isPlainObject(is) || Object.keys(is).length !== names.length) return false;
      if (!names.every((name) => Object.hasOwn(is, name))) return false;
      for (const name of names) waiting.push([is[name], should[name]]);
    } else if (!Object.is(is, should)) {
      return false;
    }
  }
  return true;
}

function applyTo(holder: unknown[], edit: Edit): void {
  const path = [0, ...edit.path];
  const last = path.at(-1) ?? 0;
  const creates = edit.op === 'set' || edit.op === 'insert';
  let parent: unknown = holder;
  for (const [depth, step] of path.slice(0, -1).entries()) {
    if (creates && get(parent, step) === undefined) {
      put(parent, step, typeof path[depth + 1] === 'number' ? [] : {});
    }
    parent = get(parent, step);
  }
  if (edit.op === 'set') put(parent, last, plainCopy(edit.value));
  else if (edit.op === 'insert') {
    if (Array.isArray(parent)) parent.splice(Number(last), 0, plainCopy(edit.value));
  } else if (edit.op === 'remove') drop(parent, last);
  else if (peek(parent, last) !== undefined && String(last) !== edit.to) {
    put(parent, edit.to, peek(parent, last));
    drop(parent, last);
  }
}

/** The member. An untouched member is replaced by a shallow copy first, since an edit is about to change it. */
function get(parent: unknown, step: string | number): unknown {
  const found = peek(parent, step);
  if (!(found instanceof Untouched)) return found;
  const opened = found.opened();
  put(parent, step, opened);
  return opened;
}

function peek(parent: unknown, step: string | number): unknown {
  if (Array.isArray(parent)) return typeof step === 'number' ? parent[step] : undefined;
  return isPlainObject(parent) && Object.hasOwn(parent, step) ? parent[String(step)] : undefined;
}

function put(parent: unknown, step: string | number, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(step)] = value;
  else if (isPlainObject(parent)) putOwn(parent as Record<string, unknown>, String(step), value);
}

function drop(parent: unknown, step: string | number): void {
  if (Array.isArray(parent)) {
    if (typeof step === 'number' && step >= 0) parent.splice(step, 1);
  } else if (isPlainObject(parent)) {
    Reflect.deleteProperty(parent, step);
  }
}

/** A value that no edit changes. Kept as a tree node, since copying a large document for one comparison is too slow. */
class Untouched {
  readonly node: Json5Node;

  constructor(node: Json5Node) {
    this.node = node;
  }

  /** A shallow copy whose members are untouched. */
  opened(): unknown {
    const { node } = this;
    if (node.kind === 'scalar') return node.value;
    if (node.kind === 'array') return node.members.map((member) => new Untouched(member));
    const object: Record<string, unknown> = {};
    for (const member of node.members) putOwn(object, member.key ?? '', new Untouched(member));
    return object;
  }

  /** Whether plain data equals the value of the node. */
  equals(data: unknown): boolean {
    const rest: Rest = { values: [data], nodes: [this.node] };
    for (let node = rest.nodes.pop(); node !== undefined; node = rest.nodes.pop()) {
      if (!sameLevel(rest.values.pop(), node, rest)) return false;
    }
    return true;
  }
}

/** Pending values and their nodes. Two lists, since an object for each pair would cost more than the comparison. */
interface Rest {
  readonly values: unknown[];
  readonly nodes: Json5Node[];
}

function sameLevel(value: unknown, node: Json5Node, rest: Rest): boolean {
  if (node.kind === 'scalar') return Object.is(value, node.value);
  if (node.kind === 'array') return Array.isArray(value) && sameValues(value, node.members, rest);
  if (!isPlainObject(value)) return false;
  // Compares by position, since looking up names would cost more than the rest of the comparison.
  return namesInOrder(value, node.members)
    ? sameValues(Object.values(value), node.members, rest)
    : sameData(value, plainValue(node));
}

/** False for duplicate names, and for integer-like names, which JavaScript objects list first. */
function namesInOrder(value: object, members: readonly Json5Node[]): boolean {
  let at = 0;
  for (const name in value) {
    if (members[at]?.key !== name) return false;
    at += 1;
  }
  return at === members.length;
}

/** Compares scalars and adds containers to `rest`. */
function sameValues(
  values: readonly unknown[],
  members: readonly Json5Node[],
  rest: Rest,
): boolean {
  if (values.length !== members.length) return false;
  let at = 0;
  for (const node of members) {
    const value = values[at];
    at += 1;
    if (node.kind !== 'scalar') {
      rest.values.push(value);
      rest.nodes.push(node);
    } else if (!Object.is(value, node.value)) {
      return false;
    }
  }
  return true;
}
