import type { CatalogChange } from '../../catalog/cached-list.ts';
import type { Catalog } from '../../catalog/load.ts';
import { findModel } from '../../catalog/model.ts';
import type { Endpoint, Provider, Served } from '../../openrouter/endpoints.ts';
import { idParts, routedId } from '../../openrouter/model-id.ts';
import type { Files } from '../../platform/deps.ts';
import type { SetupFile } from '../../setup-file/setup-file.ts';
import type { DailyRow } from '../../spend/ledger.ts';
import type { Read } from '../../spend/usage.ts';
import type { FactContext, FactsOptions, World } from './context.ts';
import type { MissingGateway, RunningGateway, StrangerAtGateway } from './gateway.ts';
import { readGateway } from './gateway.ts';
import type { HostFacts } from './host.ts';
import { readHost } from './host.ts';
import type { Account, Reach } from './openrouter.ts';
import {
  askAboutKey,
  readAccounts,
  readCatalog,
  readCatalogChanges,
  readEndpoints,
  readProviders,
  usableKeys,
} from './openrouter.ts';
import type { EntryKey, SetupReading } from './setup.ts';
import { readingOf, readKeys, setupOf } from './setup.ts';

/**
 * Everything that checks may use. Each fact is gathered on first use, once for all checks. If it cannot be gathered, it
 * throws Unavailable with the reason; only `reading` throws another error (UserError).
 */
export interface Facts extends FactContext {
  /** The file, whether or not it can be parsed. Throws UserError if it cannot even be read. */
  reading(): Promise<SetupReading>;
  setup(): Promise<SetupFile>;
  /** The key of each `apiKey` text of the setup. */
  keys(): Promise<readonly EntryKey[]>;
  catalog(): Promise<Catalog>;
  /** Differences found by refreshes of the model list, newest first. */
  changes(): Promise<readonly CatalogChange[]>;
  /** What OpenRouter reports about each key that was found. */
  accounts(): Promise<readonly Account[]>;
  /** What `serve` recorded this month. */
  recorded(): Promise<Read<readonly DailyRow[]>>;
  providers(): Promise<readonly Provider[]>;
  /** Who serves the model with exactly that id. */
  endpoints(id: string): Promise<Served>;
  /**
   * Who serves the listed model that the id resolves to. Call it before the catalog is loaded, because it takes as
   * long.
   */
  reached(id: string): Promise<readonly Endpoint[]>;
  /** The result of contacting OpenRouter. */
  reach(): Promise<Reach>;
  /** The gateway (`serve`), if one is running or should be. */
  gateway(): Promise<RunningGateway | StrangerAtGateway | MissingGateway>;
  host(): Promise<HostFacts>;
}

export function gatherFacts(outside: World, options: FactsOptions): Facts {
  const world = withFiles(outside, lookedAtOnce(outside.files));
  const context = { world, options };
  // These facts need the original files, because fetching the list of models writes files and then reads them.
  const writing = { world: outside, options };
  const askKey = onceEach((secret: string | null) => askAboutKey(context, secret));
  const facts: Facts = {
    ...context,
    reading: once(() => readingOf(world.files, options.path)),
    setup: once(async () => setupOf(await facts.reading())),
    keys: once(async () => readKeys(world, await facts.setup())),
    catalog: once(() => readCatalog(writing)),
    changes: once(async () => {
      await facts.catalog();
      return readCatalogChanges(writing);
    }),
    accounts: once(async () => readAccounts(context, await facts.keys(), askKey)),
    recorded: once(async () => {
      // Loaded lazily, because the ledger takes longer to load than most checks take to run.
      const { recordedThisMonth } = await import('../../spend/recorded.ts');
      return recordedThisMonth(world, world.clock.now());
    }),
    providers: once(() => readProviders(context)),
    endpoints: onceEach((id) => readEndpoints(context, id)),
    reached: onceEach((id) => readReached(facts, id.trim())),
    reach: once(async () => {
      // Checks ask OpenRouter about the key anyway, and that response also gives the latency.
      const [key = null] = usableKeys(await facts.keys().catch(() => []));
      return (await askKey(key)).reach;
    }),
    gateway: once(async () => readGateway(context, (await facts.host()).config)),
    host: once(() => readHost(world)),
  };
  return facts;
}

/** Not a spread, because that would evaluate the `signal` getter, which loads its code and creates the signal. */
function withFiles(outside: World, files: Files): World {
  const { io, env, place, fetch, exec, clock, random } = outside;
  return {
    ...{ io, env, place, files, fetch, exec, clock, random },
    get signal() {
      return outside.signal;
    },
  };
}

/** Checks read the same files many times; this way they all see the same snapshot. */
function lookedAtOnce(files: Files): Files {
  return {
    ...files,
    read: onceEach((path) => files.read(path)),
    stat: onceEach((path) => files.stat(path)),
    lstat: onceEach((path) => files.lstat(path)),
    realpath: onceEach((path) => files.realpath(path)),
    readlink: onceEach((path) => files.readlink(path)),
  };
}

/** Already requests the id that the model most likely has while the list is still loading. */
async function readReached(
  { catalog, endpoints }: Pick<Facts, 'catalog' | 'endpoints'>,
  id: string,
): Promise<readonly Endpoint[]> {
  // OpenRouter's own models and presets choose among others and have no endpoints.
  const isServed = (model: string) => model !== '' && idParts(model).author !== 'openrouter';
  const likely = routedId(id).model;
  if (isServed(likely)) endpoints(likely).catch(() => {});
  const listed = findModel((await catalog()).models, id);
  return listed === undefined || !isServed(listed.id) ? [] : (await endpoints(listed.id)).endpoints;
}

function once<T>(gather: () => Promise<T>): () => Promise<T> {
  let gathered: Promise<T> | undefined;
  return () => {
    gathered ??= gather();
    return gathered;
  };
}

function onceEach<K, T>(gather: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const gathered = new Map<K, Promise<T>>();
  return (key) => {
    const fact = gathered.get(key) ?? gather(key);
    gathered.set(key, fact);
    return fact;
  };
}
