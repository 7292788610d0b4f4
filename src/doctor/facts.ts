import type { CatalogChange } from '../catalog/changes.ts';
import type { Catalog } from '../catalog/load.ts';
import type { Provider } from '../openrouter/providers.ts';
import type { Deps } from '../platform/deps.ts';
import type { SetupFile } from '../setup-file/setup-file.ts';
import type { Account } from './facts/account.ts';
import { readAccounts } from './facts/account.ts';
import { readCatalog, readCatalogChanges } from './facts/catalog.ts';
import type { RunningGateway, StrangerAtGateway } from './facts/gateway.ts';
import { readGateway } from './facts/gateway.ts';
import type { HostFacts } from './facts/host.ts';
import { readHost } from './facts/host.ts';
import type { EntryKey } from './facts/keys.ts';
import { readKeys } from './facts/keys.ts';
import type { Served } from './facts/providers.ts';
import { readEndpoints, readProviders } from './facts/providers.ts';
import type { Reach } from './facts/reach.ts';
import { readReach } from './facts/reach.ts';
import type { SetupReading } from './facts/setup.ts';
import { readingOf, setupOf } from './facts/setup.ts';

export type World = Pick<
  Deps,
  'io' | 'env' | 'place' | 'files' | 'fetch' | 'exec' | 'clock' | 'random' | 'signal'
>;

export interface FactsOptions {
  /** The setup file. */
  readonly path: string;
  /** Nothing is asked of the network. */
  readonly offline: boolean;
  /** For one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Nothing is written, no list of models kept for next time either. */
  readonly dryRun?: boolean;
}

/**
 * Everything that checks ask about, each gathered when it is first asked for and then kept. A fact that cannot be
 * had throws Unavailable with the reason; all but `reading` throw nothing else that is the world's fault.
 */
export interface Facts {
  readonly world: World;
  readonly options: FactsOptions;
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
  /** The gateway of `serve`, where one runs. */
  gateway(): Promise<RunningGateway | StrangerAtGateway>;
  host(): Promise<HostFacts>;
}

export function gatherFacts(world: World, options: FactsOptions): Facts {
  const given = { world, options };
  const endpoints = new Map<string, Promise<Served>>();
  const facts: Facts = {
    ...given,
    reading: once(() => readingOf(world.files, options.path)),
    setup: once(async () => setupOf(await facts.reading())),
    keys: once(async () => readKeys(world, await facts.setup())),
    catalog: once(() => readCatalog(given)),
    changes: once(async () => {
      await facts.catalog();
      return readCatalogChanges(given);
    }),
    accounts: once(async () => readAccounts(given, await facts.keys())),
    providers: once(() => readProviders(given)),
    endpoints(id) {
      const asked = endpoints.get(id) ?? readEndpoints(given, id);
      endpoints.set(id, asked);
      return asked;
    },
    reach: once(() => readReach(given)),
    gateway: once(async () => readGateway(given, (await facts.host()).config)),
    host: once(() => readHost(world)),
  };
  return facts;
}

/** What gathering one fact is given. */
export type Given = Pick<Facts, 'world' | 'options'>;

function once<T>(gather: () => Promise<T>): () => Promise<T> {
  let gathered: Promise<T> | undefined;
  return () => {
    gathered ??= gather();
    return gathered;
  };
}
