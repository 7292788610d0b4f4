import type { Topic } from '../context.ts';
import { complexity, fallbacks, model } from './models.ts';
import { budget, headers, parameters, providers } from './requests.ts';
import { routing } from './routing.ts';

export type { Topic } from '../context.ts';

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
