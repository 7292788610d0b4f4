import type { Dialect, DialectId } from './dialect.ts';
import { json5Dialect } from './json5/index.ts';
import { variableDialects } from './variables.ts';

export type { Dialect, DialectId } from './dialect.ts';

/** All dialects. Add new ones here, or in variables.ts if they set variables. */
export const dialects: readonly Dialect[] = [json5Dialect, ...variableDialects];

export function dialectOf(id: DialectId): Dialect {
  const dialect = dialects.find((candidate) => candidate.id === id);
  if (dialect === undefined) throw new Error(`The list of dialects lacks ${id}`);
  return dialect;
}
