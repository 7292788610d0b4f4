import { readChanges } from '../../catalog/cached-list.ts';
import type { CatalogChange } from '../../catalog/changes.ts';
import { type Catalog, loadCatalog } from '../../catalog/load.ts';
import type { Credits } from '../../openrouter/account.ts';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Client } from '../../openrouter/client.ts';
import type { Endpoint } from '../../openrouter/endpoints.ts';
import type { KeyInfo } from '../../openrouter/key.ts';
import type { Provider } from '../../openrouter/providers.ts';
import type { WireFailure } from '../../openrouter/wire-error.ts';
import { UserError } from '../../platform/errors.ts';
import { cacheFolder } from '../../platform/paths.ts';
import { keyFormatProblem } from '../../setup-file/key-format.ts';
import { type FactContext, openClient, refuseOffline, Unavailable } from './context.ts';
import type { EntryKey } from './setup.ts';

/** What OpenRouter says about a key. */
export interface Account {
  readonly key: EntryKey;
  readonly info: KeyInfo | null;
  /** Null with an ordinary key: credits need a management key. */
  readonly credits: Credits | null;
  /** Why there is no `info`; a key that looks wrong is never sent. */
  readonly refused: {
    /** True when the answer is about the key, and not about a bad day of the server. */
    readonly certain: boolean;
    readonly headline: string;
    readonly fix: string;
    readonly message: string;
  } | null;
}

/** One for each key that was found and looks like one. Throws Unavailable offline and where nothing answers. */
export async function readAccounts(
  given: FactContext,
  keys: readonly EntryKey[],
): Promise<readonly Account[]> {
  refuseOffline(given.options);
  const usable = keys.filter(({ found }) => 'key' in found && keyFormatProblem(found.key) === null);
  if (usable.length === 0) throw new Unavailable('there is no usable key');
  return Promise.all(usable.map((key) => readAccount(given, key)));
}

async function readAccount(given: FactContext, key: EntryKey): Promise<Account> {
  const secret = 'key' in key.found ? key.found.key : null;
  const [{ currentKey }, { credits }, { WireError }] = await Promise.all([
    import('../../openrouter/key.ts'),
    import('../../openrouter/account.ts'),
    import('../../openrouter/wire-error.ts'),
  ]);
  try {
    const client = await openClient(given, secret);
    const info = await currentKey(client);
    const balance = await credits(client).catch(() => null);
    return { key, info, credits: balance, refused: null };
  } catch (error) {
    if (error instanceof WireError) return refusedBy(key, error.failure);
    if (error instanceof UserError) throw new Unavailable(error.message);
    throw error;
  }
}

async function refusedBy(key: EntryKey, failure: WireFailure): Promise<Account> {
  if (failure.kind === 'network' || failure.kind === 'timeout') {
    throw new Unavailable(`OpenRouter did not answer: ${failure.message}`);
  }
  const { judgeFailure } = await import('../../routing/outcomes.ts');
  const { name, walk, headline, fix } = judgeFailure(failure);
  const { message } = failure;
  // There is no text to moderate in a question about a key: 403 is about the key itself.
  const refused =
    name === 'moderation'
      ? { certain: true, headline: 'forbidden', fix: disabledHint, message }
      : { certain: walk === 'stop', headline, fix, message };
  return { key, info: null, credits: null, refused };
}

const disabledHint = 'check at https://openrouter.ai/settings/keys whether the key is disabled';

/**
 * The list of models as it is now: a model that went since this morning is what a doctor is asked for. The cached one,
 * however old, with `--offline` and where OpenRouter cannot be reached. Throws Unavailable when there is none.
 */
export async function readCatalog(given: FactContext): Promise<Catalog> {
  const { world, options } = given;
  try {
    const catalog = await loadCatalog(world, {
      client: { baseUrl: baseUrlFrom(world.env), load: () => openClient(given, null) },
      cacheFolder: cacheFolder(world),
      mode: options.offline ? 'offline' : 'auto',
      maxAgeMs: 0,
      keep: options.dryRun !== true,
    });
    if (catalog !== null) return catalog;
  } catch (error) {
    if (error instanceof UserError) throw new Unavailable(error.message);
    throw error;
  }
  throw new Unavailable('the list of models is not cached yet; run this once without --offline');
}

