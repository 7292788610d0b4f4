import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Path } from '../config/edit.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { type Difference, type HostSetting, recordIn } from './setting.ts';

/**
 * A setting that `apply` wrote into the host's config. It goes when the setup file no longer says it, unless somebody
 * changed it since; what a person wrote is never among these. The value may be a secret, so there is its hash alone.
 * Bindings have no names: the path of each is that of their list.
 */
export interface AppliedSetting {
  readonly path: Path;
  readonly hash: string;
}

/** Is what stands at that path of the config what an earlier run wrote there? */
export function wasWritten(
  applied: readonly AppliedSetting[],
  path: Path,
  config: unknown,
): boolean {
  const hash = hashOf(valueAt(config, path));
  const holder = isBinding(path) ? bindingsPath : path;
  return applied.some((one) => one.hash === hash && keyOf(one.path) === keyOf(holder));
}

/** What `apply` wrote earlier and is no longer wanted, as settings that remove it. */
export function staleSettings(
  applied: readonly AppliedSetting[],
  wanted: readonly HostSetting[],
  config: unknown,
  fallback: string | null,
): readonly HostSetting[] {
  const bindings = staleBindings(applied, wanted, config);
  const agents = new Set([fallback, ...boundAgents(config, wanted, bindings)]);
  const members = applied
    .map(({ path }) => path)
    .filter((path) => !isBinding(path) && wasWritten(applied, path, config))
    .filter((path) => !wanted.some((one) => begins(one.path, path) || begins(path, one.path)))
    .filter((path) => !isOfAgent(path) || !agents.has(String(path[2])));
  // The last one first: the others keep their indices.
  const removed = [...outermost(members, wanted, config), ...bindings.toReversed()];
  return removed.map((path) => ({ path, value: undefined }));
}

/** All that was written into the config by the time that the differences are; `stillThere` tells what of it counts. */
export function appliedAfter(
  applied: readonly AppliedSetting[],
  differences: readonly Difference[],
  config: unknown,
): readonly AppliedSetting[] {
  const written = differences
    .filter(({ value, stays }) => value !== undefined && stays !== true)
    .map(({ path, value }) => writtenSetting(path, value, config));
  const isNew = (one: AppliedSetting) => !applied.some((other) => isDeepStrictEqual(one, other));
  return [...applied, ...written.filter(isNew)];
}

/** Those that the config still holds. What somebody writes later, where it was taken away, is theirs. */
export function stillThere(
  applied: readonly AppliedSetting[],
  config: unknown,
): readonly AppliedSetting[] {
  const bindings = new Set(bindingsIn(config).map(hashOf));
  return applied.filter(({ path, hash }) =>
    isBinding(path) ? bindings.has(hash) : hashOf(valueAt(config, path)) === hash,
  );
}

function writtenSetting(path: Path, value: unknown, config: unknown): AppliedSetting {
  if (!isBinding(path)) return { path, hash: hashOf(value) };
  const before = recordIn(config, path.slice(0, 2));
  const binding = path.length === 2 ? value : { ...before, [String(path[2])]: value };
  return { path: bindingsPath, hash: hashOf(binding) };
}

const bindingsPath: Path = ['bindings'];

function isBinding([first]: Path): boolean {
  return first === 'bindings';
}

/** The paths of our bindings that no channel of the setup file asks for, in file order. */
function staleBindings(
  applied: readonly AppliedSetting[],
  wanted: readonly HostSetting[],
  config: unknown,
): readonly Path[] {
  return bindingsIn(config)
    .map((_binding, at) => [...bindingsPath, at])
    .filter((path) => wasWritten(applied, path, config))
    .filter((path) => !wanted.some((one) => begins(path, one.path)));
}

/** The agents that some binding names when all is written. */
function boundAgents(
  config: unknown,
  wanted: readonly HostSetting[],
  stale: readonly Path[],
): readonly unknown[] {
  const stay = bindingsIn(config).flatMap((binding, at) => {
    const path = [...bindingsPath, at, 'agentId'];
    if (stale.some((one) => begins(one, path))) return [];
    const moved = wanted.find((one) => isDeepStrictEqual(one.path, path));
    return [moved === undefined ? valueAt(binding, ['agentId']) : moved.value];
  });
  const added = wanted
    .filter(({ path }) => isBinding(path) && path.length === 2)
    .map(({ value }) => valueAt(value, ['agentId']));
  return [...stay, ...added];
}

function bindingsIn(config: unknown): readonly unknown[] {
  const bindings = valueAt(config, bindingsPath);
  return Array.isArray(bindings) ? bindings : [];
}

/** An object of which nothing would be left goes as a whole. An agent goes whole or stays as it is. */
function outermost(
  paths: readonly Path[],
  wanted: readonly HostSetting[],
  config: unknown,
): readonly Path[] {
  const keys = new Set(paths.map(keyOf));
  const goes = (path: Path): boolean => {
    if (keys.has(keyOf(path))) return true;
    const members = Object.keys(recordIn(config, path));
    return (
      members.length > 0 &&
      !wanted.some((one) => begins(path, one.path)) &&
      members.every((name) => goes([...path, name]))
    );
  };
  const climb = (path: Path): Path => {
    const holder = path.slice(0, -1);
    return holder.length > 0 && goes(holder) ? climb(holder) : path;
  };
  const whole = new Map(paths.map(climb).map((path) => [keyOf(path), path]));
  return [...whole.values()].filter((path) => !isOfAgent(path));
}

/** What an agent cannot do without: its model and its workspace. */
function isOfAgent(path: Path): boolean {
  const [first, second, , member] = path;
  const isMember = path.length === 4 && (member === 'model' || member === 'workspace');
  return isMember && first === 'agents' && second === 'entries';
}

function begins(start: Path, path: Path): boolean {
  return start.every((key, at) => path[at] === key);
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** The same for the same value, in whatever order its members are. */
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
