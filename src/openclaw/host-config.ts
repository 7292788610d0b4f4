import { isBlankText, scanJson5 } from '../config/dialects/json5/scan.ts';
import { Json5SyntaxError } from '../config/dialects/json5/syntax-error.ts';
import { valueOf as plainValue } from '../config/dialects/json5/tree.ts';
import { type FileSnapshot, readText } from '../config/file.ts';
import type { Deps } from '../deps.ts';
import { hostPaths } from './host.ts';

export interface HostConfigFile {
  readonly snapshot: FileSnapshot;
  /** The host's config as parsed; undefined where there is none. */
  readonly value: unknown;
}

/** Reads the host's own config. Throws UserError when it cannot be read, Json5SyntaxError when it does not parse. */
export async function readHostConfig(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<HostConfigFile> {
  const { config } = hostPaths(deps);
  const snapshot = await readText(deps.files, config);
  if (isBlankText(snapshot.text)) return { snapshot, value: undefined };
  try {
    return { snapshot, value: plainValue(scanJson5(snapshot.text)) };
  } catch (error) {
    if (!(error instanceof Json5SyntaxError)) throw error;
    // The scanner knows the text and not whose it is.
    throw Object.assign(error, { place: { file: config, line: error.line, column: error.column } });
  }
}
