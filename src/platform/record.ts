/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Merges the objects; for duplicate names the last one wins. V8 gives all results created here the same hidden class,
 * unlike results of spread and rest, which it reads and copies many times more slowly.
 */
export function joined<T>(...sources: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  const all: Record<string, T> = {};
  for (const source of sources) copyMembers(source, all, nothing);
  return all;
}

/** A copy without the named members. */
export function without(
  source: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  copyMembers(source, rest, names);
  return rest;
}

const nothing: ReadonlySet<string> = new Set();

function copyMembers<T>(
  source: Readonly<Record<string, T>>,
  target: Record<string, T>,
  except: ReadonlySet<string>,
): void {
  for (const [name, value] of Object.entries(source)) {
    if (except.has(name)) continue;
    if (name !== '__proto__') target[name] = value;
    // JSON may have a `__proto__` member, and assigning it would set the prototype.
    else Object.defineProperty(target, name, { value, ...ownMember });
  }
}

const ownMember = { writable: true, enumerable: true, configurable: true };

/** The value at a path of keys and array indices; undefined if missing. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((holder, key) => {
    if (Array.isArray(holder)) return typeof key === 'number' ? holder[key] : undefined;
    return isRecord(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
  }, root);
}

/** The object at a path; an empty object if missing. */
export function recordAt(
  root: unknown,
  path: readonly (string | number)[],
): Readonly<Record<string, unknown>> {
  const value = valueAt(root, path);
  return isRecord(value) ? value : {};
}
