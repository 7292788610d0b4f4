import type { Client } from '../openrouter/client.ts';
import { fetchModels } from '../openrouter/models.ts';
import { WireError, type WireFailure } from '../openrouter/wire-error.ts';
import type { CatalogModel } from './model.ts';
import { pricedList } from './prices.ts';

export type LiveList =
  | { readonly kind: 'new'; readonly models: readonly CatalogModel[]; readonly etag: string | null }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly failure: Reason };

export type Reason = Pick<WireFailure, 'kind' | 'message'>;

/** Fetches the list unless it still matches `etag`. Throws CancelError when aborted. */
export async function fetchList(client: Client, etag: string | null): Promise<LiveList> {
  try {
    const answer = await fetchModels(client, etag === null ? {} : { etag });
    if (!answer.changed) return { kind: 'unchanged' };
    if (answer.models.length === 0) return { kind: 'failed', failure: noModels };
    return { kind: 'new', models: pricedList(answer.models), etag: answer.etag };
  } catch (error) {
    if (error instanceof WireError) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}

// An empty list means that the API is broken, so the cached list is better.
const noModels: Reason = { kind: 'garbled', message: 'the list is empty' };
