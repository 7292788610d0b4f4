import type { CatalogueModel } from '../catalogue.ts';
import type { Answer } from '../reply.ts';
import { ApiError, json } from '../reply.ts';
import type { Asked } from '../state.ts';

/** `GET /models` and `/models/user`: the whole list, or a page where `offset` or `limit` is given. */
export function listModels({ state, call }: Asked): Answer {
  const { models } = state.catalogue;
  const wanted = call.query.get('supported_parameters')?.split(',') ?? [];
  const found = models.filter((model) =>
    wanted.every((parameter) => supportedParameters(model).includes(parameter)),
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

/** What a request to this model may hold. */
export function supportedParameters({ traits }: CatalogueModel): string[] {
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

export function architecture({ id, traits }: CatalogueModel): Record<string, unknown> {
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

export function describe(model: CatalogueModel): string {
  return `${model.name}, as the sandbox knows it: ${model.contextLength} tokens of context.`;
}

function modelBody(model: CatalogueModel): Record<string, unknown> {
  const { id, contextLength, maxCompletionTokens } = model;
  return {
    id,
    canonical_slug: id.replace(/:.*/, ''),
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
    links: { details: `/api/v1/models/${id}/endpoints` },
  };
}

/** Of the model, or of one who serves it at other prices. */
export function pricingBody(
  { extraPrices, overrides }: CatalogueModel,
  { prompt, completion }: Pick<CatalogueModel, 'prompt' | 'completion'>,
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
  least: number,
  most: number,
): number {
  if (text === null || text === '') return absent;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ApiError(400, `Invalid request parameters: ${name}`, { errorType: 'invalid_request' });
}

function nextPage(path: string, query: URLSearchParams, offset: number, limit: number): string {
  const next = new URLSearchParams(query);
  next.set('offset', String(offset));
  next.set('limit', String(limit));
  return `${path}?${next}`;
}
