import type { Dialect, VariableDialectId } from './dialect.ts';
import { dotenvDialect } from './dotenv.ts';
import { bashDialect, fishDialect, zshDialect } from './shell/index.ts';

/** The dialects that set variables, apart from the list so that who only reads a variable loads no JSON5 editor. */
export const variableDialects: readonly Dialect[] = [
  dotenvDialect,
  bashDialect,
  zshDialect,
  fishDialect,
];

/** The live variables of a text, by name. */
export function variablesIn(
  text: string,
  id: VariableDialectId,
): Readonly<Record<string, unknown>> {
  const values = variableDialects.find((dialect) => dialect.id === id)?.read(text);
  return values instanceof Object ? { ...values } : {};
}
