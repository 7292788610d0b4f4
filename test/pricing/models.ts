import type { Endpoint } from '../../src/openrouter/endpoints.ts';
import type { Model, ModelPricing, Prices } from '../../src/openrouter/models.ts';

/** A listed model: $1 in and $10 out per million tokens, unless it is said otherwise. */
export function listed(
  id: string,
  more: Partial<Omit<Model, 'pricing'>> & { pricing?: Prices } = {},
): Model {
  const { pricing, ...others } = more;
  return {
    id,
    canonicalSlug: null,
    name: id,
    created: null,
    contextLength: 100_000,
    maxCompletionTokens: 1_000,
    inputModalities: ['text'],
    outputModalities: ['text'],
    supportedParameters: [],
    expirationDate: null,
    isModerated: null,
    ...others,
    pricing: { prompt: '0.000001', completion: '0.00001', ...pricing },
  };
}

export function endpoint(
  tag: string,
  pricing: ModelPricing,
  more: Partial<Endpoint> = {},
): Endpoint {
  return {
    providerName: tag,
    tag,
    name: null,
    contextLength: null,
    maxCompletionTokens: 1_000,
    pricing,
    quantization: null,
    status: 0,
    uptimeLast30m: null,
    uptimeLast1d: null,
    latencyMs: null,
    throughput: null,
    supportedParameters: [],
    ...more,
  };
}
