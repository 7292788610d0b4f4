import { dirname, resolve } from 'node:path';
import type { Edit } from '../config/edit.ts';
import { isBlankText } from '../config/json5/scan.ts';
import { plainValue } from '../config/json5/tree.ts';
import { scanFile } from '../config/member-place.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText, resolveTarget } from '../config/snapshot.ts';
import type { Deps, Files } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { hostPaths } from './location.ts';

export interface HostConfigFile {
  readonly snapshot: FileSnapshot;
  /** The parsed file without its includes; undefined if there is none. */
  readonly own: unknown;
  /** The parsed file with its includes, as the host reads it. */
  readonly value: unknown;
}

/** Reads the host config. Throws UserError if it cannot be read, Json5SyntaxError if it cannot be parsed. */
export async function readHostConfig(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<HostConfigFile> {
  const snapshot = await readText(deps.files, hostPaths(deps).config);
  const own = parseHostConfig(snapshot.text, snapshot.path);
  assertIsObject(own, snapshot.path);
  return { snapshot, own, value: await resolveIncludes(deps.files, own, snapshot.path) };
}

/** Throws UserError if the config is not an object; the host would not start with it. */
export function assertIsObject(value: unknown, path: string): void {
  if (value === undefined || isRecord(value)) return;
  throw new UserError(`${path} is not an object`, {
    type: 'syntax',
    hint: 'Correct it by hand; an empty config is {}',
  });
}

/** Parses one file of the config; undefined for an empty one. Throws Json5SyntaxError. */
export function parseHostConfig(text: string, path: string): unknown {
  return isBlankText(text) ? undefined : plainValue(scanFile(text, path));
}

/** Limits for all includes of a config together; a file that is included twice counts twice. */
const maxIncludes = 500;
const maxIncludedBytes = 16 * 1024 * 1024;
/** The depth to which the host follows includes (docs.openclaw.ai/gateway/configuration/common-tasks). */
const maxIncludeDepth = 10;

interface Including {
  readonly files: Files;
  /** The chain of files from the config to the including file, with symbolic links resolved. */
  readonly trail: readonly string[];
  readonly used: { includes: number; bytes: number };
}

/**
 * Replaces each `$include` in the value, which was parsed from that path, with the included content. Throws UserError
 * for a missing file, circular includes, and too many includes.
 */
export async function resolveIncludes(
  files: Files,
  value: unknown,
  path: string,
): Promise<unknown> {
  const trail = [await resolveTarget(files, path)];
  return resolveIn({ files, trail, used: { includes: 0, bytes: 0 } }, value, path);
}

async function resolveIn(from: Including, value: unknown, path: string): Promise<unknown> {
  const resolved = (member: unknown) => resolveIn(from, member, path);
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
  const parts: unknown[] = [];
  for (const name of names) parts.push(await readInclude(from, name, path));
  const [first, ...others] = Object.keys(rest).length === 0 ? parts : [...parts, own];
  return others.reduce(merge, first);
}

async function readInclude(
  { files, trail, used }: Including,
  name: string,
  from: string,
): Promise<unknown> {
  const path = resolve(dirname(from), name);
  used.includes += 1;
  if (used.includes > maxIncludes) {
    throw badInclude(`The host config includes more than ${maxIncludes} files`);
  }
  if (trail.length > maxIncludeDepth) {
    throw badInclude(`${from} includes files more than ${maxIncludeDepth} levels deep`);
  }
  const { text, bytes, target } = await readText(files, path);
  if (trail.includes(target)) {
    const circle = [...trail.slice(trail.indexOf(target)), target].join(' -> ');
    throw badInclude(`${path} includes itself: ${circle}`);
  }
  used.bytes += bytes.byteLength;
  if (used.bytes > maxIncludedBytes) {
    throw badInclude('The files that the host config includes are larger than 16 MiB together');
  }
  const value = parseHostConfig(text, path);
  if (value === undefined) {
    throw badInclude(`${from} includes ${path}, which does not exist or is empty`);
  }
  return resolveIn({ files, trail: [...trail, target], used }, value, path);
}

function badInclude(message: string): UserError {
  return new UserError(message, { hint: 'openclaw config validate reports this too' });
}

/** Like the host, concatenates lists and deep-merges objects; otherwise the later value wins. */
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
 * Converts edits to the config with its includes into edits to the file itself, whose bindings come after the included
 * ones. Edits to included bindings are left out.
 */
export function toFileEdits(edits: readonly Edit[], own: unknown, value: unknown): readonly Edit[] {
  const included = bindingCount(value) - bindingCount(own);
  // A list that is included as a whole is not the file's to change, even if it is empty.
  const isIncluded = isRecord(valueAt(own, ['bindings']));
  if (included === 0 && !isIncluded) return edits;
  return edits.flatMap((edit) => {
    const [first, index, ...rest] = edit.path;
    if (first !== 'bindings' || typeof index !== 'number') return [edit];
    const isInFile = index >= included && !isIncluded;
    return isInFile ? [{ ...edit, path: [first, index - included, ...rest] }] : [];
  });
}

function bindingCount(config: unknown): number {
  const bindings = valueAt(config, ['bindings']);
  return Array.isArray(bindings) ? bindings.length : 0;
}
