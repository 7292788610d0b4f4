/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys and array indices; undefined if there is none. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((holder, key) => {
    if (Array.isArray(holder)) return typeof key === 'number' ? holder[key] : undefined;
    return isRecord(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
  }, root);
}

/** The object at a path; an empty one if there is none. */
export function recordAt(
  root: unknown,
  path: readonly (string | number)[],
): Readonly<Record<string, unknown>> {
  const value = valueAt(root, path);
  return isRecord(value) ? value : {};
}
