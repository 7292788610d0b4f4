import { dirname, resolve } from 'node:path';
import type { Edit } from '../config/edit.ts';
import { UserError } from '../platform/errors.ts';
import { isRecord, valueAt } from '../platform/record.ts';

/** Reads a file as JSON5; undefined where there is none. */
type Read = (path: string) => Promise<unknown>;

/** As deep as the host follows them (docs.openclaw.ai/gateway/configuration/common-tasks, `$include`). */
const deepest = 10;

/** The value with everything in it that it includes. Throws UserError where an included file is not there. */
export async function withIncludes(
  value: unknown,
  path: string,
  read: Read,
  depth = 0,
): Promise<unknown> {
  const resolved = (member: unknown) => withIncludes(member, path, read, depth);
  if (Array.isArray(value)) return Promise.all(value.map(resolved));
  if (!isRecord(value)) return value;
  const { $include: named, ...rest } = value;
  const own = Object.fromEntries(
    await Promise.all(
      Object.entries(rest).map(async ([key, member]) => [key, await resolved(member)]),
    ),
  );
  if (named === undefined) return own;
  const names = [named].flat().filter((name) => typeof name === 'string');
  const parts = await Promise.all(names.map((name) => included(name, path, read, depth)));
  const [first, ...others] = Object.keys(rest).length === 0 ? parts : [...parts, own];
  return others.reduce(merged, first);
}

async function included(name: string, from: string, read: Read, depth: number): Promise<unknown> {
  const path = resolve(dirname(from), name);
  const value = depth < deepest ? await read(path) : undefined;
  if (value !== undefined) return withIncludes(value, path, read, depth + 1);
  throw new UserError(
    depth < deepest ? `${from} includes ${path}, which is not there` : `${from} includes too deep`,
    { hint: 'openclaw config validate says so too' },
  );
}

/** The host puts lists behind one another; of two other values the later wins. */
function merged(before: unknown, after: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(after)) return [...before, ...after];
  if (!isRecord(before) || !isRecord(after)) return after;
  const both = Object.entries(after).map(([key, value]) => [
    key,
    Object.hasOwn(before, key) ? merged(before[key], value) : value,
  ]);
  return { ...before, ...Object.fromEntries(both) };
}

/**
 * Edits of the whole config as edits of the file alone, whose bindings come behind the included ones. What cannot be
 * changed in the file is left out.
 */
export function editsOfFile(edits: readonly Edit[], own: unknown, whole: unknown): readonly Edit[] {
  const count = (config: unknown) => {
    const bindings = valueAt(config, ['bindings']);
    return Array.isArray(bindings) ? bindings.length : 0;
  };
  const before = count(whole) - count(own);
  if (before === 0) return edits;
  return edits.flatMap((edit) => {
    const [first, at, ...rest] = edit.path;
    if (first !== 'bindings' || typeof at !== 'number') return [edit];
    const isHere = at >= before && !isRecord(valueAt(own, ['bindings']));
    return isHere ? [{ ...edit, path: [first, at - before, ...rest] }] : [];
  });
}
