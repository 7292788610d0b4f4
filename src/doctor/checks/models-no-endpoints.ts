import { idParts } from '../../catalog/model.ts';
import { defineCheck, type Problem } from '../check.ts';
import type { Facts } from '../facts.ts';
import { type Mention, mentionsOf, modelOf } from '../models.ts';
import { atMember } from '../place.ts';
import { preferenceMentions } from '../preferences.ts';

export const modelsNoEndpoints = defineCheck({
  id: 'models/no-endpoints',
  summary: 'a provider is left for every model after the excluded ones are taken away',
  needs: ['setup', 'catalog', 'endpoints'],
  async run(facts) {
    const read = await facts.setup();
    const found = await Promise.all(
      read.entries.flatMap((entry) => {
        const excluded = preferenceMentions(read, entry).filter(({ list }) => list === 'exclude');
        if (excluded.length === 0) return [];
        const slugs = new Set(excluded.map(({ slug }) => slug));
        return mentionsOf(read, entry).map((mention) => check(facts, mention, slugs));
      }),
    );
    return found.flat();
  },
});

async function check(
  facts: Pick<Facts, 'setup' | 'catalog' | 'endpoints'>,
  mention: Mention,
  excluded: ReadonlySet<string>,
): Promise<Problem[]> {
  const model = modelOf(await facts.catalog(), mention);
  // OpenRouter's own models choose among others, and nobody serves them.
  if (model === undefined || idParts(model.id).author === 'openrouter') return [];
  const { endpoints } = await facts.endpoints(model.id);
  const slugOf = (tag: string | null) => tag?.split('/')[0] ?? '';
  if (endpoints.some(({ tag }) => !excluded.has(slugOf(tag)))) return [];
  const only = [...new Set(endpoints.map(({ providerName }) => providerName))].join(', ');
  const isServed = endpoints.length > 0;
  return [
    {
      severity: 'error',
      message: isServed
        ? `"${mention.id}" is served by ${only} alone, and that is excluded: nobody is left to answer`
        : `"${mention.id}" is listed, and no provider serves it now: nobody is there to answer`,
      ...atMember(await facts.setup(), mention.path),
      fixHint: isServed
        ? 'take it out of providerPreferences.exclude, or use another model'
        : 'use another model',
    },
  ];
}
