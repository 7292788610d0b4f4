import { join } from 'node:path';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText } from '../config/snapshot.ts';
import type { Deps } from '../platform/deps.ts';
import { stateFolder } from '../platform/paths.ts';
import { isRecord } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import type { AppliedSetting } from './applied.ts';

/** What `apply` wrote into that config of the host so far; nothing where there is no telling. */
export async function readApplied(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
  config: string,
): Promise<readonly AppliedSetting[]> {
  const { text } = await readText(deps.files, pathOf(deps));
  return settingsIn(text).get(config) ?? [];
}

/** The file as it is, and as it is to be when `applied` is what `apply` wrote into that config. */
export async function planApplied(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
  config: string,
  applied: readonly AppliedSetting[],
): Promise<{ readonly before: FileSnapshot; readonly after: string }> {
  const before = await readText(deps.files, pathOf(deps));
  const all = new Map(settingsIn(before.text)).set(config, applied);
  return { before, after: `${JSON.stringify(Object.fromEntries(all))}\n` };
}

function pathOf(deps: Pick<Deps, 'env' | 'place'>): string {
  return join(stateFolder(deps), 'applied.json');
}

function settingsIn(text: string): ReadonlyMap<string, readonly AppliedSetting[]> {
  const found = parsed(text);
  return new Map(
    Object.entries(isRecord(found) ? found : {}).map(([config, settings]) => [
      config,
      Array.isArray(settings) ? settings.filter(isApplied) : [],
    ]),
  );
}

// One that is damaged says nothing: then what was written stays.
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function isApplied(value: unknown): value is AppliedSetting {
  return (
    isRecord(value) &&
    typeof value.hash === 'string' &&
    Array.isArray(value.path) &&
    value.path.every((key) => typeof key === 'string' || typeof key === 'number')
  );
}
