import Big from 'big.js';
import { routedId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import { zeroUsd } from '../platform/money.ts';
import { capitalized } from '../platform/wording.ts';
import { tokenLimits } from '../routing/format-parameters.ts';
import { type Extras, extrasOf } from './extras.ts';
import { type EndpointsOf, findPrice, type Unpriced } from './find-price.ts';
import { type Measured, measure, type RequestBody } from './measure.ts';
import type { PricedModel, Rates } from './priced-model.ts';
import { answerTokens, type PromptTokens, promptTokens } from './request-tokens.ts';

/** The maximum cost of a request. */
export interface WorstCase {
  /** USD, exact. */
  readonly usd: string;
  /** The maximum cost in USD once the numbers of tokens are known. */
  readonly costOfTokens: (promptTokens: number, completionTokens: number) => string;
  /** The maximum of input tokens, summed over all reads. */
  readonly promptTokens: number;
  /** The maximum of output tokens, summed over all answers. */
  readonly maxTokens: number;
  /** Why these prices apply, for people; null if they are the listed ones. */
  readonly basis: string | null;
  /** What the amount includes, for people. */
  readonly notes: () => readonly string[];
}

/**
 * The maximum of everything that OpenRouter may charge for a request, or why that is unknown. If the body has further
 * models in `models`, the most expensive one counts.
 */
export function worstCase(
  find: (id: string) => PricedModel | Unpriced,
  id: string,
  body: RequestBody,
): WorstCase | Unpriced {
  const content = measure(body);
  const caseOf = (each: string) => {
    const model = find(each);
    return 'unpriced' in model ? model : worstCaseOf(model, each, body, content);
  };
  if (!Array.isArray(body.models)) return caseOf(id);
  const ids = new Set([id, ...body.models.filter((other) => typeof other === 'string')]);
  return [...ids].map(caseOf).reduce((a, b) => {
    if ('unpriced' in a) return a;
    return 'unpriced' in b || new Big(b.usd).gt(a.usd) ? b : a;
  });
}

/** The same, using the prices of the list and the known endpoints. */
export function listedWorstCase(
  models: readonly Model[],
  id: string,
  body: RequestBody,
  endpointsOf?: EndpointsOf,
): WorstCase | Unpriced {
  return worstCase((each) => findPrice(models, each, body, endpointsOf), id, body);
}

function worstCaseOf(
  model: PricedModel,
  id: string,
  body: RequestBody,
  content: Measured,
): WorstCase | Unpriced {
  const listed = model.rates(0, content.cache);
  if (listed === null) return varies(id);
  const extras = extrasOf({
    body,
    modelId: model.id,
    isOnline: id.includes(':online') && routedId(id).variants.includes('online'),
    readsFiles: model.readsFiles,
    native: { usd: listed.search, respectsMaxUses: model.id.startsWith('anthropic/') },
  });
  if ('unpriced' in extras) return extras;
  const answer = answerTokens(model, body);
  if (answer === null) {
    return { unpriced: `how much ${id} may write is unknown`, fix: 'set max_tokens' };
  }
  const prompt = promptTokens(model, content, extras, answer);
  if (prompt === null) {
    return {
      unpriced: `the size of what the request refers to is unknown, and so is the context of ${id}`,
      fix: 'send the content itself',
    };
  }
  const rates = model.rates(prompt.longest, content.cache);
  if (rates === null) return varies(id);
  const parts = { model, content, extras, answer, prompt };
  const fees = feesOf(parts, rates);
  return {
    usd: tokensUsd(parts, rates).plus(fees).toFixed(),
    costOfTokens: (read, written) => statedUsd(parts, rates, read, written).plus(fees).toFixed(),
    promptTokens: (prompt.text + prompt.visual + prompt.audible) * prompt.times + prompt.more,
    maxTokens: answer * prompt.times,
    basis: model.basis,
    notes: () => notesFor({ model, body, content, extras, answer }),
  };
}

function varies(id: string): Unpriced {
  return { unpriced: `the price of ${id} varies`, fix: 'use a model with a fixed price' };
}

interface Parts {
  readonly model: PricedModel;
  readonly content: Measured;
  readonly extras: Extras;
  /** Tokens of one answer. */
  readonly answer: number;
  readonly prompt: PromptTokens;
}

function tokensUsd({ prompt, answer, extras }: Parts, rates: Rates): Big {
  const read = sumOf(
    [rates.prompt, prompt.text],
    [rates.imageToken, prompt.visual],
    [rates.audio, prompt.audible],
    [rates.completion, answer],
  );
  return times(times(read, prompt.times).plus(times(rates.prompt, prompt.more)), extras.factor);
}

/** The sum of the products. Zeros are skipped, because most are zero and exact arithmetic is slow. */
function sumOf(...products: readonly (readonly [usd: Big, count: number])[]): Big {
  return products.reduce((sum, [usd, count]) => {
    return count === 0 || usd.eq(zeroUsd) ? sum : sum.plus(times(usd, count));
  }, zeroUsd);
}

function times(usd: Big, count: number): Big {
  return count === 1 ? usd : count === 0 ? zeroUsd : usd.times(count);
}

/** It is not stated how many tokens were audio or images, so all of them get the highest price that may apply. */
function statedUsd({ prompt, extras }: Parts, rates: Rates, read: number, written: number): Big {
  const perToken =
    prompt.audible > 0 ? rates.audio : prompt.visual > 0 ? rates.imageToken : rates.prompt;
  return times(sumOf([perToken, read], [rates.completion, written]), extras.factor);
}

/** The maximum number of images in one answer, for models that charge per image. */
const maxImagesPerAnswer = 10;

/** Everything that is not charged per token. */
function feesOf({ content, extras, prompt }: Parts, rates: Rates): Big {
  const each = sumOf(
    [rates.request, 1],
    [rates.image, content.images.length],
    [rates.imageMade, maxImagesPerAnswer],
  );
  const { searches, toolUses } = extras;
  return sumOf(
    [each, prompt.times],
    [extras.usdPerPage, content.pages],
    [toolUses?.usdEach ?? zeroUsd, toolUses?.count ?? 0],
    ...searches.map(({ count, usdEach }) => [usdEach, count] as const),
  );
}

interface NoteContext extends Omit<Parts, 'prompt'> {
  readonly body: RequestBody;
}

/** What the user may want to change or may not expect, as sentences without a period. */
function notesFor({ model, body, content, extras, answer }: NoteContext): string[] {
  const limits = tokenLimits.map((name) => body[name]);
  const { toolUses, searches, factor } = extras;
  const notes: readonly (string | null)[] = [
    model.basis,
    limits.some((limit) => limit !== undefined && limit !== null)
      ? null
      : `Without max_tokens an answer may have ${answer} tokens`,
    hasUnknownSize(content)
      ? `What is not in the request itself counts as the whole context, ${model.contextLength} tokens`
      : null,
    extras.usdPerPage.gt(0) && content.pages > 0
      ? `Up to ${content.pages} pages are read by mistral-ocr; the engine cloudflare-ai of the file-parser plugin is free`
      : null,
    searches.length > 0 ? 'A web search is included' : null,
    toolUses === null
      ? null
      : `Server tools may run ${toolUses.count} times; max_uses or max_tool_calls limits that`,
    factor > 1 ? `The service tier may cost ${factor} times the listed price` : null,
  ];
  return notes.filter((note) => note !== null).map(sentence);
}

function sentence(note: string): string {
  // A model id at the beginning is not capitalized.
  return /^[a-z]+ /.test(note) ? capitalized(note) : note;
}

function hasUnknownSize({ textTokens, audioTokens, videoTokens, fileTokens }: Measured): boolean {
  return !Number.isFinite(textTokens + audioTokens + videoTokens + fileTokens);
}
