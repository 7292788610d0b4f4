import { join } from 'node:path';
import { readText, writeAtomic } from '../config/file.ts';
import { withLock } from '../config/lock.ts';
import type { Deps } from '../deps.ts';
import { stateFolder } from '../platform/paths.ts';
import type { AppliedSetting } from './host-applied.ts';
import { isRecord } from './spot.ts';

/** What `apply` wrote into that config of the host so far; nothing where there is no telling. */
export async function readApplied(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
  config: string,
): Promise<readonly AppliedSetting[]> {
  return (await readAll(deps)).get(config) ?? [];
}

export async function rememberApplied(
  deps: Deps,
  config: string,
  applied: readonly AppliedSetting[],
): Promise<void> {
  const path = pathOf(deps);
  await withLock(deps, path, async () => {
    const all = new Map(await readAll(deps)).set(config, applied);
    const text = `${JSON.stringify(Object.fromEntries(all))}\n`;
    await writeAtomic(deps, await readText(deps.files, path), text, { mode: 0o600 });
  });
}

function pathOf(deps: Pick<Deps, 'env' | 'place'>): string {
  return join(stateFolder(deps), 'applied.json');
}

async function readAll(
  deps: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<ReadonlyMap<string, readonly AppliedSetting[]>> {
  const { text } = await readText(deps.files, pathOf(deps));
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
    return JSON.parse(text);
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
