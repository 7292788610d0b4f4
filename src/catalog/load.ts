import type { Client } from '../openrouter/client.ts';
import { UserError } from '../platform/errors.ts';
import type { CachedList, CachePlace, CacheWorld } from './cached-list.ts';
import { addChange, readList, writeList } from './cached-list.ts';
import { changeBetween } from './changes.ts';
import type { Reason } from './live.ts';
import type { CatalogModel } from './model.ts';

/** The list of models, and how much it can be trusted. */
export interface Catalog {
  readonly models: readonly CatalogModel[];
  readonly source: 'live' | 'cache';
  /** ISO time at which OpenRouter gave the list. */
  readonly fetchedAt: string;
  /** Older than was asked for. */
  readonly stale: boolean;
  /** What a person should know about it, e.g. why it is not the newest. */
  readonly note?: string;
}

export interface CatalogOptions {
  /** Lists of different base URLs are never mixed up. */
  readonly client: Client | LazyClient;
  readonly cacheFolder: string;
  /** `auto`: the cache while it is fresh. `refresh`: the network or an error. `offline`: the cache, however old. */
  readonly mode: 'auto' | 'refresh' | 'offline';
  /** How long a list is fresh, in milliseconds; a day unless told. */
  readonly maxAgeMs?: number;
  /** False for a dry run, which writes nothing: a fetched list is not kept. True unless told. */
  readonly keep?: boolean;
}

/** A client that is made only when the network is needed: a list from the cache needs none of its code. */
export interface LazyClient {
  readonly baseUrl: string;
  readonly load: () => Promise<Client>;
}

const defaultMaxAgeMs = 24 * 60 * 60 * 1000;

/**
 * The list of models, from the cache or from OpenRouter; null when offline without a cache. In `auto` an old list
 * stands in, with a note, when OpenRouter cannot be reached. A fetched list replaces the cache, and what is different
 * in it is remembered (`readChanges`). Throws UserError when a list is needed and cannot be had, CancelError on Ctrl-C.
 */
export async function loadCatalog(
  world: CacheWorld,
  options: CatalogOptions,
): Promise<Catalog | null> {
  const { cacheFolder, client, mode } = options;
  const place = { folder: cacheFolder, baseUrl: client.baseUrl };
  const cached = await readList(world, place);
  const kept = cached === null ? null : fromCache(world, cached, options);
  if (mode === 'offline') return kept;
  if (mode === 'auto' && kept !== null && !kept.stale) return kept;

  const { fetchList } = await import('./live.ts');
  const live = await fetchList(
    'load' in client ? await client.load() : client,
    cached?.etag ?? null,
  );
  const fetched = live.kind === 'new' ? live : live.kind === 'unchanged' ? cached : null;
  if (fetched !== null) {
    const list = { ...fetched, fetchedAt: world.clock.now().toISOString() };
    return fresh(list, options.keep === false ? null : await store(world, place, cached, list));
  }
  const reason = live.kind === 'failed' ? live.failure : neverAsked;
  if (mode === 'auto' && kept !== null) return { ...kept, note: standInNote(kept, reason) };
  throw unavailable(reason, kept);
}

const neverAsked: Reason = { kind: 'garbled', message: 'it answered 304 to a first question' };

function fromCache(
  { clock }: CacheWorld,
  { models, fetchedAt }: CachedList,
  { maxAgeMs = defaultMaxAgeMs }: CatalogOptions,
): Catalog {
  const ageMs = clock.now().getTime() - Date.parse(fetchedAt);
  // A list from the future says that a clock was wrong, and so nothing about its age.
  const stale = ageMs < 0 || ageMs > maxAgeMs;
  const note = `The list of models is of ${fetchedAt.slice(0, 10)}; prices may have changed since`;
  return { models, source: 'cache', fetchedAt, stale, ...(stale ? { note } : {}) };
}

function fresh(
  { models, fetchedAt }: Pick<CachedList, 'models' | 'fetchedAt'>,
  note: string | null,
): Catalog {
  return { models, source: 'live', fetchedAt, stale: false, ...(note === null ? {} : { note }) };
}

/** A cache that cannot be written (a full disk, a read-only home) is worth a note and no more. */
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
    return `The list could not be kept for next time: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function standInNote({ fetchedAt }: Catalog, { message }: Reason): string {
  return `OpenRouter could not be asked (${message}); this is the list of ${fetchedAt.slice(0, 10)}`;
}

function unavailable({ kind, message }: Reason, kept: Catalog | null): UserError {
  return new UserError(`The list of models could not be fetched: ${message}`, {
    type: kind === 'network' || kind === 'timeout' ? 'network' : 'api',
    hint:
      kept === null
        ? 'Check the connection, the proxy and OPENROUTER_BASE_URL, and https://status.openrouter.ai'
        : `The list of ${kept.fetchedAt.slice(0, 10)} is still here: --offline shows it`,
  });
}
