import { complexity, fallbacks, model } from './models.ts';
import { budget, headers, parameters, providers } from './requests.ts';
import { routing } from './routing.ts';
import type { Topic } from './topic.ts';

export type { Topic } from './topic.ts';

/** THE LIST of what can be asked about an entry, in the order of asking. Add the next one here. */
export const topics: readonly Topic[] = [
  model,
  fallbacks,
  complexity,
  budget,
  headers,
  providers,
  routing,
  parameters,
];
