import type { RequestBody } from './measure.ts';
import type { PricedModel } from './priced-model.ts';
import { textTokens } from './text-tokens.ts';
import { positive } from './web-search.ts';

/** The names that the endpoints have for the limit of an answer. */
const limits = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const;

/** OpenAI's own: an answer of fewer tokens cannot be asked for. */
const fewestOfOpenAI = 16;

/** Of pictures that come with an answer: four in the highest resolution. */
const drawnTokens = 10_000;

/**
 * The most tokens that the model may write, its thoughts included, each time that it reads the prompt. Without a limit
 * in the request that is all it can; null where that is not known.
 */
export function answerTokens(model: PricedModel, body: RequestBody): number | null {
  const asked = askedTokens(model, body);
  const most = model.maxCompletionTokens ?? model.contextLength;
  const each = asked === null ? most : Math.min(asked, most ?? asked);
  if (each === null) return null;
  const count = Math.max(positive(body.n) ?? 1, positive(body.best_of) ?? 1);
  return each * count + rejectedTokens(body);
}

function askedTokens(model: PricedModel, body: RequestBody): number | null {
  const set = limits.map((name) => positive(body[name])).filter((limit) => limit !== null);
  if (set.length === 0) return null;
  // Which of several the provider goes by is not known.
  const asked = Math.max(...set) + thoughtTokens(body) + (model.draws ? drawnTokens : 0);
  return model.id.startsWith('openai/') ? Math.max(fewestOfOpenAI, asked) : asked;
}

/** Some providers take a limit of thoughts as one besides that of the answer. */
function thoughtTokens({ reasoning }: RequestBody): number {
  if (typeof reasoning !== 'object' || reasoning === null) return 0;
  return positive(Reflect.get(reasoning, 'max_tokens')) ?? 0;
}

/** A prediction is paid for like an answer where the model does not follow it. */
function rejectedTokens({ prediction }: RequestBody): number {
  return prediction === undefined || prediction === null
    ? 0
    : textTokens(JSON.stringify(prediction));
}
