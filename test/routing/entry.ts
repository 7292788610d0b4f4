import type { Entry } from '../../src/setup-file/entry.ts';

/** An entry with one link and no settings, but for what is given. */
export function entry(more: Partial<Entry> = {}): Entry {
  return {
    name: 'router',
    path: ['models', 'router'],
    apiKey: null,
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
    promptCaching: 'auto',
    ...more,
  };
}
