import { readHostConfig } from '../host/config.ts';
import { type FoundKey, type MissingKey, resolveKey } from '../host/key-sources.ts';
import { hostPaths } from '../host/location.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { setupFilePath, tildePath } from '../platform/paths.ts';
import { readSetup, type Setup, type SetupFile } from '../setup-file/setup-file.ts';
import { type Takeover, takeoverFrom } from './from-host.ts';
import type { InitOptions } from './options.ts';

/** What is there already, before anything is asked or planned. */
export interface Found {
  readonly setup: SetupFile;
  /** The key of the entry that `--name` says, else of the first; of a new entry where there is none. */
  readonly key: FoundKey | MissingKey;
  /** What could be taken over from the host's own config; null where that says nothing of OpenRouter. */
  readonly takeover: Takeover | null;
}

/** Reads and writes nothing. Throws UserError for a setup file that cannot be read, or a host's config that must be. */
export async function look(deps: Deps, { config, answers, fromHost }: InitOptions): Promise<Found> {
  const setup = await readSetup(deps.files, setupFilePath(deps, config));
  const entry = setup.entries.find(({ name }) => name === answers.name) ?? setup.entries[0];
  const key = await resolveKey(deps, entry?.apiKey ?? null);
  if ('key' in key) deps.io.conceal(key.key);
  return { setup, key, takeover: await lookAtHost(deps, setup, fromHost) };
}

async function lookAtHost(deps: Deps, setup: Setup, isWanted: boolean): Promise<Takeover | null> {
  try {
    const { value } = await readHostConfig(deps);
    const takeover = takeoverFrom(value, setup);
    if (takeover === null && isWanted) throw nothingToTakeOver(deps);
    return takeover;
  } catch (error) {
    if (error instanceof UserError && !isWanted) return null;
    throw error;
  }
}

function nothingToTakeOver(deps: Deps): UserError {
  const path = tildePath(hostPaths(deps).config, deps.place);
  return new UserError(`OpenClaw's own config, ${path}, says nothing of OpenRouter`, {
    type: 'not_found',
    hint: 'Say --preset or --model to write a setup of its own',
  });
}
