import { isPlainObject, sameData } from './plain.ts';
import { type Json5Node, type Member, plainValue, putOwn } from './tree.ts';

/**
 * A value that no edit went into, left in the tree: copying all of a large document only to compare it once would
 * cost more than the edit.
 */
export class Untouched {
  readonly node: Json5Node;

  constructor(node: Json5Node) {
    this.node = node;
  }

  /** One level of the value, what is below it untouched. */
  opened(): unknown {
    const { node } = this;
    if (node.kind === 'scalar') return node.value;
    if (node.kind === 'array') return node.members.map(({ value }) => new Untouched(value));
    const object: Record<string, unknown> = {};
    for (const { key, value } of node.members)
      putOwn(object, key?.name ?? '', new Untouched(value));
    return object;
  }

  /** Whether plain data is what the node says. */
  equals(data: unknown): boolean {
    const rest: Rest = { values: [data], nodes: [this.node] };
    for (let node = rest.nodes.pop(); node !== undefined; node = rest.nodes.pop()) {
      if (!sameSoFar(rest.values.pop(), node, rest)) return false;
    }
    return true;
  }
}

/** What is still to be compared, value by node: two lists, since a pair for each would cost more than comparing. */
interface Rest {
  readonly values: unknown[];
  readonly nodes: Json5Node[];
}

function sameSoFar(value: unknown, node: Json5Node, rest: Rest): boolean {
  if (node.kind === 'scalar') return Object.is(value, node.value);
  if (node.kind === 'array') return Array.isArray(value) && sameValues(value, node.members, rest);
  if (!isPlainObject(value)) return false;
  // By place and not by name: to look a name up costs more than all the rest of the comparison.
  return namesInOrder(value, node.members)
    ? sameValues(Object.values(value), node.members, rest)
    : sameData(value, plainValue(node));
}

/** False for names that are there twice, and for numbers as names, which data puts first. */
function namesInOrder(value: object, members: readonly Member[]): boolean {
  let at = 0;
  for (const name in value) {
    if (members[at]?.key?.name !== name) return false;
    at += 1;
  }
  return at === members.length;
}

/** Containers are compared later. */
function sameValues(values: readonly unknown[], members: readonly Member[], rest: Rest): boolean {
  if (values.length !== members.length) return false;
  let at = 0;
  for (const { value: node } of members) {
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
