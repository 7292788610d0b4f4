import Big from 'big.js';
import { jsonNumber } from '../account.ts';
import type { ModelEndpoint } from '../endpoints/model-endpoints.ts';

export interface Bill {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** USD, exact. */
  readonly promptCost: Big;
  readonly completionCost: Big;
  readonly cost: Big;
}

export function billFor(
  endpoint: ModelEndpoint,
  promptTokens: number,
  completionTokens: number,
): Bill {
  const promptCost = new Big(endpoint.prompt).times(promptTokens);
  const completionCost = new Big(endpoint.completion).times(completionTokens);
  const cost = promptCost.plus(completionCost);
  return { promptTokens, completionTokens, promptCost, completionCost, cost };
}

/** Nothing was served, so nothing is to pay. */
export function noBill(): Bill {
  const zero = new Big(0);
  return {
    promptTokens: 0,
    completionTokens: 0,
    promptCost: zero,
    completionCost: zero,
    cost: zero,
  };
}

/** The `usage` of an answer. */
export function usageBody(bill: Bill): Record<string, unknown> {
  return {
    prompt_tokens: bill.promptTokens,
    completion_tokens: bill.completionTokens,
    total_tokens: bill.promptTokens + bill.completionTokens,
    cost: jsonNumber(bill.cost),
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: jsonNumber(bill.promptCost),
      upstream_inference_completions_cost: jsonNumber(bill.completionCost),
    },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
