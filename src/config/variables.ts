import type { Dialect, VariableDialectId } from './dialect.ts';
import { dotenvDialect } from './dotenv.ts';
import { bashDialect, fishDialect, zshDialect } from './shell/index.ts';

/** In a separate file so that reading a variable does not load the JSON5 editor. */
export const variableDialects: readonly Dialect[] = [
  dotenvDialect,
  bashDialect,
  zshDialect,
  fishDialect,
];

/** The variables that a text sets, by name. */
export function variablesIn(
  text: string,
  id: VariableDialectId,
): Readonly<Record<string, unknown>> {
  const values = variableDialects.find((dialect) => dialect.id === id)?.read(text);
  return values instanceof Object ? { ...values } : {};
}
