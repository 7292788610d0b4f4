import * as v from 'valibot';
import { chargeOf } from './chat-draft.ts';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

/** OpenRouter's record of one request. */
export interface Generation {
  readonly model: string | null;
  readonly provider: string | null;
  /** USD, a decimal string; includes what a provider charges for the user's own key (BYOK). */
  readonly totalCost: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Looks up the `id` of a chat answer. Throws WireError with status 404 for some seconds after the answer. */
export async function generation(client: Pick<Client, 'request'>, id: string): Promise<Generation> {
  const { data } = await client.request({ path: '/generation', query: { id } }, answer);
  return {
    model: data.model,
    provider: data.provider_name,
    totalCost: chargeOf(data.total_cost, { ...data, cost_details: data }),
    promptTokens: data.native_tokens_prompt ?? data.tokens_prompt,
    completionTokens: data.native_tokens_completion ?? data.tokens_completion,
  };
}

const answer = v.object({
  data: v.object({
    model: shape.text,
    provider_name: shape.text,
    total_cost: shape.money,
    is_byok: shape.boolean,
    upstream_inference_cost: shape.charge,
    tokens_prompt: shape.number,
    tokens_completion: shape.number,
    // Counted by the model's own tokenizer, which is the basis of the charge.
    native_tokens_prompt: shape.number,
    native_tokens_completion: shape.number,
  }),
});
