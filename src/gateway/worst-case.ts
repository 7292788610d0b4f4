import Big from 'big.js';
import type { Model } from '../openrouter/models.ts';
import { isRecord } from '../routing/record.ts';
import type { ChatBody } from './target.ts';

/** A model with its prices reckoned once. USD; null where a price varies. */
export interface PricedModel extends Model {
  readonly prices: {
    /** Per token that the model reads, or that is kept for the next request, whichever costs more. */
    readonly prompt: Big;
    /** Per token that the model writes, thinks, says or draws, whichever costs most. */
    readonly completion: Big;
    readonly request: Big;
    readonly image: Big;
  } | null;
}

export function pricedModel(model: Model): PricedModel {
  return { ...model, prices: pricesOf(model) };
}

/** What a request may cost at most, or why nobody can say. */
export type WorstCase =
  | { readonly usd: string; readonly promptTokens: number; readonly maxTokens: number }
  | { readonly unpriced: string };

/**
 * The prompt estimated from above and every token that the model may write, at the model's listed price, USD. Without
 * `max_tokens` the model may write all that it can.
 */
export function worstCase(model: PricedModel | undefined, id: string, body: ChatBody): WorstCase {
  if (model === undefined) return { unpriced: `${id} is not in the list of models` };
  const { prices } = model;
  if (prices === null) return { unpriced: `the price of ${id} varies` };
  const promptTokens = estimatePromptTokens(body);
  const maxTokens = mostTokens(model, body, promptTokens);
  if (maxTokens === null) return { unpriced: `how much ${id} may write is not known` };
  const usd = prices.prompt
    .times(promptTokens)
    .plus(prices.completion.times(maxTokens))
    .plus(prices.request)
    .plus(prices.image.times(countImages(body.messages)));
  return { usd: usd.toFixed(), promptTokens, maxTokens };
}

/** What so many tokens cost, USD; null where the price varies. */
export function costOfTokens(
  { prices }: PricedModel,
  promptTokens: number,
  completionTokens: number,
): string | null {
  if (prices === null) return null;
  return prices.prompt
    .times(promptTokens)
    .plus(prices.completion.times(completionTokens))
    .plus(prices.request)
    .toFixed();
}

function pricesOf({ pricing }: Model): PricedModel['prices'] {
  const { inputCacheWrite, inputCacheWrite1h } = pricing;
  const { internalReasoning, audioOutput, imageOutput } = pricing;
  const prompt = dearest(pricing.prompt, inputCacheWrite, inputCacheWrite1h);
  const completion = dearest(pricing.completion, internalReasoning, audioOutput, imageOutput);
  const [request, image] = [dearest(pricing.request), dearest(pricing.image)];
  if (prompt === null || completion === null || request === null || image === null) return null;
  return { prompt, completion, request, image };
}

/** Null where one of them varies. What has no price costs nothing. */
function dearest(...texts: readonly (string | undefined)[]): Big | null {
  const prices = texts.map((text) => priceOf(text ?? '0'));
  return prices.reduce((a, b) => (a === null || b === null ? null : a.gt(b) ? a : b));
}

/** `"-1"` is the API's sign for a price that varies. */
function priceOf(text: string): Big | null {
  const price = /^-?[\d.]+(e-?\d+)?$/i.test(text) ? new Big(text) : null;
  return price === null || price.lt(0) ? null : price;
}

function mostTokens(model: Model, body: ChatBody, promptTokens: number): number | null {
  const limits = [body.max_tokens, body.max_completion_tokens].filter(isCount);
  // Which of two the provider goes by is not known.
  const asked = limits.length === 0 ? undefined : Math.max(...limits);
  const context = model.contextLength;
  const most =
    model.maxCompletionTokens ?? (context === null ? null : Math.max(1, context - promptTokens));
  const each = asked === undefined ? most : Math.min(asked, most ?? asked);
  return each === null ? null : each * (isCount(body.n) ? body.n : 1);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 1;
}

/**
 * From above for text in any language: tokenizers make three bytes of UTF-8 or more into one token, but for rare
 * symbols. A picture counts as 2,000 tokens, which is more than the large models take for one.
 */
export function estimatePromptTokens(body: ChatBody): number {
  const tools = body.tools === undefined ? 0 : bytesOf(JSON.stringify(body.tools));
  return Math.ceil((tools + bytesIn(body.messages)) / 3) + 2_000 * countImages(body.messages) + 16;
}

function bytesIn(value: unknown): number {
  if (typeof value === 'string') return bytesOf(value);
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + bytesIn(item), 0);
  if (!isRecord(value) || isImage(value)) return 4;
  return Object.values(value).reduce((sum: number, item) => sum + bytesIn(item), 8);
}

function countImages(messages: readonly unknown[]): number {
  const parts = messages.flatMap((message) =>
    isRecord(message) && Array.isArray(message.content) ? message.content : [],
  );
  return parts.filter((part: unknown) => isRecord(part) && isImage(part)).length;
}

function isImage(part: Readonly<Record<string, unknown>>): boolean {
  return part.type === 'image_url' || part.type === 'input_image';
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
