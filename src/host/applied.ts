import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Edit, Path } from '../config/edit.ts';
import { type FileSnapshot, readText } from '../config/snapshot.ts';
import type { Deps } from '../platform/deps.ts';
import { stateFolder } from '../platform/paths.ts';
import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import { readBindings } from './agents.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/** What `apply` has written to that host config so far; empty if the record is missing or damaged. */
export async function readApplied(
  world: World,
  configPath: string,
): Promise<readonly AppliedSetting[]> {
  const { text } = await readText(world.files, recordPath(world));
  return parseRecord(text).get(configPath) ?? [];
}

/** The record file before and after storing `applied` as what `apply` wrote to that host config. */
export async function planRecord(
  world: World,
  configPath: string,
  applied: readonly AppliedSetting[],
): Promise<{ readonly before: FileSnapshot; readonly after: string }> {
  const before = await readText(world.files, recordPath(world));
  const record = new Map(parseRecord(before.text)).set(configPath, applied);
  return { before, after: `${JSON.stringify(Object.fromEntries(record))}\n` };
}

function recordPath(world: World): string {
  return join(stateFolder(world), 'applied.json');
}

function parseRecord(text: string): ReadonlyMap<string, readonly AppliedSetting[]> {
  return new Map(
    Object.entries(recordAt(jsonOrUndefined(text), [])).map(([configPath, settings]) => [
      configPath,
      Array.isArray(settings) ? settings.filter(isAppliedSetting) : [],
    ]),
  );
}

function isAppliedSetting(value: unknown): value is AppliedSetting {
  return (
    isRecord(value) &&
    typeof value.hash === 'string' &&
    Array.isArray(value.path) &&
    value.path.every((key) => typeof key === 'string' || typeof key === 'number')
  );
}

/** Whether the config still has the value that an earlier run wrote at that path. */
export function wasApplied(
  applied: readonly AppliedSetting[],
  path: Path,
  config: unknown,
): boolean {
  const hash = hashOf(valueAt(config, path));
  const recorded = isBinding(path) ? bindingsPath : path;
  return applied.some((one) => one.hash === hash && isDeepStrictEqual(one.path, recorded));
}

/** Settings that remove what `apply` wrote earlier and `settings` no longer include. */
export function staleSettings(
  applied: readonly AppliedSetting[],
  settings: readonly HostSetting[],
  config: unknown,
  defaultAgent: string | null,
): readonly HostSetting[] {
  const bindings = staleBindings(applied, settings, config);
  const agents = new Set([defaultAgent, ...boundAgents(config, settings, bindings)]);
  const members = applied
    .map(({ path }) => path)
    .filter((path) => !isBinding(path) && wasApplied(applied, path, config))
    .filter((path) => !settings.some((one) => begins(one.path, path) || begins(path, one.path)))
    .filter((path) => !isAgentMember(path) || !agents.has(String(path[2])));
  // Bindings from last to first, so that the indices of the remaining ones stay valid.
  const removed = [...outermost(members, settings, config), ...bindings.toReversed()];
  return removed.map((path) => ({ path, value: undefined }));
}

/** Adds the settings that the differences write; `filterPresent` then drops those that are no longer in the config. */
export function addApplied(
  applied: readonly AppliedSetting[],
  differences: readonly Difference[],
  config: unknown,
): readonly AppliedSetting[] {
  const written = differences
    .filter(({ value, permanent }) => value !== undefined && permanent !== true)
    .map(({ path, value }) => appliedSetting(path, value, config));
  const isNew = (one: AppliedSetting) => !applied.some((other) => isDeepStrictEqual(one, other));
  return [...applied, ...written.filter(isNew)];
}

/** The settings that the config still has. If the user later writes the same value by hand, it belongs to the user. */
export function filterPresent(
  applied: readonly AppliedSetting[],
  config: unknown,
): readonly AppliedSetting[] {
  const bindings = new Set(readBindings(config).map(hashOf));
  return applied.filter(({ path, hash }) =>
    isBinding(path) ? bindings.has(hash) : hashOf(valueAt(config, path)) === hash,
  );
}

function appliedSetting(path: Path, value: unknown, config: unknown): AppliedSetting {
  if (!isBinding(path)) return { path, hash: hashOf(value) };
  const before = recordAt(config, path.slice(0, 2));
  const binding = path.length === 2 ? value : { ...before, [String(path[2])]: value };
  return { path: bindingsPath, hash: hashOf(binding) };
}

