import { json5Dialect } from './json5/index.ts';
import type { Dialect, DialectId } from './types.ts';

export type { Dialect, DialectId } from './types.ts';

/** THE LIST of dialects: add the next one here. */
export const dialects: readonly Dialect[] = [json5Dialect];