export function readCatalogChanges({ world }: FactContext): Promise<readonly CatalogChange[]> {
  return readChanges(world, { folder: cacheFolder(world), baseUrl: baseUrlFrom(world.env) });
}

export async function readProviders(given: FactContext): Promise<readonly Provider[]> {
  refuseOffline(given.options);
  const { listProviders } = await import('../../openrouter/providers.ts');
  return orUnavailable(async () => listProviders(await openClient(given, null)));
}

/** Who serves a model. */
export interface Served {
  /** Empty for a model that OpenRouter does not know. */
  readonly endpoints: readonly Endpoint[];
  /** What OpenRouter itself offers in place of one that it does not have. */
  readonly fallbackModels: readonly string[];
}

export async function readEndpoints(given: FactContext, id: string): Promise<Served> {
  refuseOffline(given.options);
  const { listEndpoints } = await import('../../openrouter/endpoints.ts');
  const { WireError } = await import('../../openrouter/wire-error.ts');
  return orUnavailable(async () => {
    try {
      const { endpoints } = await listEndpoints(await openClient(given, null), id);
      return { endpoints, fallbackModels: [] };
    } catch (error) {
      if (!(error instanceof WireError) || ![400, 404].includes(error.failure.status ?? 0))
        throw error;
      return { endpoints: [], fallbackModels: error.failure.availability?.fallbackModels ?? [] };
    }
  });
}

async function orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
  const { WireError } = await import('../../openrouter/wire-error.ts');
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WireError || error instanceof UserError) {
      throw new Unavailable(`OpenRouter did not answer: ${error.message}`);
    }
    throw error;
  }
}

/** How calling OpenRouter went. */
export interface Reach {
  readonly host: string;
  /** Null when it answered, whatever it answered. */
  readonly failure: {
    readonly kind: string;
    /** E.g. `ENOTFOUND`. */
    readonly code: string | null;
    readonly message: string;
  } | null;
  /** Milliseconds until the head of an answer over a connection that is already there; null when none came. */
  readonly latencyMs: number | null;
  /** How far our clock is ahead of the server's `Date`, in milliseconds; null when it tells none. */
  readonly clockAheadMs: number | null;
}

/** Calls `/key` without a key: refused at once, by the same servers that answer everything else. */
export async function readReach(given: FactContext): Promise<Reach> {
  refuseOffline(given.options);
  const { WireError } = await import('../../openrouter/wire-error.ts');
  const client = await clientOrUnavailable(given);
  const { host } = new URL(client.baseUrl);
  try {
    const first = await call(client);
    if (first.isPage) {
      const message = `${host} answers with a web page, so it is not OpenRouter`;
      const failure = { kind: 'page', code: null, message };
      return { host, failure, latencyMs: null, clockAheadMs: null };
    }
    // The first call pays for DNS and TLS; what every later request pays is in the next ones.
    const later = [await call(client), await call(client)];
    const latencyMs = Math.min(...later.map(({ ms }) => ms));
    return { host, failure: null, latencyMs, clockAheadMs: clockAhead(given, first.date) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { kind, code, message } = error.failure;
    return { host, failure: { kind, code, message }, latencyMs: null, clockAheadMs: null };
  }
}

async function clientOrUnavailable(given: FactContext): Promise<Client> {
  try {
    return await openClient(given, null);
  } catch (error) {
    if (error instanceof UserError) throw new Unavailable(error.message);
    throw error;
  }
}

interface Call {
  readonly ms: number;
  readonly date: string | null;
  /** HTML, as the login page of a network has it. */
  readonly isPage: boolean;
}

async function call(client: Client): Promise<Call> {
  const started = client.clock.monotonic();
  const exchange = await client.open({ path: '/key' });
  const ms = client.clock.monotonic() - started;
  await exchange.text();
  const { headers } = exchange;
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  return { ms, date: headers.get('date'), isPage };
}

function clockAhead({ world }: FactContext, date: string | null): number | null {
  const server = Date.parse(date ?? '');
  return Number.isNaN(server) ? null : world.clock.now().getTime() - server;
}
