import { dotenvDialect } from './dotenv.ts';
import { json5Dialect } from './json5/index.ts';
import { bashDialect, fishDialect, zshDialect } from './shell/index.ts';
import type { Dialect } from './types.ts';

export type { Dialect, DialectId } from './types.ts';

/** THE LIST of dialects: add the next one here. */
export const dialects: readonly Dialect[] = [
  json5Dialect,
  dotenvDialect,
  bashDialect,
  zshDialect,
  fishDialect,
];
