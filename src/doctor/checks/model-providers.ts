import { providerSlug, unknownProvider } from '../../catalog/provider-names.ts';
import type { Path } from '../../config/edit.ts';
import { idParts } from '../../openrouter/model-id.ts';
import { isRecord } from '../../platform/record.ts';
import type { Entry } from '../../setup-file/entry.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { defineCheck } from '../check.ts';
import type { Facts } from '../facts/index.ts';
import {
  atMember,
  listedTexts,
  type Problem,
  type Problems,
  setupFix,
  takeOut,
} from '../finding.ts';
import { type Mention, mentionsOf, modelOf } from '../models.ts';

const names = defineCheck({
  id: 'models/provider-names',
  summary: 'every provider that an entry names exists',
  needs: ['setup', 'providers'],
  async run({ setup, providers }) {
    const read = await setup();
    const mentions = read.entries.flatMap((entry) => preferenceMentions(read, entry));
    if (mentions.length === 0) return [];
    const known = await providers();
    return mentions.flatMap(({ written, list, path }): Problems => {
      const unknown = unknownProvider(known, written);
      if (unknown === null) return [];
      const { near } = unknown;
      const fixTo = (value: string) =>
        setupFix(read, `${list}: replace ${written} with ${value}`, { op: 'set', path, value });
      return {
        severity: 'warning',
        message: `OpenRouter has no provider "${written}": ${list} has no effect`,
        ...atMember(read, path),
        fixHint: near === null ? 'see https://openrouter.ai/providers' : `write "${near}"`,
        ...(near === null ? {} : { fix: fixTo(near) }),
      };
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
      const excluded = mentions.filter(isExcluded).map(({ slug }) => slug);
      return mentions
        .filter((one) => !isExcluded(one) && excluded.includes(one.slug))
        .map(
          ({ written, list, path }): Problem => ({
            severity: 'warning',
            message: `${entry.name}: ${written} is both ${list === 'only' ? 'allowed' : 'preferred'} and excluded; excluded wins`,
            ...atMember(read, path),
            fixHint: `remove it from ${list}`,
            ...takeOut(read, path, `${entry.name}: remove ${written} from ${list}`),
          }),
        );
    });
  },
});

const noEndpoints = defineCheck({
  id: 'models/no-endpoints',
  summary: 'every model has a provider that its entry allows',
  needs: ['setup', 'catalog', 'reached'],
  async run(facts) {
    const read = await facts.setup();
    const found = await Promise.all(
      read.entries.flatMap((entry) => {
        const named = preferenceMentions(read, entry);
        const slugsOf = (some: readonly PreferenceMention[]) =>
          new Set(some.map(({ slug }) => slug));
        const excluded = slugsOf(named.filter(isExcluded));
        const only = slugsOf(named.filter(({ list }) => list === 'only'));
        if (excluded.size === 0 && only.size === 0) return [];
        const allows = (slug: string) => !excluded.has(slug) && (only.size === 0 || only.has(slug));
        return mentionsOf(read, entry).map((mention) => check(facts, mention, allows));
      }),
    );
    return found.flat();
  },
});

async function check(
  facts: Pick<Facts, 'setup' | 'catalog' | 'reached'>,
  mention: Mention,
  allows: (slug: string) => boolean,
): Promise<Problems> {
  const [catalog, endpoints] = await Promise.all([facts.catalog(), facts.reached(mention.id)]);
  const model = modelOf(catalog, mention);
  if (model === undefined || idParts(model.id).author === 'openrouter') return [];
  const slugOf = (tag: string | null) => tag?.split('/')[0] ?? '';
  if (endpoints.some(({ tag }) => allows(slugOf(tag)))) return [];
  const only = [...new Set(endpoints.map(({ providerName }) => providerName))].join(', ');
  const isServed = endpoints.length > 0;
  return {
    severity: 'error',
    message: isServed
      ? `"${mention.id}" is served by ${only} only, which the entry excludes: no provider is left`
      : `"${mention.id}" is listed, but no provider serves it now`,
    ...atMember(await facts.setup(), mention.path),
    fixHint: isServed ? 'allow one of them, or use another model' : 'use another model',
  };
}

export const modelProviderChecks = [names, clash, noEndpoints];

/** A provider named in `providerPreferences`, or in `provider` among the parameters. */
interface PreferenceMention {
  readonly list: 'exclude' | 'prefer' | 'ignore' | 'order' | 'only';
  readonly written: string;
  readonly slug: string;
  readonly path: Path;
}

function preferenceMentions(
  setup: Pick<Setup, 'value'>,
  { path, providerPreferences, parameters }: Entry,
): readonly PreferenceMention[] {
  const { provider } = parameters;
  const filters = isRecord(provider) ? provider : {};
  const named = [
    ...(['exclude', 'prefer'] as const).map(
      (list) => [list, [...path, 'providerPreferences', list], providerPreferences[list]] as const,
    ),
    ...(['ignore', 'order', 'only'] as const).map(
      (list) => [list, [...path, 'parameters', 'provider', list], textsOf(filters[list])] as const,
    ),
  ];
  return named.flatMap(([list, own, read]) =>
    listedTexts(setup, own, read).map((item) => ({
      list,
      written: item.text,
      slug: providerSlug(item.text),
      path: item.path,
    })),
  );
}

function textsOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}

function isExcluded({ list }: PreferenceMention): boolean {
  return list === 'exclude' || list === 'ignore';
}
