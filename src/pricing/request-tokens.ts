import type { Extras } from './extras.ts';
import type { Measured, RequestBody } from './measure.ts';
import { imageTokens } from './media.ts';
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

/** The tokens that a model reads for one request, at most, by what they cost. */
export interface PromptTokens {
  readonly text: number;
  /** Pictures and documents. */
  readonly seen: number;
  /** Sound and film. */
  readonly heard: number;
  /** How often it reads: once, and again after each use of a tool that runs on OpenRouter's side. */
  readonly times: number;
  /** What the later readings have more than the first, together. */
  readonly more: number;
  /** The longest of them. */
  readonly longest: number;
}

/**
 * No prompt is longer than the context: where more may come, the dearest tokens are taken for it. Null where neither
 * has an end.
 */
export function promptTokens(
  model: PricedModel,
  held: Measured,
  { searches, toolUses }: Extras,
  answerTokens: number,
): PromptTokens | null {
  const context = model.contextLength ?? Number.POSITIVE_INFINITY;
  const found = searches.reduce((sum, each) => sum + each.count * each.tokensEach, 0);
  const pictures = held.images.reduce((sum, pixels) => sum + imageTokens(pixels, model.id), 0);
  const heard = Math.min(context, held.audioTokens + held.videoTokens);
  const seen = Math.min(context - heard, pictures + held.fileTokens);
  const text = Math.min(context - heard - seen, held.textTokens + model.addedTokens + found);
  const first = heard + seen + text;
  const uses = toolUses?.count ?? 0;
  const growth = uses === 0 ? 0 : answerTokens + (toolUses?.tokensEach ?? 0);
  const readings = Array.from({ length: uses + 1 }, (_, use) =>
    use === 0 ? first : Math.min(context, first + use * growth),
  );
  const all = readings.reduce((sum, tokens) => sum + tokens, 0);
  if (!Number.isFinite(all)) return null;
  const more = all - first * readings.length;
  return { text, seen, heard, times: readings.length, more, longest: readings.at(-1) ?? first };
}
