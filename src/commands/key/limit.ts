import { changeLimit, type LimitChange } from '../../keys/limit.ts';
import { type ManagementOptions, managementClient } from '../../keys/management.ts';
import { chosenKey, findHeldKeys } from '../../keys/places.ts';
import type { ManagedKey } from '../../openrouter/managed-keys.ts';
import type { Deps } from '../../platform/deps.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { keyPrefix } from '../../setup-file/key-format.ts';
import { readSetup } from '../../setup-file/setup-file.ts';
import { withProgress } from '../../terminal/progress.ts';

export interface LimitOptions extends ManagementOptions, LimitChange {
  readonly config: string | undefined;
  /** The first characters of the key; undefined for the key of the setup file. */
  readonly key: string | undefined;
}

export interface LimitResult {
  readonly ok: true;
  readonly prefix: string;
  readonly before: ManagedKey;
  readonly after: ManagedKey;
}

/** Changes the limit of a key at OpenRouter. Changes no files. */
export async function runLimit(deps: Deps, options: LimitOptions): Promise<LimitResult> {
  const path = setupFilePath(deps, options.config);
  const setup = await readSetup(deps.files, path);
  const held = await findHeldKeys(deps, path);
  const key = await chosenKey(deps, setup, held, options.key);
  const client = await managementClient(deps, options, held);
  const changed = await withProgress(deps.io, 'Changing the limit', () =>
    changeLimit(client, key, options),
  );
  return { ok: true, prefix: keyPrefix(key), ...changed };
}
