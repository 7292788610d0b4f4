import type { RoutedEntry } from '../../src/routing/choose.ts';

/** An entry with one link and nothing else, but for what is given. */
export function entry(more: Partial<RoutedEntry> = {}): RoutedEntry {
  return {
    name: 'router',
    defaultModel: 'acme/one',
    fallbackModels: [],
    complexModel: null,
    complexTriggers: [],
    parameters: {},
    retryOnFailure: false,
    maxRetries: 2,
    headers: {},
    providerPreferences: { exclude: [], prefer: [] },
    budget: null,
    ...more,
  };
}
