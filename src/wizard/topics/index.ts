import type { Topic } from '../context.ts';
import { complexity, fallbacks, model } from './models.ts';
import { budget, headers, parameters, providers } from './requests.ts';
import { routing } from './routing.ts';

export type { Topic } from '../context.ts';

/** All topics, in the order they are asked. Add new ones here. */
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
