import type { CatalogChange } from '../../catalog/cached-list.ts';
import { readChanges } from '../../catalog/cached-list.ts';
import { type Catalog, loadCatalog } from '../../catalog/load.ts';
import type { Credits, KeyInfo } from '../../openrouter/account.ts';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Client } from '../../openrouter/client.ts';
import type { Provider, Served } from '../../openrouter/endpoints.ts';
import type { WireFailure } from '../../openrouter/wire-error.ts';
import type { ResponseHeaders } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import type { OwnCommand } from '../../platform/own-command.ts';
import { cacheFolder } from '../../platform/paths.ts';
import { keyFormatProblem } from '../../setup-file/key-format.ts';
import { type FactContext, openClient, refuseOffline, Unavailable } from './context.ts';
import type { EntryKey } from './setup.ts';

/** What OpenRouter reports about a key. */
export interface Account {
  readonly key: EntryKey;
  readonly info: KeyInfo | null;
  /** Null with an ordinary key, because credits require a management key. */
  readonly credits: Credits | null;
  /** Why there is no `info`. A key that looks malformed is never sent. */
  readonly refused: {
    /** True if the answer is about the key, not about a server problem. */
    readonly certain: boolean;
    readonly headline: string;
    readonly fix: string;
    readonly message: string;
  } | null;
}

/** The keys that may be sent; malformed ones are left out. */
export function usableKeys(keys: readonly EntryKey[]): readonly string[] {
  return keys.flatMap(({ found }) =>
    'key' in found && keyFormatProblem(found.key) === null ? [found.key] : [],
  );
}

/**
 * One account for each well-formed key that was found, from what `ask` returns. Throws Unavailable when offline or if
 * nothing answers.
 */
export async function readAccounts(
  given: FactContext,
  keys: readonly EntryKey[],
  ask: (secret: string) => Promise<KeyAnswer>,
): Promise<readonly Account[]> {
  refuseOffline(given.options);
  const usable = keys.flatMap((key) => usableKeys([key]).map((secret) => ({ key, secret })));
  if (usable.length === 0)
    throw new Unavailable('there is no usable key', { type: 'key', hint: keyHint });
  return Promise.all(
    usable.map(async ({ key, secret }): Promise<Account> => {
      const [{ info, failure }, credits] = await Promise.all([
        ask(secret),
        readCredits(given, secret),
      ]);
      return failure === null ? { key, info, credits, refused: null } : refusedBy(key, failure);
    }),
  );
}

const keyHint = (command: OwnCommand) =>
  `${command('doctor --only environment --only key')} shows what is wrong with it`;

async function readCredits(given: FactContext, secret: string): Promise<Credits | null> {
  const { credits } = await import('./requests.ts');
  const client = await clientOrUnavailable(given, secret);
  return credits(client).catch(() => null);
}

/** What to do if OpenRouter does not answer for an unknown reason. */
export const reachHint =
  'check the connection, a proxy and OPENROUTER_BASE_URL; https://status.openrouter.ai';

async function refusedBy(key: EntryKey, failure: WireFailure): Promise<Account> {
  if (failure.kind === 'network' || failure.kind === 'timeout') {
    throw new Unavailable(`OpenRouter did not answer: ${failure.message}`, { hint: reachHint });
  }
  const { judgeFailure } = await import('../../routing/outcomes.ts');
  const { name, walk, headline, fix } = judgeFailure(failure);
  const { message } = failure;
  // A question about a key has no text to moderate, so 403 is about the key itself.
  const refused =
    name === 'moderation'
      ? { certain: true, headline: 'forbidden', fix: disabledHint, message }
      : { certain: walk === 'stop', headline, fix, message };
  return { key, info: null, credits: null, refused };
}

const disabledHint = 'check at https://openrouter.ai/settings/keys whether the key is disabled';

