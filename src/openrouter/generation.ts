import * as v from 'valibot';
import { chargeOf } from './chat-draft.ts';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';

/** OpenRouter's record of one request. */
export interface Generation {
  readonly model: string | null;
  readonly provider: string | null;
  /** USD, decimal string; with what a provider charges for a key of one's own there. */
  readonly totalCost: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** By the `id` of a chat answer. For some seconds after the answer it is a WireError with status 404. */
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
    // Counted by the model's own tokenizer, which is what is charged.
    native_tokens_prompt: shape.number,
    native_tokens_completion: shape.number,
  }),
});
