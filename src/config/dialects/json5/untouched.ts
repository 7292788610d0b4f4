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
    const waiting: [unknown, Json5Node][] = [[data, this.node]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [value, node] = next;
      const same =
        node.kind === 'scalar'
          ? Object.is(value, node.value)
          : node.kind === 'array'
            ? Array.isArray(value) && sameMembers(value, node.members, waiting)
            : isPlainObject(value) && sameObject(value, node, waiting);
      if (!same) return false;
    }
    return true;
  }
}

/** Member by member when the names come in the same order; with names twice or numbers as names they do not. */
function sameObject(
  value: Readonly<Record<string, unknown>>,
  node: Json5Node & { kind: 'object' },
  waiting: [unknown, Json5Node][],
): boolean {
  const names = Object.keys(value);
  if (
    names.length !== node.members.length ||
    !names.every((name, at) => node.members[at]?.key?.name === name)
  ) {
    return sameData(value, plainValue(node));
  }
  const values = names.map((name) => value[name]);
  return sameMembers(values, node.members, waiting);
}

function sameMembers(
  values: readonly unknown[],
  members: readonly Member[],
  waiting: [unknown, Json5Node][],
): boolean {
  if (values.length !== members.length) return false;
  for (const [index, { value: node }] of members.entries()) {
    if (node.kind !== 'scalar') waiting.push([values[index], node]);
    else if (!Object.is(values[index], node.value)) return false;
  }
  return true;
}
