import { dirname, resolve } from 'node:path';
import type { Edit } from '../config/edit.ts';
import { isBlankText } from '../config/json5/scan.ts';
import { plainValue } from '../config/json5/tree.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText } from '../config/snapshot.ts';
import type { Deps, Files } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { scanFile } from '../setup-file/member-place.ts';
import { hostPaths } from './location.ts';

export interface HostConfigFile {
  readonly snapshot: FileSnapshot;
  /** The parsed file without its includes; undefined where there is none. */
  readonly own: unknown;
  /** The parsed file with its includes, as the host reads it. */
  readonly value: unknown;
}

/** Reads the host config. Throws UserError when it cannot be read, Json5SyntaxError when it does not parse. */
export async function readHostConfig(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<HostConfigFile> {
  const snapshot = await readText(deps.files, hostPaths(deps).config);
  const own = parseHostConfig(snapshot.text, snapshot.path);
  return { snapshot, own, value: await resolveIncludes(deps.files, own, snapshot.path) };
}

/** Parses one file of the config; undefined for an empty one. Throws Json5SyntaxError. */
export function parseHostConfig(text: string, path: string): unknown {
  return isBlankText(text) ? undefined : plainValue(scanFile(text, path));
}

/**
 * Replaces each `$include` in the value parsed from that path by what it includes. Throws UserError for a missing file
 * and for includes nested deeper than the host follows them (docs.openclaw.ai/gateway/configuration/common-tasks).
 */
export async function resolveIncludes(
  files: Files,
  value: unknown,
  path: string,
  depth = 0,
): Promise<unknown> {
  const resolved = (member: unknown) => resolveIncludes(files, member, path, depth);
  if (Array.isArray(value)) return Promise.all(value.map(resolved));
  if (!isRecord(value)) return value;
  const { $include: include, ...rest } = value;
  const own = Object.fromEntries(
    await Promise.all(
      Object.entries(rest).map(async ([key, member]) => [key, await resolved(member)]),
    ),
  );
  if (include === undefined) return own;
  const names = [include].flat().filter((name) => typeof name === 'string');
  const parts = await Promise.all(names.map((name) => readInclude(files, name, path, depth)));
  const [first, ...others] = Object.keys(rest).length === 0 ? parts : [...parts, own];
  return others.reduce(merge, first);
}

const maxIncludeDepth = 10;

async function readInclude(files: Files, name: string, from: string, depth: number) {
  if (depth === maxIncludeDepth) {
    throw new UserError(`${from} includes files more than ${maxIncludeDepth} levels deep`, {
      hint: 'openclaw config validate reports this too',
    });
  }
  const path = resolve(dirname(from), name);
  const value = parseHostConfig((await readText(files, path)).text, path);
  if (value !== undefined) return resolveIncludes(files, value, path, depth + 1);
  throw new UserError(`${from} includes ${path}, which does not exist or is empty`, {
    hint: 'openclaw config validate reports this too',
  });
}

/** The host concatenates lists; of two other values the later one wins. */
function merge(before: unknown, after: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(after)) return [...before, ...after];
  if (!isRecord(before) || !isRecord(after)) return after;
  const merged = Object.entries(after).map(([key, value]) => [
    key,
    Object.hasOwn(before, key) ? merge(before[key], value) : value,
  ]);
  return { ...before, ...Object.fromEntries(merged) };
}

/**
 * Converts edits of the config with its includes into edits of the file itself, whose bindings follow the included
 * ones. Edits of included bindings are left out.
 */
export function toFileEdits(edits: readonly Edit[], own: unknown, value: unknown): readonly Edit[] {
  const included = bindingCount(value) - bindingCount(own);
  if (included === 0) return edits;
  return edits.flatMap((edit) => {
    const [first, index, ...rest] = edit.path;
    if (first !== 'bindings' || typeof index !== 'number') return [edit];
    const isInFile = index >= included && !isRecord(valueAt(own, ['bindings']));
    return isInFile ? [{ ...edit, path: [first, index - included, ...rest] }] : [];
  });
}

function bindingCount(config: unknown): number {
  const bindings = valueAt(config, ['bindings']);
  return Array.isArray(bindings) ? bindings.length : 0;
}
