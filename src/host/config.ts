import { isBlankText } from '../config/json5/scan.ts';
import { plainValue } from '../config/json5/tree.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText } from '../config/snapshot.ts';
import type { Deps, Files } from '../platform/deps.ts';
import { scanFile } from '../setup-file/member-place.ts';
import { withIncludes } from './include.ts';
import { hostPaths } from './location.ts';

export interface HostConfigFile {
  readonly snapshot: FileSnapshot;
  /** What the file itself says, as parsed; undefined where there is none. */
  readonly own: unknown;
  /** The same with what it includes: what the host goes by. */
  readonly value: unknown;
}

/** Reads the host's own config. Throws UserError when it cannot be read, Json5SyntaxError when it does not parse. */
export async function readHostConfig(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<HostConfigFile> {
  const snapshot = await readText(deps.files, hostPaths(deps).config);
  const own = parseHostConfig(snapshot.text, snapshot.path);
  return { snapshot, own, value: await wholeHostConfig(deps.files, own, snapshot.path) };
}

/** What the host goes by when its config at that path says `own`. */
export function wholeHostConfig(files: Files, own: unknown, path: string): Promise<unknown> {
  return withIncludes(own, path, async (included) =>
    parseHostConfig((await readText(files, included)).text, included),
  );
}

/** What a file of the config says; undefined where it says nothing. Throws Json5SyntaxError. */
export function parseHostConfig(text: string, path: string): unknown {
  return isBlankText(text) ? undefined : plainValue(scanFile(text, path));
}