/**
 * The current list of models, because doctor should notice a model that disappeared this morning. With `--offline` or
 * if OpenRouter cannot be reached, the cached list, however old. Throws Unavailable if there is none.
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
    if (error instanceof UserError) throw new Unavailable(error.message, error);
    throw error;
  }
  throw new Unavailable('the list of models is not cached yet; run this once without --offline');
}

export function readCatalogChanges({ world }: FactContext): Promise<readonly CatalogChange[]> {
  return readChanges(world, { folder: cacheFolder(world), baseUrl: baseUrlFrom(world.env) });
}

export async function readProviders(given: FactContext): Promise<readonly Provider[]> {
  refuseOffline(given.options);
  const { listProviders } = await import('./requests.ts');
  return orUnavailable(async () => listProviders(await openClient(given, null)));
}

export async function readEndpoints(given: FactContext, id: string): Promise<Served> {
  refuseOffline(given.options);
  const { servedBy } = await import('./requests.ts');
  return orUnavailable(async () => servedBy(await openClient(given, null), id));
}

async function orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
  const { WireError } = await import('../../openrouter/wire-error.ts');
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WireError || error instanceof UserError) {
      throw new Unavailable(`OpenRouter did not answer: ${error.message}`, { hint: reachHint });
    }
    throw error;
  }
}

/** The result of contacting OpenRouter. */
export interface Reach {
  readonly host: string;
  /** Null if it answered at all, with any status. */
  readonly failure: {
    readonly kind: string;
    /** E.g. `ENOTFOUND`. */
    readonly code: string | null;
    readonly message: string;
  } | null;
  /** Milliseconds until the response headers, over an open connection; null if there was no response. */
  readonly latencyMs: number | null;
  /** How far our clock is ahead of the server's `Date`, in milliseconds; null if the server sends none. */
  readonly clockAheadMs: number | null;
}

/** The response of `/key`: the result of contacting OpenRouter, and what it reports about the key. */
export interface KeyAnswer {
  readonly reach: Reach;
  readonly info: KeyInfo | null;
  /** Why there is no `info`. */
  readonly failure: WireFailure | null;
}

/** Without a key, the request is refused at once, but by the same servers that answer everything else. */
export async function askAboutKey(given: FactContext, secret: string | null): Promise<KeyAnswer> {
  refuseOffline(given.options);
  const [{ readKeyInfo }, { WireError }] = await Promise.all([
    import('./requests.ts'),
    import('../../openrouter/wire-error.ts'),
  ]);
  const client = await clientOrUnavailable(given, secret);
  let reach: Reach | undefined;
  try {
    const { clock } = client;
    // Leaves out the time to connect (DNS and TLS), which later requests do not pay.
    let sentAt = clock.monotonic();
    const onSent = () => {
      sentAt = clock.monotonic();
    };
    const exchange = await client.open({ path: '/key', onSent });
    reach = reached(given, client, exchange.headers, clock.monotonic() - sentAt);
    return { reach, info: await readKeyInfo(client, exchange), failure: null };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { failure } = error;
    return { reach: reach ?? unreached(client, failure), info: null, failure };
  }
}

async function clientOrUnavailable(given: FactContext, secret: string | null): Promise<Client> {
  try {
    return await openClient(given, secret);
  } catch (error) {
    if (error instanceof UserError) throw new Unavailable(error.message, error);
    throw error;
  }
}

function reached(
  given: FactContext,
  client: Client,
  headers: ResponseHeaders,
  latencyMs: number,
): Reach {
  const { host } = client.reader;
  const clockAheadMs = clockAhead(given, headers.get('date'));
  // HTML is what a network's login page sends.
  if (headers.get('content-type')?.startsWith('text/html') !== true) {
    return { host, failure: null, latencyMs, clockAheadMs };
  }
  const message = `${host} answers with a web page, so it is not OpenRouter`;
  return unreached(client, { kind: 'page', code: null, message });
}

function unreached(
  { reader }: Client,
  { kind, code, message }: NonNullable<Reach['failure']>,
): Reach {
  const failure = { kind, code, message };
  return { host: reader.host, failure, latencyMs: null, clockAheadMs: null };
}

function clockAhead({ world }: FactContext, date: string | null): number | null {
  const server = Date.parse(date ?? '');
  return Number.isNaN(server) ? null : world.clock.now().getTime() - server;
}
