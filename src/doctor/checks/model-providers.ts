import type { Path } from '../../config/edit.ts';
import { idParts } from '../../openrouter/model-id.ts';
import { nearestName } from '../../platform/nearest.ts';
import type { Entry } from '../../setup-file/entry.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { defineCheck } from '../check.ts';
import type { Facts } from '../facts/index.ts';
import { atMember, listedTexts, type Problem, takeOut } from '../finding.ts';
import { type Mention, mentionsOf, modelOf } from '../models.ts';

/** OpenRouter takes a slug that it does not know without a word: nothing is excluded, nothing preferred. */
const names = defineCheck({
  id: 'models/provider-names',
  summary: 'every excluded or preferred provider exists',
  needs: ['setup', 'providers'],
  async run({ setup, providers }) {
    const read = await setup();
    const mentions = read.entries.flatMap((entry) => preferenceMentions(read, entry));
    if (mentions.length === 0) return [];
    const known = await providers();
    const slugs = known.map(({ slug }) => slug);
    return mentions.flatMap(({ written, slug, list, path }): Problem[] => {
      if (slugs.includes(slug)) return [];
      const named = known.find(({ name }) => name.toLowerCase() === written.trim().toLowerCase());
      const near = named?.slug ?? nearestName(slug, slugs);
      return [
        {
          severity: 'warning',
          message: `OpenRouter has no provider "${written}": ${list} has no effect`,
          ...atMember(read, path),
          fixHint: near === null ? 'see https://openrouter.ai/providers' : `write "${near}"`,
          ...(near === null
            ? {}
            : {
                fix: {
                  does: `${list}: replace ${written} with ${near}`,
                  files: [
                    {
                      path: read.path,
                      dialect: 'json5',
                      edits: [{ op: 'set', path, value: near }],
                    },
                  ],
                },
              }),
        },
      ];
    });
  },
});

const clash = defineCheck({
  id: 'models/provider-clash',
  summary: 'no provider is both preferred and excluded',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry) => {
      const mentions = preferenceMentions(read, entry);
      const excluded = mentions.filter(({ list }) => list === 'exclude').map(({ slug }) => slug);
      return mentions
        .filter(({ list, slug }) => list === 'prefer' && excluded.includes(slug))
        .map(
          ({ written, path }): Problem => ({
            severity: 'warning',
            message: `${entry.name}: ${written} is both preferred and excluded; excluded wins`,
            ...atMember(read, path),
            fixHint: 'remove it from prefer',
            ...takeOut(read, path, `${entry.name}: remove ${written} from prefer`),
          }),
        );
    });
  },
});

const noEndpoints = defineCheck({
  id: 'models/no-endpoints',
  summary: 'every model has a provider that is not excluded',
  needs: ['setup', 'catalog', 'reached'],
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
  facts: Pick<Facts, 'setup' | 'catalog' | 'reached'>,
  mention: Mention,
  excluded: ReadonlySet<string>,
): Promise<Problem[]> {
  const [catalog, endpoints] = await Promise.all([facts.catalog(), facts.reached(mention.id)]);
  const model = modelOf(catalog, mention);
  if (model === undefined || idParts(model.id).author === 'openrouter') return [];
  const slugOf = (tag: string | null) => tag?.split('/')[0] ?? '';
  if (endpoints.some(({ tag }) => !excluded.has(slugOf(tag)))) return [];
  const only = [...new Set(endpoints.map(({ providerName }) => providerName))].join(', ');
  const isServed = endpoints.length > 0;
  return [
    {
      severity: 'error',
      message: isServed
        ? `"${mention.id}" is served by ${only} only, which is excluded: no provider is left`
        : `"${mention.id}" is listed, but no provider serves it now`,
      ...atMember(await facts.setup(), mention.path),
      fixHint: isServed
        ? 'remove it from providerPreferences.exclude, or use another model'
        : 'use another model',
    },
  ];
}

export const modelProviderChecks = [names, clash, noEndpoints];

/** A provider where `providerPreferences` names it. */
interface PreferenceMention {
  readonly list: 'exclude' | 'prefer';
  readonly written: string;
  /** Without the variant of an endpoint: `deepinfra/fp8` is of `deepinfra`. */
  readonly slug: string;
  readonly path: Path;
}

function preferenceMentions(
  setup: Pick<Setup, 'value'>,
  { path, providerPreferences }: Entry,
): readonly PreferenceMention[] {
  return (['exclude', 'prefer'] as const).flatMap((list) =>
    listedTexts(setup, [...path, 'providerPreferences', list], providerPreferences[list]).map(
      (item) => ({
        list,
        written: item.text,
        slug: item.text.trim().toLowerCase().split('/')[0] ?? '',
        path: item.path,
      }),
    ),
  );
}
