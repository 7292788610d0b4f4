import { isRecord } from '../platform/record.ts';
import { tokenLimits } from '../routing/format-parameters.ts';
import type { Extras } from './extras.ts';
import type { Measured, RequestBody } from './measure.ts';
import { imageTokens } from './media.ts';
import type { PricedModel } from './priced-model.ts';
import { positive } from './server-tools.ts';
import { textTokens } from './text-tokens.ts';

/** The lowest limit that OpenAI accepts. */
const minTokensOfOpenAI = 16;

/** Four images at the highest resolution. */
const imageOutputTokens = 10_000;

/**
 * The most tokens that the model can write, including reasoning, each time it reads the prompt. If the request has no
 * limit, that of the model applies; null if it is unknown.
 */
export function answerTokens(model: PricedModel, body: RequestBody): number | null {
  const requested = requestedTokens(model, body);
  const max = model.maxCompletionTokens ?? model.contextLength;
  const each = requested === null ? max : Math.min(requested, max ?? requested);
  if (each === null) return null;
  const count = Math.max(positive(body.n) ?? 1, positive(body.best_of) ?? 1);
  return each * count + rejectedTokens(body);
}

function requestedTokens(model: PricedModel, body: RequestBody): number | null {
  // It is unknown which of several limits the provider uses.
  const max = Math.max(...tokenLimits.map((name) => positive(body[name]) ?? 0));
  if (max === 0) return null;
  const requested = max + reasoningTokens(body) + (model.draws ? imageOutputTokens : 0);
  return model.id.startsWith('openai/') ? Math.max(minTokensOfOpenAI, requested) : requested;
}

/** Some providers add the reasoning token limit to that of the answer. */
function reasoningTokens({ reasoning, thinking }: RequestBody): number {
  const [max, budget] = [
    isRecord(reasoning) ? reasoning.max_tokens : null,
    isRecord(thinking) ? thinking.budget_tokens : null,
  ].map(positive);
  return Math.max(max ?? 0, budget ?? 0);
}

/** Rejected prediction tokens are charged like output. */
function rejectedTokens({ prediction }: RequestBody): number {
  return prediction === undefined || prediction === null
    ? 0
    : textTokens(JSON.stringify(prediction));
}

/** The most input tokens of one request, by price category. */
export interface PromptTokens {
  readonly text: number;
  /** Tokens of images and documents. */
  readonly visual: number;
  /** Tokens of audio and video. */
  readonly audible: number;
  /** How often the model reads the prompt: once, and again after each use of a server tool. */
  readonly times: number;
  /** The additional tokens of all later reads. */
  readonly more: number;
  readonly longest: number;
}

/**
 * The context length limits the prompt, and is filled with the most expensive tokens first. Null if neither the context
 * nor the prompt is bounded.
 */
export function promptTokens(
  model: PricedModel,
  content: Measured,
  { searches, toolUses }: Extras,
  answerTokens: number,
): PromptTokens | null {
  const context = model.contextLength ?? Number.POSITIVE_INFINITY;
  const searched = searches.reduce((sum, each) => sum + each.count * each.tokensEach, 0);
  const images = content.images.reduce((sum, pixels) => sum + imageTokens(pixels, model.id), 0);
  const audible = Math.min(context, content.audioTokens + content.videoTokens);
  const visual = Math.min(context - audible, images + content.fileTokens);
  const text = Math.min(
    context - audible - visual,
    content.textTokens + model.addedTokens + searched,
  );
  const first = audible + visual + text;
  if (toolUses === null) {
    const isBounded = Number.isFinite(first);
    return isBounded ? { text, visual, audible, times: 1, more: 0, longest: first } : null;
  }
  const uses = toolUses.count;
  const growth = uses === 0 ? 0 : answerTokens + toolUses.tokensEach;
  const readings = Array.from({ length: uses + 1 }, (_, use) =>
    use === 0 ? first : Math.min(context, first + use * growth),
  );
  const all = readings.reduce((sum, tokens) => sum + tokens, 0);
  if (!Number.isFinite(all)) return null;
  const more = all - first * readings.length;
  return { text, visual, audible, times: readings.length, more, longest: readings.at(-1) ?? first };
}
