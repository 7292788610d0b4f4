import { budget } from './budget.ts';
import { complexity } from './complexity.ts';
import { fallbacks } from './fallbacks.ts';
import { headers } from './headers.ts';
import { model } from './model.ts';
import { parameters } from './parameters.ts';
import { providers } from './providers.ts';
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
  parameters,
];
