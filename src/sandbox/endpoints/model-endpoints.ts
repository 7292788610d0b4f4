import Big from 'big.js';
import type { CatalogueModel } from '../catalogue.ts';
import { hashNumber } from '../ids.ts';
import type { Provider } from '../providers.ts';
import { providerOf } from '../providers.ts';
import type { Answer } from '../reply.ts';
import { ApiError, json } from '../reply.ts';
import type { Asked } from '../state.ts';
import { architecture, describe, pricingBody, supportedParameters } from './models.ts';

/** One provider's offer of a model. */
export interface ModelEndpoint {
  readonly provider: Provider;
  /** The provider's slug, with the quantization where there is one: `deepinfra/fp8`. */
  readonly tag: string;
  /** USD per token, decimal strings. */
  readonly prompt: string;
  readonly completion: string;
}

/** `GET /models/{author}/{slug}/endpoints`. Speed is shown to those with a key only. */
export function modelEndpoints({ state, params, key }: Asked): Answer {
  const model = state.catalogue.find(`${params.author}/${params.slug}`);
  if (model === undefined) {
    throw new ApiError(404, 'Resource not found', { errorType: 'not_found' });
  }
  return json({
    data: {
      id: model.id,
      name: model.name,
      created: model.created,
      description: describe(model),
      architecture: architecture(model),
      endpoints: endpointsOf(model).map((endpoint) => endpointBody(model, endpoint, key !== null)),
    },
  });
}

/** The model's own provider first; the further hosts of an open model ask 10 % more each. */
export function endpointsOf(model: CatalogueModel): ModelEndpoint[] {
  const open = model.traits.includes('open');
  return model.providers.map((slug, index) => {
    const factor = open ? new Big(index).div(10).plus(1) : new Big(1);
    return {
      provider: providerOf(slug),
      tag: open ? `${slug}/fp8` : slug,
      prompt: new Big(model.prompt).times(factor).toFixed(),
      completion: new Big(model.completion).times(factor).toFixed(),
    };
  });
}

function endpointBody(
  model: CatalogueModel,
  endpoint: ModelEndpoint,
  speed: boolean,
): Record<string, unknown> {
  const tools = model.traits.includes('tools');
  const p50 = 300 + hashNumber(`${model.id} ${endpoint.tag} latency`, 900);
  const tokensPerSecond = 30 + hashNumber(`${model.id} ${endpoint.tag} throughput`, 120);
  return {
    name: `${endpoint.provider.name} | ${model.id}`,
    model_id: model.id,
    model_name: model.name,
    provider_name: endpoint.provider.name,
    tag: endpoint.tag,
    context_length: model.contextLength,
    max_completion_tokens: model.maxCompletionTokens,
    max_prompt_tokens: null,
    pricing: { ...pricingBody(model, endpoint), discount: 0 },
    quantization: model.traits.includes('open') ? 'fp8' : 'unknown',
    status: 0,
    uptime_last_5m: 100,
    uptime_last_30m: 99.9,
    uptime_last_1d: 99.7,
    supported_parameters: supportedParameters(model),
    supports_implicit_caching: false,
    supports_tool_choice: { auto: tools, function: tools, none: tools, required: tools },
    supports_voice_cloning: false,
    latency_last_30m: speed ? percentiles(p50, 1.5) : null,
    throughput_last_30m: speed ? percentiles(tokensPerSecond, 0.8) : null,
  };
}

function percentiles(p50: number, step: number): Record<string, number> {
  const at = (power: number): number => Math.round(p50 * step ** power);
  return { p50, p75: at(1), p90: at(2), p99: at(3) };
}
