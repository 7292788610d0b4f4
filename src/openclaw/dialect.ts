import { type Dialect, type DialectId, dialects } from '../config/dialects/index.ts';

/** The dialect of that id; every id has one in the list. */
export function dialectOf(id: DialectId): Dialect {
  const dialect = dialects.find((candidate) => candidate.id === id);
  if (dialect === undefined) throw new Error(`the list of dialects lacks ${id}`);
  return dialect;
}
