import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Client } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';

export type World = Pick<
  Deps,
  'io' | 'env' | 'place' | 'files' | 'fetch' | 'exec' | 'clock' | 'random' | 'signal'
>;

export interface FactsOptions {
  /** The setup file. */
  readonly path: string;
  /** Do not use the network. */
  readonly offline: boolean;
  /** Milliseconds for one request. */
  readonly timeoutMs: number;
  /** Write nothing, not even the cached list of models. */
  readonly dryRun?: boolean;
}

/** What gathering a fact needs. */
export interface FactContext {
  readonly world: World;
  readonly options: FactsOptions;
}

/** Thrown where a fact cannot be gathered; checks that need it are skipped with this reason. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/**
 * The client, loaded only where the network is asked: `--offline` pays nothing for it. Throws Unavailable offline,
 * UserError for a base URL that must not be given a key.
 */
export async function openClient(
  { world, options }: FactContext,
  apiKey: string | null,
): Promise<Client> {
  refuseOffline(options);
  const { createClient } = await import('./requests.ts');
  return createClient({
    baseUrl: baseUrlFrom(world.env),
    apiKey,
    fetch: world.fetch,
    clock: world.clock,
    timeoutMs: options.timeoutMs,
    signal: world.signal,
  });
}

export function refuseOffline({ offline }: FactContext['options']): void {
  if (offline) throw new Unavailable('no network with --offline');
}