const bindingsPath: Path = ['bindings'];

function isBinding([first]: Path): boolean {
  return first === 'bindings';
}

/** The bindings that `apply` wrote and no channel of the setup file needs any more, in file order. */
function staleBindings(
  applied: readonly AppliedSetting[],
  settings: readonly HostSetting[],
  config: unknown,
): readonly Path[] {
  return readBindings(config)
    .map((_binding, index) => [...bindingsPath, index])
    .filter((path) => wasApplied(applied, path, config))
    .filter((path) => !settings.some((one) => begins(path, one.path)));
}

/** The agents that will have a binding once everything is written. */
function boundAgents(
  config: unknown,
  settings: readonly HostSetting[],
  stale: readonly Path[],
): readonly unknown[] {
  const remaining = readBindings(config).flatMap((binding, index) => {
    const path = [...bindingsPath, index, 'agentId'];
    if (stale.some((one) => begins(one, path))) return [];
    const moved = settings.find((one) => isDeepStrictEqual(one.path, path));
    return [moved === undefined ? valueAt(binding, ['agentId']) : moved.value];
  });
  const added = settings
    .filter(({ path }) => isBinding(path) && path.length === 2)
    .map(({ value }) => valueAt(value, ['agentId']));
  return [...remaining, ...added];
}

/**
 * Replaces a path by that of its parent object if the removal would leave the parent empty. Agents are removed whole or
 * not at all.
 */
function outermost(
  paths: readonly Path[],
  settings: readonly HostSetting[],
  config: unknown,
): readonly Path[] {
  const keys = new Set(paths.map(pathKey));
  const isRemoved = (path: Path): boolean => {
    if (keys.has(pathKey(path))) return true;
    const members = Object.keys(recordAt(config, path));
    return (
      members.length > 0 &&
      !settings.some((one) => begins(path, one.path)) &&
      members.every((name) => isRemoved([...path, name]))
    );
  };
  const climb = (path: Path): Path => {
    const parent = path.slice(0, -1);
    return parent.length > 0 && isRemoved(parent) ? climb(parent) : path;
  };
  const unique = new Map(paths.map(climb).map((path) => [pathKey(path), path]));
  return [...unique.values()].filter((path) => !isAgentMember(path));
}

/** Whether the member is one that every agent needs: its model or its workspace. */
function isAgentMember(path: Path): boolean {
  const [first, second, , member] = path;
  const isRequired = path.length === 4 && (member === 'model' || member === 'workspace');
  return isRequired && first === 'agents' && second === 'entries';
}

function begins(start: Path, path: Path): boolean {
  return start.every((key, at) => path[at] === key);
}

function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** Does not depend on the order of members. */
function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (_name, member: unknown) =>
    isRecord(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
  return createHash('sha256')
    .update(text ?? '')
    .digest('hex');
}

/** The value that a member of the host config should have; undefined means the member is removed. */
export interface HostSetting {
  readonly path: Path;
  readonly value: unknown;
  /** Never removed again, because other settings may depend on it by then. */
  readonly permanent?: true;
}

export interface Difference extends HostSetting {
  /** The current value in the config; undefined if there is none. */
  readonly current: unknown;
}

/**
 * A setting that `apply` wrote to the host config. It is removed once the setup file no longer needs it, unless it was
 * changed in the meantime. Only a hash of the value is stored, because it may be a secret. Bindings have no names, so
 * all of them have the path of their list.
 */
export interface AppliedSetting {
  readonly path: Path;
  readonly hash: string;
}

/** One setting per leaf of a value, so that members that the user added next to them are kept. */
export function leafSettings(path: Path, value: unknown): readonly HostSetting[] {
  if (!isRecord(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([name, member]) => leafSettings([...path, name], member));
}

export function findDifferences(
  settings: readonly HostSetting[],
  config: unknown,
): readonly Difference[] {
  return settings
    .map((setting) => ({ ...setting, current: valueAt(config, setting.path) }))
    .filter(({ current, value }) => !isDeepStrictEqual(current, value));
}

export function toEdits(differences: readonly Difference[]): readonly Edit[] {
  return differences.map(({ path, value }) =>
    value === undefined ? { op: 'remove', path } : { op: 'set', path, value },
  );
}
