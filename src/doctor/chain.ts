import { canonicalModelId, idParts } from '../openrouter/model-id.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { type Mention, mentionsOf } from './models.ts';

/** A link of a chain, with the id that OpenRouter is asked for. */
export interface ChainLink extends Mention {
  readonly model: string;
}

/** Primary, then fallbacks in order; not the complex model, behind which nothing stands. */
export function chainOf(setup: Pick<Setup, 'value'>, entry: Entry): readonly ChainLink[] {
  return mentionsOf(setup, entry)
    .filter(({ role }) => role !== 'complex')
    .map((mention) => ({ ...mention, model: canonicalModelId(mention.id) }));
}

export function fallbacksOf(chain: readonly ChainLink[]): readonly ChainLink[] {
  return chain.filter(({ role }) => role !== 'primary');
}

export function authorOf({ model }: ChainLink): string {
  return idParts(model).author;
}
