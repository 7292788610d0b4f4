import { ForbiddenByEntry } from '../../src/routing/provider-rules.ts';

/** What it returns; null where the entry forbids it. */
export function attempt(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    if (error instanceof ForbiddenByEntry) return null;
    throw error;
  }
}
