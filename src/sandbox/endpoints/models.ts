import Big from 'big.js';
import { type CatalogModel, canonicalSlug } from '../catalog.ts';
import { type Answer, ApiError, invalid, json } from '../http.ts';
import { hashNumber } from '../ids.ts';
import { type Provider, providerOf, providers } from '../providers.ts';
import type { Asked } from '../state.ts';

/** `GET /models` and `/models/user`: the whole list, or a page if `offset` or `limit` is given. */
export function listModels({ state, call }: Asked): Answer {
  const { models } = state.catalog;
  const required = call.query.get('supported_parameters')?.split(',') ?? [];
  const found = models.filter((model) =>
    required.every((parameter) => supportedParameters(model).includes(parameter)),
  );
  const paged = call.query.has('offset') || call.query.has('limit');
  const offset = whole(call.query.get('offset'), 'offset', 0, 0, Number.MAX_SAFE_INTEGER);
  const limit = whole(call.query.get('limit'), 'limit', 500, 1, 1000);
  const page = paged ? found.slice(offset, offset + limit) : found;
  const more = paged && offset + limit < found.length;
  return json({
    data: page.map(modelBody),
    links: { next: more ? nextPage(call.path, call.query, offset + limit, limit) : null },
    total_count: found.length,
  });
}

function supportedParameters({ traits }: CatalogModel): string[] {
  return [
    'frequency_penalty',
    ...(traits.includes('reasoning') ? ['include_reasoning'] : []),
    'max_tokens',
    'presence_penalty',
    ...(traits.includes('reasoning') ? ['reasoning'] : []),
    ...(traits.includes('json') ? ['response_format'] : []),
    'seed',
    'stop',
    ...(traits.includes('json') ? ['structured_outputs'] : []),
    'temperature',
    ...(traits.includes('tools') ? ['tool_choice', 'tools'] : []),
    'top_p',
  ];
}

function architecture({ id, traits }: CatalogModel): Record<string, unknown> {
  const kinds = ['text', 'image', 'file', 'audio', 'video'];
  const inputs = kinds.filter((kind) => kind === 'text' || traits.some((trait) => trait === kind));
  return {
    modality: `${inputs.join('+')}->text`,
    input_modalities: inputs,
    output_modalities: ['text'],
    tokenizer: tokenizer(id),
    instruct_type: null,
  };
}

function describe(model: CatalogModel): string {
  return `${model.name}, as the sandbox knows it: ${model.contextLength} tokens of context.`;
}

function modelBody(model: CatalogModel): Record<string, unknown> {
  const { id, contextLength, maxCompletionTokens } = model;
  return {
    id,
    canonical_slug: canonicalSlug(model),
    hugging_face_id: null,
    name: model.name,
    created: model.created,
    description: describe(model),
    context_length: contextLength,
    architecture: architecture(model),
    pricing: pricingBody(model, model),
    top_provider: {
      context_length: contextLength,
      max_completion_tokens: maxCompletionTokens,
      is_moderated: model.traits.includes('moderated'),
    },
    per_request_limits: null,
    supported_parameters: supportedParameters(model),
    supported_voices: null,
    default_parameters: {},
    knowledge_cutoff: null,
    expiration_date: model.expirationDate,
    ...(model.aliasTarget === null
      ? {}
      : { alias_target: { slug: model.aliasTarget, name: model.name } }),
    ...(model.traits.includes('reasoning') ? { reasoning: reasoningBody(model) } : {}),
    links: { details: `/api/v1/models/${id}/endpoints` },
  };
}

/** OpenAI's models have three efforts, and some always reason; Anthropic's and Google's also accept a token budget. */
function reasoningBody({ id }: CatalogModel): Record<string, unknown> {
  const isOpenAi = id.startsWith('openai/');
  return {
    mandatory: /^(openai\/o\d|openai\/gpt-oss|deepseek\/deepseek-r1|x-ai\/grok-4$)/.test(id),
    default_enabled: isOpenAi,
    default_effort: 'medium',
    supported_efforts: isOpenAi ? ['high', 'medium', 'low'] : null,
    ...(/^(anthropic|google)\//.test(id) ? { supports_max_tokens: true } : {}),
  };
}

/** The prices of the model, or of an endpoint with other prices. */
function pricingBody(
  { extraPrices, overrides }: CatalogModel,
  { prompt, completion }: Pick<CatalogModel, 'prompt' | 'completion'>,
): Record<string, unknown> {
  return {
    prompt,
    completion,
    ...extraPrices,
    ...(overrides.length === 0 ? {} : { overrides }),
  };
}

const tokenizers: readonly (readonly [start: string, name: string])[] = [
  ['anthropic/', 'Claude'],
  ['openai/', 'GPT'],
  ['google/gemma', 'Gemma'],
  ['google/', 'Gemini'],
  ['meta-llama/llama-4', 'Llama4'],
  ['meta-llama/', 'Llama3'],
  ['mistralai/', 'Mistral'],
  ['qwen/', 'Qwen3'],
  ['deepseek/', 'DeepSeek'],
  ['x-ai/', 'Grok'],
  ['cohere/', 'Cohere'],
  ['amazon/', 'Nova'],
  ['openrouter/', 'Router'],
];

function tokenizer(id: string): string {
  return tokenizers.find(([start]) => id.startsWith(start))?.[1] ?? 'Other';
}

function whole(
  text: string | null,
  name: string,
  absent: number,
  min: number,
  max: number,
): number {
  if (text === null || text === '') return absent;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw invalid(name);
}

function nextPage(path: string, query: URLSearchParams, offset: number, limit: number): string {
  const next = new URLSearchParams(query);
  next.set('offset', String(offset));
  next.set('limit', String(limit));
  return `${path}?${next}`;
}

/** One provider's offer of a model. */
export interface ModelEndpoint {
  readonly provider: Provider;
  /** The provider's slug, with the quantization if there is one: `deepinfra/fp8`. */
  readonly tag: string;
  /** USD per token, decimal strings. */
  readonly prompt: string;
  readonly completion: string;
}

/** `GET /models/{author}/{slug}/endpoints`. Speeds are only included if a key is sent. */
export function modelEndpoints({ state, params, key }: Asked): Answer {
  const model = state.catalog.find(`${params.author}/${params.slug}`);
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

/** The first provider has the model's own prices; each further one of an open model costs 10 % more. */
export function endpointsOf(model: CatalogModel): ModelEndpoint[] {
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
  model: CatalogModel,
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

/** `GET /providers`. */
export function listProviders(): Answer {
  return json({
    data: providers.map(({ name, slug, headquarters }) => ({
      name,
      slug,
      headquarters,
      datacenters: [headquarters],
      privacy_policy_url: null,
      terms_of_service_url: null,
      status_page_url: null,
    })),
  });
}
