import type { Deps } from '../../platform/deps.ts';
import { jsonText } from '../../text/github.ts';

/** Prints the JSON document of `--json`. */
export function printJson(
  deps: Pick<Deps, 'io'>,
  document: Readonly<Record<string, unknown>>,
): void {
  deps.io.out(`${jsonText({ schemaVersion: 1, ...document })}\n`);
}
