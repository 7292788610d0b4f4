import { search } from '../../catalog/search.ts';
import { isFreeModelId } from '../../openrouter/model-id.ts';
import type { Choice } from '../../platform/deps.ts';
import { partMembers } from '../../setup/setup-request.ts';
import type { Topic } from '../context.ts';
import { print, type WizardContext } from '../context.ts';
import {
  type FallbackCandidate,
  fallbackCandidates,
  modelChoice,
  pickModel,
} from '../pick-model.ts';
import { splitList, validate } from '../validate.ts';

export const model: Topic = {
  title: 'model',
  purpose: 'which one answers',
  members: ['defaultModel'],
  removable: null,
  core: true,
  isGiven: (flags) => flags.model !== undefined,
  summary: ({ defaultModel }) => defaultModel ?? null,
  async ask(context, { name, members: { defaultModel } }) {
    const current = defaultModel === undefined ? {} : { current: defaultModel };
    const free = defaultModel !== undefined && isFreeModelId(defaultModel);
    const message = free ? `Free model of ${name}` : `Model of ${name}`;
    return { defaultModel: await pickModel(context, { message, free, ...current }) };
  },
};

export const complexity: Topic = {
  title: 'complex questions',
  purpose: 'a strong model for messages with certain words',
  members: partMembers.complexity,
  removable: 'complexity',
  core: true,
  isGiven: (flags) => flags.complexModel !== undefined && flags.complexTrigger !== undefined,
  summary: ({ complexModel, complexTriggers = [] }) =>
    complexModel === undefined ? null : `${complexModel} for ${complexTriggers.join(', ')}`,
  async ask(context, { name, members }) {
    const { deps, options } = context;
    const { flags } = options;
    const current = members.complexModel === undefined ? {} : { current: members.complexModel };
    const message = `Model of ${name} for complex questions`;
    const complexModel = flags.complexModel ?? (await pickModel(context, { message, ...current }));
    if (flags.complexTrigger !== undefined) {
      return { complexModel, complexTriggers: flags.complexTrigger };
    }
    const before = members.complexTriggers ?? [];
    const triggers = await deps.prompter.input({
      message: 'A message is complex if it contains one of (separated by commas)',
      ...(before.length === 0 ? {} : { default: before.join(', ') }),
      validate: (text) =>
        splitList(text).length === 0
          ? 'Enter at least one word: without any, nothing is complex'
          : validate({ complexTrigger: splitList(text) }),
    });
    return { complexModel, complexTriggers: splitList(triggers) };
  },
};

const maxFallbacks = 5;

export const fallbacks: Topic = {
  title: 'fallbacks',
  purpose: 'models that answer when the first one is down',
  members: ['fallbackModels'],
  removable: null,
  core: true,
  isGiven: (flags) => flags.fallback !== undefined,
  summary: ({ fallbackModels = [] }) =>
    fallbackModels.length === 0 ? null : fallbackModels.join(', '),
  async ask(context, { name, members }) {
    const { defaultModel = '', fallbackModels: proposed = [] } = members;
    if (proposed.length > 0 && (await confirmFallbacks(context, name, proposed))) return {};
    const fallbackModels: string[] = [];
    while (fallbackModels.length < maxFallbacks) {
      const next = await pickNext(context, [defaultModel, ...fallbackModels]);
      if (next === null) break;
      fallbackModels.push(next);
    }
    return fallbackModels.length === 0
      ? { fallbackModels }
      : { fallbackModels, retryOnFailure: true, maxRetries: members.maxRetries ?? 2 };
  },
};

async function confirmFallbacks(
  { deps, style }: WizardContext,
  name: string,
  proposed: readonly string[],
): Promise<boolean> {
  print(deps, ...proposed.map((id, i) => `    ${i + 1}. ${id}`));
  return deps.prompter.confirm({
    message: `These fallbacks for ${name}, in this order? ${style.dim('(no: choose them)')}`,
    default: true,
  });
}

/** Asks for the next fallback; null ends the chain. Models that share an outage with the chain come last. */
async function pickNext(context: WizardContext, chain: readonly string[]): Promise<string | null> {
  const number = chain.length;
  const message = `Fallback ${number}`;
  const candidates = fallbackCandidates(context.models, chain);
  if (candidates.length === 0) {
    const more = await context.deps.prompter.confirm({
      message: `${message}: add one?`,
      default: false,
    });
    return more ? pickModel(context, { message }) : null;
  }
  const done: Choice<string | null> = {
    name: number === 1 ? 'None' : 'No more',
    value: null,
    description: number === 1 ? 'When the model is down, nothing answers' : 'The chain ends here',
  };
  return context.deps.prompter.search<string | null>({
    message,
    source(term) {
      const rows = matching(candidates, term).map((candidate) =>
        modelChoice(context, candidate.model, candidate.why),
      );
      if (term.trim() !== '') return [...rows, done];
      return number === 1 ? [...rows.slice(0, 1), done, ...rows.slice(1)] : [done, ...rows];
    },
  });
}

function matching(
  candidates: readonly FallbackCandidate[],
  term: string,
): readonly FallbackCandidate[] {
  if (term.trim() === '') return candidates;
  const whys = new Map(candidates.map((candidate) => [candidate.model.id, candidate.why]));
  return search(
    candidates.map((candidate) => candidate.model),
    term,
  ).map((match) => ({ model: match, why: whys.get(match.id) ?? '' }));
}
