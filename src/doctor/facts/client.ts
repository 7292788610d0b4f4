import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Client } from '../../openrouter/client.ts';
import { type FactContext, Unavailable } from './context.ts';

/**
 * The client, loaded only where the network is asked: `--offline` pays nothing for it. Throws Unavailable offline,
 * UserError for a base URL that must not be given a key.
 */
export async function openClient(
  { world, options }: FactContext,
  apiKey: string | null,
): Promise<Client> {
  refuseOffline(options);
  const { createClient } = await import('../../openrouter/client.ts');
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
