import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Client } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';

export type World = Pick<
  Deps,
  'io' | 'env' | 'place' | 'files' | 'fetch' | 'exec' | 'clock' | 'random' | 'signal'
>;

export interface FactsOptions {
  /** Path of the setup file. */
  readonly path: string;
  /** Do not use the network. */
  readonly offline: boolean;
  /** Timeout of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Write nothing, not even the cached list of models. */
  readonly dryRun?: boolean;
}

/** What is needed to gather a fact. */
export interface FactContext {
  readonly world: World;
  readonly options: FactsOptions;
}

/** Thrown if a fact cannot be gathered. Checks that need it are skipped with this reason. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/**
 * Opens the client. It is only loaded if the network is used, so `--offline` does not pay for it. Throws Unavailable
 * when offline, and UserError for a base URL that must not be given a key.
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
