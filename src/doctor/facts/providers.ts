import type { Endpoint } from '../../openrouter/endpoints.ts';
import type { Provider } from '../../openrouter/providers.ts';
import { UserError } from '../../platform/errors.ts';
import { openClient, refuseOffline } from './client.ts';
import { type FactContext, Unavailable } from './context.ts';

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
