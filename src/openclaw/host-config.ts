import { isBlankText } from '../config/dialects/json5/scan.ts';
import { valueOf as plainValue } from '../config/dialects/json5/tree.ts';
import { type FileSnapshot, readText } from '../config/file.ts';
import type { Deps, Files } from '../deps.ts';
import { hostPaths } from './host.ts';
import { withIncludes } from './host-include.ts';
import { scanFile } from './member-place.ts';

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
