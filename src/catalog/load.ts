import { baseUrlFrom } from '../openrouter/base-url.ts';
import type { Client } from '../openrouter/client.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { cacheFolder } from '../platform/paths.ts';
import {
  addChange,
  type CachedList,
  type CachePlace,
  type CacheWorld,
  changeBetween,
  readList,
  writeList,
} from './cached-list.ts';
import type { Reason } from './live.ts';
import type { CatalogModel } from './model.ts';

/** The list of models, and how old it is. */
export interface Catalog {
  readonly models: readonly CatalogModel[];
  readonly source: 'live' | 'cache';
  /** ISO time at which OpenRouter served the list. */
  readonly fetchedAt: string;
  /** Older than `maxAgeMs`. */
  readonly stale: boolean;
  /** A sentence for people, e.g. why the list is not the newest. */
  readonly note?: string;
}

export interface CatalogOptions {
  readonly client: Client | LazyClient;
  readonly cacheFolder: string;
  /** `auto` uses the cache while it is fresh, `refresh` only the network, `offline` only the cache, however old. */
  readonly mode: 'auto' | 'refresh' | 'offline';
  /** How long a list is fresh, in milliseconds; a day by default. */
  readonly maxAgeMs?: number;
  /** Whether to cache a fetched list; true by default, false for a dry run. */
  readonly keep?: boolean;
}

/** A client whose code is loaded only when the network is needed. */
export interface LazyClient {
  readonly baseUrl: string;
  readonly load: () => Promise<Client>;
}

/** A client without a key, since the list of models is public. */
export function lazyClient(deps: Deps, timeoutMs: number): LazyClient {
  return {
    baseUrl: baseUrlFrom(deps.env),
    async load() {
      const { clientFor } = await import('../openrouter/client.ts');
      return clientFor(deps, null, timeoutMs);
    },
  };
}

const defaultMaxAgeMs = 24 * 60 * 60 * 1000;

/**
 * The list of models, from the cache or from OpenRouter; null if offline without a cache. In `auto` mode an old list is
 * used, with a note, if OpenRouter cannot be reached. A fetched list replaces the cached one, and the differences are
 * recorded (`readChanges`). Throws UserError if there is no list, CancelError on Ctrl-C.
 */
export async function loadCatalog(
  world: CacheWorld,
  options: CatalogOptions,
): Promise<Catalog | null> {
  const { cacheFolder, client, mode } = options;
  const place = { folder: cacheFolder, baseUrl: client.baseUrl };
  const cached = await readList(world, place);
  const old = cached === null ? null : fromCache(world, cached, options);
  if (mode === 'offline') return old;
  if (mode === 'auto' && old !== null && !old.stale) return old;

  const { fetchList } = await import('./live.ts');
  const matched = typeof cached?.etag === 'string' ? cached : null;
  const live = await fetchList(
    'load' in client ? await client.load() : client,
    matched?.etag ?? null,
  );
  const fetched = live.kind === 'new' ? live : live.kind === 'unchanged' ? matched : null;
  if (fetched !== null) {
    const list = { ...fetched, fetchedAt: world.clock.now().toISOString() };
    return fresh(list, options.keep === false ? null : await store(world, place, cached, list));
  }
  const reason = live.kind === 'failed' ? live.failure : notAsked;
  if (mode === 'auto' && old !== null) return { ...old, note: oldListNote(old, reason) };
  throw unavailable(reason, old);
}

const notAsked: Reason = {
  kind: 'garbled',
  message: 'it answered 304 to a request without an ETag',
};

function fromCache(
  { clock }: CacheWorld,
  { models, fetchedAt }: CachedList,
  { maxAgeMs = defaultMaxAgeMs }: CatalogOptions,
): Catalog {
  const ageMs = clock.now().getTime() - Date.parse(fetchedAt);
  // A list from the future means that a clock was wrong, so the age is unknown.
  const stale = ageMs < 0 || ageMs > maxAgeMs;
  const note = `The list of models is from ${fetchedAt.slice(0, 10)}; prices may have changed since`;
  return { models, source: 'cache', fetchedAt, stale, ...(stale ? { note } : {}) };
}

function fresh(
  { models, fetchedAt }: Pick<CachedList, 'models' | 'fetchedAt'>,
  note: string | null,
): Catalog {
  return { models, source: 'live', fetchedAt, stale: false, ...(note === null ? {} : { note }) };
}

/** Returns a note if the cache cannot be written (full disk, read-only home), else null. */
async function store(
  world: CacheWorld,
  place: CachePlace,
  before: CachedList | null,
  list: Pick<CachedList, 'fetchedAt' | 'etag' | 'models'>,
): Promise<string | null> {
  const change = before === null ? null : changeBetween(before, list);
  try {
    if (change !== null) await addChange(world, place, change);
    await writeList(world, place, list);
    return null;
  } catch (error) {
    return `The list could not be cached: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function oldListNote({ fetchedAt }: Catalog, { message }: Reason): string {
  return `OpenRouter could not be reached (${message}); this is the list from ${fetchedAt.slice(0, 10)}`;
}

function unavailable({ kind, message }: Reason, old: Catalog | null): UserError {
  return new UserError(`The list of models could not be fetched: ${message}`, {
    type: kind === 'network' || kind === 'timeout' ? 'network' : 'api',
    hint:
      old === null
        ? 'Check the connection, the proxy and OPENROUTER_BASE_URL, and https://status.openrouter.ai'
        : `--offline uses the cached list from ${old.fetchedAt.slice(0, 10)}`,
  });
}

/**
 * The list of models from the cache or the network, for commands that can work without it: null if there is none.
 * With `offline`, only the cache is read; with `dryRun`, a fetched list is not cached.
 */
export async function catalogIfAny(
  deps: Deps,
  timeoutMs: number,
  {
    offline = false,
    dryRun = false,
  }: { readonly offline?: boolean; readonly dryRun?: boolean } = {},
): Promise<Catalog | null> {
  try {
    return await loadCatalog(deps, {
      client: lazyClient(deps, timeoutMs),
      cacheFolder: cacheFolder(deps),
      mode: offline ? 'offline' : 'auto',
      keep: !dryRun,
    });
  } catch (error) {
    if (error instanceof UserError && error.type !== 'usage') return null;
    throw error;
  }
}
