import type { CatalogChange } from '../../catalog/changes.ts';
import type { Catalog } from '../../catalog/load.ts';
import type { Provider } from '../../openrouter/providers.ts';
import type { SetupFile } from '../../setup-file/setup-file.ts';
import type { FactContext, FactsOptions, World } from './context.ts';
import type { MissingGateway, RunningGateway, StrangerAtGateway } from './gateway.ts';
import { readGateway } from './gateway.ts';
import type { HostFacts } from './host.ts';
import { readHost } from './host.ts';
import type { Account, Reach, Served } from './openrouter.ts';
import {
  readAccounts,
  readCatalog,
  readCatalogChanges,
  readEndpoints,
  readProviders,
  readReach,
} from './openrouter.ts';
import type { EntryKey, SetupReading } from './setup.ts';
import { readingOf, readKeys, setupOf } from './setup.ts';

/**
 * Everything that checks may ask about. Each fact is gathered when it is first asked for, once for all checks. One
 * that cannot be gathered throws Unavailable with the reason; only `reading` throws another error (UserError).
 */
export interface Facts extends FactContext {
  /** The file, whether or not it can be understood. Throws UserError for one that cannot even be read. */
  reading(): Promise<SetupReading>;
  setup(): Promise<SetupFile>;
  /** The key of each `apiKey` text of the setup. */
  keys(): Promise<readonly EntryKey[]>;
  catalog(): Promise<Catalog>;
  /** What refreshes of the list found to be different, newest first. */
  changes(): Promise<readonly CatalogChange[]>;
  /** What OpenRouter says about each key that was found. */
  accounts(): Promise<readonly Account[]>;
  providers(): Promise<readonly Provider[]>;
  /** Who serves the model of that canonical id. */
  endpoints(id: string): Promise<Served>;
  /** What happened when OpenRouter was called without a key. */
  reach(): Promise<Reach>;
  /** The gateway of `serve`, where one runs or should. */
  gateway(): Promise<RunningGateway | StrangerAtGateway | MissingGateway>;
  host(): Promise<HostFacts>;
}

export function gatherFacts(world: World, options: FactsOptions): Facts {
  const context = { world, options };
  const endpoints = new Map<string, Promise<Served>>();
  const facts: Facts = {
    ...context,
    reading: once(() => readingOf(world.files, options.path)),
    setup: once(async () => setupOf(await facts.reading())),
    keys: once(async () => readKeys(world, await facts.setup())),
    catalog: once(() => readCatalog(context)),
    changes: once(async () => {
      await facts.catalog();
      return readCatalogChanges(context);
    }),
    accounts: once(async () => readAccounts(context, await facts.keys())),
    providers: once(() => readProviders(context)),
    endpoints(id) {
      const asked = endpoints.get(id) ?? readEndpoints(context, id);
      endpoints.set(id, asked);
      return asked;
    },
    reach: once(() => readReach(context)),
    gateway: once(async () => readGateway(context, (await facts.host()).config)),
    host: once(() => readHost(world)),
  };
  return facts;
}

function once<T>(gather: () => Promise<T>): () => Promise<T> {
  let gathered: Promise<T> | undefined;
  return () => {
    gathered ??= gather();
    return gathered;
  };
}
