import { catalogIfAny, loadCatalog } from '../../catalog/load.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import { type MissingKey, resolveKey } from '../../host/key-sources.ts';
import { clientFor } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError, UserError } from '../../platform/errors.ts';
import { choiceHint } from '../../platform/nearest.ts';
import { cacheFolder } from '../../platform/paths.ts';
import type { KeyedEntry } from '../../probe/plan.ts';
import { chooseEntry } from '../../routing/choose.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { commandToStoreKey } from '../../setup-file/missing-key.ts';
import { findNamed } from '../../setup-file/names.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import type { CommonOptions } from '../shared/options.ts';

/** The options of `test` as commander parses them. `timeout` applies to one link including its retries. */
export interface TestOptions extends CommonOptions {
  /** Entry names; empty means all. */
  readonly entries: readonly string[];
  readonly simulate?: string;
  /** Rehearse in the installed OpenClaw. */
  readonly host?: boolean;
  readonly prompt?: string;
  readonly channel?: string;
  readonly tools?: boolean;
  readonly stream?: boolean;
  /** USD, as typed. */
  readonly maxCost?: string;
  readonly concurrency: number;
  readonly yes?: boolean;
  readonly junit?: string;
  readonly github?: boolean;
}

/** How long a link may take to answer, retries included, in milliseconds. `--timeout` overrides it. */
export const defaultTimeoutMs = 30_000;

/**
 * The entry of the channel, the named entries, or all entries. Throws UsageError with the nearest match for a name that
 * is not in the setup file, and UserError if the file has no entries.
 */
export function selectEntries(
  setup: Setup,
  {
    entries,
    channel,
  }: { readonly entries: readonly string[]; readonly channel?: string | undefined },
): readonly Entry[] {
  if (channel !== undefined) {
    if (setup.channels.every(({ name }) => name !== channel)) {
      throw unknownName(channel, setup.channels, 'channel');
    }
    return [chooseEntry(setup, { channel }).entry];
  }
  const named = entries.map((name) => {
    const entry = findNamed(setup.entries, name);
    if (entry === undefined) throw unknownName(name, setup.entries, 'OpenRouter entry');
    return entry;
  });
  chooseEntry(setup, {});
  return entries.length === 0
    ? setup.entries
    : setup.entries.filter((entry) => named.includes(entry));
}

function unknownName(
  name: string,
  known: readonly { readonly name: string }[],
  what: string,
): UsageError {
  const names = known.map((each) => each.name);
  return new UsageError(`There is no ${what} "${name}"`, {
    hint: names.length === 0 ? 'The setup file has none' : choiceHint(name, names),
  });
}

/** Finds the key of each entry and masks it in output. Throws UserError of type `key` if no entry has a key. */
export async function withKeys(world: Deps, entries: readonly Entry[]): Promise<KeyedEntry[]> {
  const keyed = await Promise.all(entries.map((entry) => withKey(world, entry)));
  const [first] = keyed;
  if (first !== undefined && keyed.every(({ key }) => key === null)) {
    throw noKey(first.entry, await resolveKey(world, first.entry.apiKey));
  }
  return keyed;
}

async function withKey(world: Deps, entry: Entry): Promise<KeyedEntry & { readonly entry: Entry }> {
  const found = await resolveKey(world, entry.apiKey);
  if ('missing' in found) return { entry, key: null, variable: found.missing };
  return { entry, key: found.key };
}

function noKey({ name }: Entry, found: Awaited<ReturnType<typeof resolveKey>>): UserError {
  const { missing, searched }: Pick<MissingKey, 'missing' | 'searched'> =
    'missing' in found ? found : { missing: 'The key', searched: [] };
  return new UserError(`${missing} is not set: there is no key to test with`, {
    type: 'key',
    hint: (command) =>
      [
        `Looked in ${searched.join(', ')}`,
        `${commandToStoreKey(command, name)} stores a key; --simulate rehearses without one`,
      ].join('\n'),
  });
}

// Prices are optional: an API that hangs must not delay the test beyond its own deadline.
const maxPriceWaitMs = 3_000;

/** The models with prices; null if unavailable. Fetches the list only for a cost limit or a prompt about the cost. */
export async function pricesFor(
  world: Deps,
  { maxCost, yes }: Pick<TestOptions, 'maxCost' | 'yes'>,
  timeoutMs: number,
): Promise<readonly CatalogModel[] | null> {
  const needed = maxCost !== undefined || (world.prompter.canPrompt && !yes);
  if (!needed) return cachedModels(world);
  const patienceMs = Math.min(maxPriceWaitMs, Math.ceil(timeoutMs / 4));
  return (await catalogIfAny(world, patienceMs))?.models ?? null;
}

/** The models of the cached list, however old; none if nothing is cached. Makes no requests. */
export async function cachedModels(world: Deps): Promise<readonly CatalogModel[]> {
  const catalog = await loadCatalog(world, {
    client: clientFor(world, null, defaultTimeoutMs),
    cacheFolder: cacheFolder(world),
    mode: 'offline',
  });
  return catalog?.models ?? [];
}
