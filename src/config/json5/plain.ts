import { UserError } from '../../platform/errors.ts';
import { deepestNesting, type PlainScalar, putOwn } from './tree.ts';

export type PlainValue =
  | PlainScalar
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/**
 * Copies a value that will be nested `depth` levels deep in a document. Like JSON, omits undefined members. Throws
 * TypeError for anything that is not data (functions, dates, bigints), and UserError for nesting too deep to read back.
 */
export function plainCopy(value: unknown, depth = 0): PlainValue {
  const levels = typeof value === 'object' && value !== null ? depth + 1 : depth;
  if (levels > deepestNesting) throw nestedTooDeep();
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map((item) => plainCopy(item, depth + 1));
  if (typeof value !== 'object' || !isBare(value)) {
    throw new TypeError(`A document cannot hold a ${typeof value}`);
  }
  const copy: Record<string, PlainValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) putOwn(copy, name, plainCopy(member, depth + 1));
  }
  return copy;
}

function nestedTooDeep(): UserError {
  const limit = `the ${deepestNesting} levels that a file may have`;
  return new UserError(`A value is nested deeper than ${limit}`, { type: 'usage' });
}

export function isPlainObject(value: unknown): value is Record<string, PlainValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBare(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Deep equality of data: NaN equals NaN, -0 differs from 0, and the order of members does not matter. */
export function sameData(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  const waiting: [unknown, unknown][] = [[left, right]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [a, b] = next;
    const same =
      Array.isArray(a) && Array.isArray(b)
        ? sameItems(a, b, waiting)
        : isPlainObject(a) && isPlainObject(b) && sameMembers(a, b, waiting);
    if (!same) return false;
  }
  return true;
}

/** Adds nested pairs to `waiting` instead of recursing, so that a deep value cannot overflow the stack. */
function sameItems(a: unknown[], b: unknown[], waiting: [unknown, unknown][]): boolean {
  for (let index = 0; index < a.length; index += 1) {
    if (!Object.is(a[index], b[index])) waiting.push([a[index], b[index]]);
  }
  return a.length === b.length;
}

function sameMembers(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  waiting: [unknown, unknown][],
): boolean {
  const names = Object.keys(a);
  for (const name of names) {
    if (!Object.hasOwn(b, name)) return false;
    if (!Object.is(a[name], b[name])) waiting.push([a[name], b[name]]);
  }
  return names.length === Object.keys(b).length;
}
