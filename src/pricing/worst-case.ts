import Big from 'big.js';
import { idParts, routedId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import { type Extras, extrasOf } from './extras.ts';
import { type EndpointsOf, findPrice, type Unpriced } from './find-price.ts';
import { type Measured, measure, type RequestBody } from './measure.ts';
import type { PricedModel } from './priced-model.ts';
import type { Rates } from './rates.ts';
import { answerTokens, type PromptTokens, promptTokens } from './request-tokens.ts';

/** What a request may cost at most. */
export interface WorstCase {
  /** USD, exact. */
  readonly usd: string;
  /** USD, at most, where so many tokens are known to have been read and written. */
  readonly costOfTokens: (promptTokens: number, completionTokens: number) => string;
  /** Read in all, at most. */
  readonly promptTokens: number;
  /** Written in all, at most. */
  readonly maxTokens: number;
  /** Why these are the prices, for people; null where they are those of the list. */
  readonly basis: string | null;
  /** What makes it as much as it is, for people. */
  readonly notes: () => readonly string[];
}

/**
 * Everything that OpenRouter bills a request for, each at its most, or why nobody can say. A body may name more models
 * in `models`: then the dearest of them counts.
 */
export function worstCase(
  find: (id: string) => PricedModel | Unpriced,
  id: string,
  body: RequestBody,
): WorstCase | Unpriced {
  const others = Array.isArray(body.models) ? body.models : [];
  const ids = new Set([id, ...others.filter((other) => typeof other === 'string')]);
  const held = measure(body);
  const cases = [...ids].map((each) => {
    const model = find(each);
    return 'unpriced' in model ? model : worstCaseOf(model, each, body, held);
  });
  return cases.reduce((a, b) => {
    if ('unpriced' in a) return a;
    return 'unpriced' in b || new Big(b.usd).gt(a.usd) ? b : a;
  });
}

/** The same, at the prices that the list and the known endpoints give. */
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
  held: Measured,
): WorstCase | Unpriced {
  const listed = model.rates(0, held.cache);
  if (listed === null) return varies(id);
  const extras = extrasOf({
    body,
    modelId: model.id,
    isOnline: routedId(id).variants.includes('online'),
    readsFiles: model.readsFiles,
    native: { usd: listed.search, keepsToMaxUses: idParts(model.id).author === 'anthropic' },
  });
  if ('unpriced' in extras) return extras;
  const answer = answerTokens(model, body);
  if (answer === null) {
    return { unpriced: `how much ${id} may write is not known`, fix: 'set max_tokens' };
  }
  const prompt = promptTokens(model, held, extras, answer);
  if (prompt === null) {
    const what = 'how much is behind an address in the request';
    return {
      unpriced: `${what} is not known, and ${id} has no known context`,
      fix: 'send the file itself',
    };
  }
  const rates = model.rates(prompt.longest, held.cache);
  if (rates === null) return varies(id);
  const parts = { model, held, extras, answer, prompt };
  const fees = feesOf(parts, rates);
  return {
    usd: tokensUsd(parts, rates).plus(fees).toFixed(),
    costOfTokens: (read, written) => statedUsd(parts, rates, read, written).plus(fees).toFixed(),
    promptTokens: (prompt.text + prompt.seen + prompt.heard) * prompt.times + prompt.more,
    maxTokens: answer * prompt.times,
    basis: model.basis,
    notes: () => notesOn({ model, body, held, extras, answer }),
  };
}

function varies(id: string): Unpriced {
  return { unpriced: `the price of ${id} varies`, fix: 'use a model with a fixed price' };
}

interface Parts {
  readonly model: PricedModel;
  readonly held: Measured;
  readonly extras: Extras;
  /** Tokens of one answer. */
  readonly answer: number;
  readonly prompt: PromptTokens;
}

function tokensUsd({ prompt, answer, extras }: Parts, rates: Rates): Big {
  const once = rates.prompt
    .times(prompt.text)
    .plus(rates.imageToken.times(prompt.seen))
    .plus(rates.audio.times(prompt.heard));
  return once
    .plus(rates.completion.times(answer))
    .times(prompt.times)
    .plus(rates.prompt.times(prompt.more))
    .times(extras.factor);
}

/** Which of the tokens were heard or seen is not stated: if any may be, all have that price. */
function statedUsd({ prompt, extras }: Parts, rates: Rates, read: number, written: number): Big {
  const perToken =
    prompt.heard > 0 ? rates.audio : prompt.seen > 0 ? rates.imageToken : rates.prompt;
  return perToken.times(read).plus(rates.completion.times(written)).times(extras.factor);
}

/** Pictures that one answer may hold where each has a price of its own. */
const mostPicturesMade = 10;

/** Everything that is not charged by the token. */
function feesOf({ held, extras, prompt }: Parts, rates: Rates): Big {
  const each = rates.request
    .plus(rates.image.times(held.images.length))
    .plus(rates.imageMade.times(mostPicturesMade));
  const { searches, toolUses } = extras;
  const uses = [...searches, ...(toolUses === null ? [] : [toolUses])];
  return uses
    .map(({ count, usdEach }) => usdEach.times(count))
    .reduce((sum, usd) => sum.plus(usd), each.times(prompt.times))
    .plus(extras.usdPerPage.times(held.pages));
}

export interface Noted {
  readonly model: PricedModel;
  readonly body: RequestBody;
  readonly held: Measured;
  readonly extras: Extras;
  /** Tokens of one answer. */
  readonly answer: number;
}

/** What of a worst case somebody could change, or would not expect, in sentences without their full stop. */
export function notesOn({ model, body, held, extras, answer }: Noted): string[] {
  const limits = [body.max_tokens, body.max_completion_tokens, body.max_output_tokens];
  const { toolUses, searches, factor } = extras;
  const notes: readonly (string | null)[] = [
    model.basis,
    limits.some((limit) => limit !== undefined && limit !== null)
      ? null
      : `Without max_tokens an answer may have ${answer} tokens`,
    isEndless(held)
      ? `A file of unknown size counts as the whole context, ${model.contextLength} tokens`
      : null,
    extras.usdPerPage.gt(0) && held.pages > 0
      ? `Up to ${held.pages} pages are read by mistral-ocr; the engine cloudflare-ai of the plugin file-parser is free`
      : null,
    searches.length > 0 ? 'A search of the web is part of it' : null,
    toolUses === null
      ? null
      : `Tools on OpenRouter's side may run ${toolUses.count} times; max_uses or max_tool_calls limits that`,
    factor > 1 ? `The tier of service may cost ${factor} times the listed price` : null,
  ];
  return notes.filter((note) => note !== null).map(capitalized);
}

function capitalized(note: string): string {
  // An id that the note begins with stays as it is.
  return /^[a-z]+ /.test(note) ? note.charAt(0).toUpperCase() + note.slice(1) : note;
}

function isEndless({ audioTokens, videoTokens, fileTokens }: Measured): boolean {
  return !Number.isFinite(audioTokens + videoTokens + fileTokens);
}
