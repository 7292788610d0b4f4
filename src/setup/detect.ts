import { readHostConfig } from '../host/config.ts';
import { type FoundKey, type MissingKey, resolveKey } from '../host/key-sources.ts';
import { hostPaths } from '../host/location.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { setupFilePath, tildePath } from '../platform/paths.ts';
import { readSetup, type Setup, type SetupFile } from '../setup-file/setup-file.ts';
import type { InitOptions } from './flags.ts';
import { requestFromHost } from './from-host.ts';
import type { SetupRequest } from './setup-request.ts';

/** What exists before anything is asked or planned. */
export interface Detected {
  readonly setup: SetupFile;
  /** The key of the entry of `--name`, else of the first one; without entries, the key of a new one. */
  readonly key: FoundKey | MissingKey;
  /** What can be imported from the host's own config; null where that does not mention OpenRouter. */
  readonly hostRequest: SetupRequest | null;
}

/** Writes nothing. Throws UserError for a setup file that cannot be read, or for a host config that was asked for. */
export async function detect(
  deps: Deps,
  { config, flags, fromHost }: InitOptions,
): Promise<Detected> {
  const setup = await readSetup(deps.files, setupFilePath(deps, config));
  const entry = setup.entries.find(({ name }) => name === flags.name) ?? setup.entries[0];
  const key = await resolveKey(deps, entry?.apiKey ?? null);
  return { setup, key, hostRequest: await detectHost(deps, setup, fromHost) };
}

async function detectHost(
  deps: Deps,
  setup: Setup,
  isRequired: boolean,
): Promise<SetupRequest | null> {
  try {
    const { value } = await readHostConfig(deps);
    const request = requestFromHost(value, setup);
    if (request === null && isRequired) throw nothingToImport(deps);
    return request;
  } catch (error) {
    if (error instanceof UserError && !isRequired) return null;
    throw error;
  }
}

function nothingToImport(deps: Deps): UserError {
  const path = tildePath(hostPaths(deps).config, deps.place);
  return new UserError(`OpenClaw's own config, ${path}, does not use OpenRouter`, {
    type: 'not_found',
    hint: 'Use --preset or --model to write a new setup',
  });
}
