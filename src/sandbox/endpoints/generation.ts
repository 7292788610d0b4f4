import type { Answer } from '../http.ts';
import { ApiError, json } from '../http.ts';
import type { Asked, Generation } from '../state.ts';

/** `GET /generation?id=`: a request answered before, with the same key. */
export function generation({ state, call, key }: Asked): Answer {
  const id = call.query.get('id') ?? '';
  const found = state.generations.get(id);
  if (found === undefined || found.key !== key?.value) {
    throw new ApiError(404, `Generation ${id} not found`, { errorType: 'not_found' });
  }
  return json({ data: generationBody(found) });
}

function generationBody(found: Generation): Record<string, unknown> {
  return {
    id: found.id,
    created_at: found.at.toISOString(),
    model: found.model,
    provider_name: found.provider,
    total_cost: found.costUsd,
    usage: found.costUsd,
    tokens_prompt: found.promptTokens,
    tokens_completion: found.completionTokens,
    native_tokens_prompt: found.promptTokens,
    native_tokens_completion: found.completionTokens,
    finish_reason: found.finishReason,
    native_finish_reason: found.finishReason,
    streamed: found.streamed,
    cancelled: false,
    latency: found.latencyMs,
    generation_time: found.latencyMs,
    origin: found.httpReferer ?? '',
    http_referer: found.httpReferer,
    api_type: 'completions',
    data_region: 'global',
    is_byok: false,
    app_id: null,
    cache_discount: null,
    external_user: null,
    moderation_latency: null,
    native_tokens_cached: 0,
    native_tokens_completion_images: 0,
    native_tokens_reasoning: 0,
    num_fetches: null,
    num_input_audio_prompt: null,
    num_media_completion: null,
    num_media_prompt: null,
    num_search_results: null,
    preset_id: null,
    provider_responses: null,
    router: null,
    service_tier: null,
    upstream_id: null,
    upstream_inference_cost: null,
    user_agent: null,
    web_search_engine: null,
    workspace_id: null,
  };
}
