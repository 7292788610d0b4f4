import type { CatalogModel } from '../../catalog/model.ts';
import type { Path } from '../../config/edit.ts';
import { isRecord } from '../../platform/record.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { modelCheck } from '../check.ts';
import { atMember, type Problem, type Problems } from '../finding.ts';
import { type Mention, mentionsOf, modelOf } from '../models.ts';

/** OpenRouter silently drops parameters that a model does not support. */
const supported = modelCheck(
  { id: 'models/parameters', summary: 'the models of an entry take its parameters' },
  (read, list, entry) => {
    const { provider } = entry.parameters;
    const isRequired = isRecord(provider) && provider.require_parameters === true;
    const models = mentionsOf(read, entry).flatMap((mention): Listed[] => {
      const model = modelOf(list, mention);
      // A router accepts whatever its models accept.
      const isKnown = model !== undefined && model.inputPerMillion !== null;
      return isKnown && model.supportedParameters.length > 0 ? [{ mention, model }] : [];
    });
    return Object.entries(entry.parameters).flatMap(([name, value]): Problems => {
      const names = synonyms.find((each) => each.includes(name)) ?? [];
      if (names.length === 0 || isOff(value)) return [];
      if (!isRequired && isDefault(name, value)) return [];
      const without = models.filter(
        ({ model }) => !names.some((each) => model.supportedParameters.includes(each)),
      );
      const [first] = without;
      if (first === undefined) return [];
      const ids = [...new Set(without.map(({ mention }) => mention.id))].join(', ');
      const effect = isRequired
        ? 'with require_parameters, no provider is left'
        : 'OpenRouter leaves it out';
      return {
        severity: isRequired ? 'error' : first.mention.role === 'primary' ? 'warning' : 'info',
        message: `${entry.name}: ${ids} does not take ${name}: ${effect}`,
        ...atMember(read, [...entry.path, 'parameters', name], 'key'),
        fixHint: (command) => `${command(`models --supports ${names[0]}`)} lists those that do`,
      };
    });
  },
);

/** A model of the entry, with its row in the list. */
interface Listed {
  readonly mention: Mention;
  readonly model: CatalogModel;
}

/** Groups of parameter names in the list that mean the same. */
const synonyms: readonly (readonly string[])[] = [
  ['max_tokens', 'max_completion_tokens'],
  ['reasoning', 'reasoning_effort', 'include_reasoning'],
  ['response_format', 'structured_outputs'],
  ...[
    ...['temperature', 'top_p', 'top_k', 'min_p', 'top_a', 'seed', 'stop', 'logit_bias'],
    ...['frequency_penalty', 'presence_penalty', 'repetition_penalty', 'logprobs'],
    ...['top_logprobs', 'prediction', 'tools', 'tool_choice', 'web_search_options', 'verbosity'],
  ].map((name) => [name]),
];

/** The parameter is switched off, so nothing is lost if it is dropped. */
function isOff(value: unknown): boolean {
  if (isRecord(value)) return value.enabled === false || value.effort === 'none';
  return value === null || value === false || value === 'none';
}

/** The value is what a model uses by default anyway; many programs set it explicitly. */
function isDefault(name: string, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === (['temperature', 'top_p', 'repetition_penalty'].includes(name) ? 1 : 0);
}

const thinking = modelCheck(
  { id: 'models/reasoning', summary: 'the models of an entry can think as it asks' },
  (read, list, entry) => {
    const settings = reasoningOf(entry);
    const found = mentionsOf(read, entry).flatMap((mention) => {
      const row = modelOf(list, mention)?.reasoning;
      return row === undefined
        ? []
        : settings.map((setting) => reasoningProblem(setting, mention, row));
    });
    return found.flatMap((problem) =>
      problem === null ? [] : [{ ...problem, ...atMember(read, problem.path) }],
    );
  },
);

interface ReasoningSetting {
  readonly path: Path;
  readonly value: unknown;
  readonly kind: 'effort' | 'enabled' | 'tokens';
}

function reasoningOf({ path, parameters }: Entry): readonly ReasoningSetting[] {
  const own = [...path, 'parameters'];
  const { reasoning, reasoning_effort: effort } = parameters;
  const inside = isRecord(reasoning) ? reasoning : {};
  const settings: ReasoningSetting[] = [
    { path: [...own, 'reasoning_effort'], value: effort, kind: 'effort' },
    { path: [...own, 'reasoning', 'effort'], value: inside.effort, kind: 'effort' },
    { path: [...own, 'reasoning', 'enabled'], value: inside.enabled, kind: 'enabled' },
    { path: [...own, 'reasoning', 'max_tokens'], value: inside.max_tokens, kind: 'tokens' },
  ];
  return settings.filter(({ value }) => value !== undefined && value !== null);
}

function reasoningProblem(
  { path, value, kind }: ReasoningSetting,
  { entry, id }: Mention,
  { mandatory, efforts, takesTokens }: NonNullable<CatalogModel['reasoning']>,
): (Problem & { readonly path: Path }) | null {
  const isOff = kind === 'enabled' ? value === false : value === 'none';
  if (isOff && mandatory) {
    return {
      severity: 'error',
      message: `${entry.name}: ${id} always thinks: OpenRouter refuses to turn it off`,
      path,
      fixHint: 'remove it, or use a model that can answer without thinking',
    };
  }
  const isEffort = kind === 'effort' && typeof value === 'string' && !isOff;
  if (isEffort && efforts !== null && !efforts.includes(value)) {
    return {
      severity: 'warning',
      message: `${entry.name}: ${id} has no effort ${JSON.stringify(value)}`,
      path,
      fixHint: `it has ${efforts.join(', ')}`,
    };
  }
  if (kind !== 'tokens' || takesTokens) return null;
  return {
    severity: 'info',
    message: `${entry.name}: ${id} takes an effort in place of reasoning.max_tokens, and OpenRouter guesses one`,
    path,
    fixHint: 'write reasoning.effort',
  };
}

const longAnswer = modelCheck(
  { id: 'models/max-tokens', summary: 'no model is asked for a longer answer than it can give' },
  (read, list, entry) =>
    ['max_tokens', 'max_completion_tokens'].flatMap((name) => {
      const asked = entry.parameters[name];
      if (typeof asked !== 'number') return [];
      const short = mentionsOf(read, entry).flatMap((mention) => {
        const max = modelOf(list, mention)?.maxCompletionTokens ?? null;
        return max !== null && max < asked ? [`${mention.id} (${max})`] : [];
      });
      if (short.length === 0) return [];
      const path = [...entry.path, 'parameters', name];
      return {
        severity: 'info',
        message: `${entry.name}: ${name} is more than ${[...new Set(short)].join(', ')} can write`,
        ...atMember(read, path),
        fixHint: 'lower it, so that OpenRouter holds back less credit for each request',
      } as const;
    }),
);

export const modelParameterChecks = [supported, thinking, longAnswer];
