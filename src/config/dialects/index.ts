import { json5Dialect } from './json5/index.ts';
import type { Dialect, DialectId } from './types.ts';
import { variableDialects } from './variables.ts';

export type { Dialect, DialectId } from './types.ts';

/** THE LIST of dialects: add the next one here, or to those of variables. */
export const dialects: readonly Dialect[] = [json5Dialect, ...variableDialects];

/** The dialect of that id; every id has one in the list. */
export function dialectOf(id: DialectId): Dialect {
  const dialect = dialects.find((candidate) => candidate.id === id);
  if (dialect === undefined) throw new Error(`The list of dialects lacks ${id}`);
  return dialect;
}
