import * as v from 'valibot';
import type { Client } from './client.ts';
import { type ModelPricing, modelPricing } from './models.ts';
import * as shape from './shapes.ts';
import { WireError } from './wire-error.ts';

/** One provider's offer of one model. */
export interface Endpoint {
  readonly providerName: string;
  /** The slug that `provider.order` and `provider.ignore` take, e.g. `deepinfra/fp8`. */
  readonly tag: string | null;
  readonly name: string | null;
  /** Tokens. */
  readonly contextLength: number | null;
  /** Tokens. */
  readonly maxCompletionTokens: number | null;
  readonly pricing: ModelPricing;
  readonly quantization: string | null;
  /** 0 for healthy, negative for degraded or off. */
  readonly status: number | null;
  /** Percent. */
  readonly uptimeLast30m: number | null;
  /** Percent. */
  readonly uptimeLast1d: number | null;
  /** Median to the first token over the last 30 minutes, in milliseconds; only with a key. */
  readonly latencyMs: number | null;
  /** Median over the last 30 minutes, in tokens per second; only with a key. */
  readonly throughput: number | null;
  readonly supportedParameters: readonly string[];
}

export interface ModelEndpoints {
  readonly id: string;
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

/** The endpoints of a model. An unknown id is a WireError with status 404. */
export async function listEndpoints(
  client: Pick<Client, 'request'>,
  id: string,
): Promise<ModelEndpoints> {
  // The `:` of a variant such as `:free` is allowed in a path.
  const slug = encodeURIComponent(id).replaceAll('%2F', '/').replaceAll('%3A', ':');
  const path = `/models/${slug}/endpoints`;
  const { data } = await client.request({ path }, answer);
  return { id: data.id, name: data.name ?? data.id, endpoints: data.endpoints };
}

export interface Served {
  /** Empty for a model that OpenRouter does not know. */
  readonly endpoints: readonly Endpoint[];
  /** What OpenRouter suggests instead of a model that it does not have. */
  readonly fallbackModels: readonly string[];
}

/** Who serves a model, whether it is in the public list or not. Throws WireError if OpenRouter does not say. */
export async function servedBy(client: Pick<Client, 'request'>, id: string): Promise<Served> {
  try {
    const { endpoints } = await listEndpoints(client, id);
    return { endpoints, fallbackModels: [] };
  } catch (error) {
    if (!(error instanceof WireError) || ![400, 404].includes(error.failure.status ?? 0))
      throw error;
    return { endpoints: [], fallbackModels: error.failure.availability?.fallbackModels ?? [] };
  }
}

const median = v.pipe(
  v.fallback(v.nullable(v.object({ p50: shape.number })), null),
  v.transform((percentiles) => percentiles?.p50 ?? null),
);

const endpoint = v.pipe(
  v.object({
    provider_name: shape.requiredText,
    tag: shape.text,
    name: shape.text,
    context_length: shape.number,
    max_completion_tokens: shape.number,
    pricing: modelPricing,
    quantization: shape.text,
    status: shape.number,
    uptime_last_30m: shape.number,
    uptime_last_1d: shape.number,
    latency_last_30m: v.fallback(median, null),
    throughput_last_30m: v.fallback(median, null),
    supported_parameters: shape.texts,
  }),
  v.transform(
    (row): Endpoint => ({
      providerName: row.provider_name,
      tag: row.tag,
      name: row.name,
      contextLength: row.context_length,
      maxCompletionTokens: row.max_completion_tokens,
      pricing: row.pricing,
      quantization: row.quantization,
      status: row.status,
      uptimeLast30m: row.uptime_last_30m,
      uptimeLast1d: row.uptime_last_1d,
      latencyMs: row.latency_last_30m,
      throughput: row.throughput_last_30m,
      supportedParameters: row.supported_parameters,
    }),
  ),
);

const answer = v.object({
  data: v.object({ id: shape.requiredText, name: shape.text, endpoints: shape.rows(endpoint) }),
});

export interface Provider {
  readonly name: string;
  /** For `provider.order` and `provider.ignore`. */
  readonly slug: string;
}

/** Every provider of OpenRouter; needs no key. */
export async function listProviders(client: Client): Promise<Provider[]> {
  return (await client.request({ path: '/providers' }, providersAnswer)).data;
}

const provider = v.object({ name: shape.requiredText, slug: shape.requiredText });

const providersAnswer = v.object({ data: shape.rows(provider) });
