import { UserError } from '../../errors.ts';
import type { Endpoint } from '../../openrouter/endpoints.ts';
import type { Provider } from '../../openrouter/providers.ts';
import { Unavailable } from '../check.ts';
import type { Given } from '../facts.ts';
import { openClient, refuseOffline } from './client.ts';

export async function readProviders(given: Given): Promise<readonly Provider[]> {
  refuseOffline(given.options);
  const { listProviders } = await import('../../openrouter/providers.ts');
  return orUnavailable(async () => listProviders(await openClient(given, null)));
}

export async function readEndpoints(given: Given, id: string): Promise<readonly Endpoint[] | null> {
  refuseOffline(given.options);
  const { listEndpoints } = await import('../../openrouter/endpoints.ts');
  return orUnavailable(async () => {
    try {
      return (await listEndpoints(await openClient(given, null), id)).endpoints;
    } catch (error) {
      const { WireError } = await import('../../openrouter/wire-error.ts');
      if (error instanceof WireError && error.failure.status === 404) return null;
      throw error;
    }
  });
}

async function orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
  const { WireError } = await import('../../openrouter/wire-error.ts');
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WireError || error instanceof UserError) {
      throw new Unavailable(`OpenRouter could not be asked: ${error.message}`);
    }
    throw error;
  }
}
