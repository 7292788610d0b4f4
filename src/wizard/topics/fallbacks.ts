import { search } from '../../catalog/search.ts';
import type { Choice } from '../../platform/deps.ts';
import { membersOf } from '../../setup/without.ts';
import { say, type Talk } from '../context.ts';
import { type FallbackCandidate, fallbackCandidates } from '../fallback-candidates.ts';
import { modelChoice, pickModel } from '../pick-model.ts';
import type { Topic } from './topic.ts';

const most = 5;

export const fallbacks: Topic = {
  title: 'fallbacks',
  purpose: 'models that answer when the first one is down',
  members: membersOf.fallbacks,
  removable: null,
  core: true,
  given: (said) => said.fallbacks !== null,
  shown: ({ fallbackModels = [] }) =>
    fallbackModels.length === 0 ? null : fallbackModels.join(', '),
  async ask(talk, { name, members }) {
    const { defaultModel = '', fallbackModels: proposed = [] } = members;
    if (proposed.length > 0 && (await keeps(talk, name, proposed))) return {};
    const fallbackModels = await pickInOrder(talk, defaultModel);
    return fallbackModels.length === 0
      ? { fallbackModels }
      : { fallbackModels, retryOnFailure: true, maxRetries: members.maxRetries ?? 2 };
  },
};

async function keeps(
  { deps, style }: Talk,
  name: string,
  proposed: readonly string[],
): Promise<boolean> {
  say(deps, ...proposed.map((id, i) => `    ${i + 1}. ${id}`));
  return deps.prompter.confirm({
    message: `These fallbacks for ${name}, in this order? ${style.dim('(no: choose them)')}`,
    default: true,
  });
}

async function pickInOrder(talk: Talk, primary: string): Promise<readonly string[]> {
  const picked: string[] = [];
  while (picked.length < most) {
    const next = await pickNext(talk, [primary, ...picked]);
    if (next === null) break;
    picked.push(next);
  }
  return picked;
}

/** Null: no more. What shares its fate with the chain so far comes last, and says so. */
async function pickNext(talk: Talk, chain: readonly string[]): Promise<string | null> {
  const number = chain.length;
  const enough = number === 1 ? 'None' : 'No more';
  const message = `Fallback ${number}`;
  const candidates = fallbackCandidates(talk.models, chain);
  if (candidates.length === 0) return typeNext(talk, message);
  const done: Choice<string | null> = {
    name: enough,
    value: null,
    description: number === 1 ? 'When the model is down, nothing answers' : 'The chain ends here',
  };
  return talk.deps.prompter.search<string | null>({
    message,
    source(term) {
      const rows = matching(candidates, term).map(({ model, why }) =>
        modelChoice(talk, model, why),
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
  const whys = new Map(candidates.map(({ model, why }) => [model.id, why]));
  return search(
    candidates.map(({ model }) => model),
    term,
  ).map((model) => ({ model, why: whys.get(model.id) ?? '' }));
}

async function typeNext(talk: Talk, message: string): Promise<string | null> {
  const more = await talk.deps.prompter.confirm({
    message: `${message}: add one?`,
    default: false,
  });
  return more ? pickModel(talk, { message }) : null;
}
