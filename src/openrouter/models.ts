import * as v from 'valibot';
import { appendTo } from '../platform/list.ts';
import { decimalText } from '../platform/money.ts';
import { readJson, shaped } from './answer.ts';
import type { Client } from './client.ts';
import { isModelId } from './model-id.ts';
import * as shape from './shapes.ts';
import { plainFailure, WireError } from './wire-error.ts';

/** USD as decimal strings, exactly as the API sends them; `"-1"` means that the price varies. */
export interface Prices {
  /** Per input token. */
  readonly prompt?: string;
  /** Per output token. */
  readonly completion?: string;
  readonly request?: string;
  readonly image?: string;
  readonly imageToken?: string;
  readonly imageOutput?: string;
  readonly audio?: string;
  readonly audioOutput?: string;
  readonly webSearch?: string;
  readonly internalReasoning?: string;
  readonly inputCacheRead?: string;
  readonly inputCacheWrite?: string;
  /** Cached for an hour instead of five minutes. */
  readonly inputCacheWrite1h?: string;
  readonly inputAudioCache?: string;
}

/** Conditional prices. A condition that does not exist is null. */
export interface PriceOverride {
  /** For prompts with more tokens than this. */
  readonly minPromptTokens: number | null;
  /** From this time of each UTC day, as the number HHMM: 1030 is 10:30. */
  readonly utcStart: number | null;
  /** Until this time (exclusive); earlier than `utcStart` if the range includes midnight. */
  readonly utcEnd: number | null;
  readonly prices: Prices;
}

export interface ModelPricing extends Prices {
  readonly prompt: string;
  readonly completion: string;
  /** If several apply, the last one wins. */
  readonly overrides?: readonly PriceOverride[];
  /** A fraction: 0.25 means 25 % off. */
  readonly discount?: string;
}

export interface ModelReasoning {
  /** Whether it cannot be turned off. */
  readonly mandatory: boolean;
  /** Highest first; null for all. */
  readonly efforts: readonly string[] | null;
  /** Whether it accepts `reasoning.max_tokens`. */
  readonly takesTokens: boolean;
}

export interface Model {
  readonly id: string;
  readonly canonicalSlug: string | null;
  readonly name: string;
  /** Seconds since 1970. */
  readonly created: number | null;
  /** Tokens. */
  readonly contextLength: number | null;
  /** Tokens. */
  readonly maxCompletionTokens: number | null;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  readonly pricing: ModelPricing;
  readonly supportedParameters: readonly string[];
  /** `YYYY-MM-DD`: after this day the model may be gone. */
  readonly expirationDate: string | null;
  readonly isModerated: boolean | null;
  /** Absent if the model does not reason or the list does not say. */
  readonly reasoning?: ModelReasoning;
  /** The id that an alias like `~anthropic/claude-sonnet-latest` currently points to. */
  readonly aliasTarget?: string;
}

export interface ModelsOptions {
  /** Only the models that the settings of the account allow; needs a key. */
  readonly user?: boolean;
  /** From an earlier answer, so that the list is sent again only if it changed. */
  readonly etag?: string;
}

export type ModelsAnswer =
  | { readonly changed: false }
  | {
      readonly changed: true;
      readonly models: readonly Model[];
      readonly etag: string | null;
      /** The server's raw `Date` header. */
      readonly date: string | null;
    };

/** Every model, in OpenRouter's order. Rows without a valid id or a price are dropped. */
export async function listModels(
  client: Client,
  options: { user?: boolean } = {},
): Promise<Model[]> {
  const answer = await fetchModels(client, options);
  return answer.changed ? [...answer.models] : [];
}

// The list is a single page today. This stops at a server that always names a next page.
const maxPages = 50;

/** Like `listModels`, with what a cache needs. */
export async function fetchModels(
  client: Client,
  options: ModelsOptions = {},
): Promise<ModelsAnswer> {
  const path = options.user === true ? '/models/user' : '/models';
  const first = await client.open({
    path,
    ...(options.etag === undefined ? {} : { headers: { 'if-none-match': options.etag } }),
  });
  if (first.status === 304) {
    first.close();
    return { changed: false };
  }
  const { headers } = first;
  let page = shaped(client.reader, modelsPage, await readJson(client.reader, first));
  const models = page.data;
  const seen = new Set<string>();
  for (let next = page.links.next; next !== null; next = page.links.next) {
    if (seen.has(next) || seen.size >= maxPages) throw endless(client);
    seen.add(next);
    page = await client.request({ path, query: queryOf(next, client) }, modelsPage);
    appendTo(models, page.data);
  }
  return { changed: true, models, etag: headers.get('etag'), date: headers.get('date') };
}

/** Uses only the query of a next link, so that the key is never sent to another host. */
function queryOf(next: string, client: Client): URLSearchParams {
  return URL.canParse(next, client.baseUrl)
    ? new URL(next, client.baseUrl).searchParams
    : new URLSearchParams();
}

function endless(client: Client): WireError {
  return new WireError(
    plainFailure('garbled', `The list of models at ${client.reader.host} does not end`),
  );
}

/** Our names of the prices and those of the API. */
const priceNames = {
  prompt: 'prompt',
  completion: 'completion',
  request: 'request',
  image: 'image',
  imageToken: 'image_token',
  imageOutput: 'image_output',
  audio: 'audio',
  audioOutput: 'audio_output',
  webSearch: 'web_search',
  internalReasoning: 'internal_reasoning',
  inputCacheRead: 'input_cache_read',
  inputCacheWrite: 'input_cache_write',
  inputCacheWrite1h: 'input_cache_write_1h',
  inputAudioCache: 'input_audio_cache',
} as const satisfies Record<keyof Prices, string>;

function pricesOf(values: Readonly<Record<string, unknown>>): Prices {
  const named = Object.entries(priceNames).map(
    ([ours, theirs]) => [ours, decimalText(values[theirs])] as const,
  );
  return Object.fromEntries(named.filter(([, price]) => price !== null));
}

const override = v.pipe(
  v.looseObject({
    min_prompt_tokens: shape.number,
    utc_start: shape.number,
    utc_end: shape.number,
  }),
  v.transform(
    ({ min_prompt_tokens, utc_start, utc_end, ...others }): PriceOverride => ({
      minPromptTokens: min_prompt_tokens,
      utcStart: utc_start,
      utcEnd: utc_end,
      prices: pricesOf(others),
    }),
  ),
);

/** The pricing of a model or of one of its endpoints. */
export const modelPricing = v.pipe(
  v.looseObject({
    prompt: shape.requiredMoney,
    completion: shape.requiredMoney,
    overrides: v.fallback(shape.rows(override), []),
    discount: shape.money,
  }),
  v.transform(
    ({ prompt, completion, overrides, discount, ...others }): ModelPricing => ({
      ...pricesOf(others),
      prompt,
      completion,
      ...(overrides.length === 0 ? {} : { overrides }),
      ...(discount === null || Number(discount) === 0 ? {} : { discount }),
    }),
  ),
);

const reasoning = v.fallback(
  v.nullable(
    v.pipe(
      v.object({
        mandatory: v.boolean(),
        supported_efforts: v.fallback(v.nullable(v.array(v.string())), null),
        supports_max_tokens: shape.boolean,
      }),
      v.transform(
        ({ mandatory, supported_efforts, supports_max_tokens }): ModelReasoning => ({
          mandatory,
          efforts: supported_efforts,
          takesTokens: supports_max_tokens === true,
        }),
      ),
    ),
  ),
  null,
);

const model = v.pipe(
  v.object({
    id: v.pipe(v.string(), v.check(isModelId)),
    canonical_slug: v.fallback(v.nullable(v.pipe(v.string(), v.check(isModelId))), null),
    name: shape.text,
    created: shape.number,
    context_length: shape.number,
    architecture: v.fallback(
      v.object({ input_modalities: shape.texts, output_modalities: shape.texts }),
      { input_modalities: [], output_modalities: [] },
    ),
    pricing: modelPricing,
    top_provider: v.fallback(
      v.object({ max_completion_tokens: shape.number, is_moderated: shape.boolean }),
      { max_completion_tokens: null, is_moderated: null },
    ),
    supported_parameters: shape.texts,
    expiration_date: shape.text,
    reasoning,
    alias_target: v.fallback(v.object({ slug: shape.text }), { slug: null }),
  }),
  v.transform(
    (row): Model => ({
      id: row.id,
      canonicalSlug: row.canonical_slug,
      name: row.name ?? row.id,
      // OpenRouter's aliases (`~author/…-latest`) have 0.
      created: row.created || null,
      contextLength: row.context_length,
      maxCompletionTokens: row.top_provider.max_completion_tokens,
      inputModalities: row.architecture.input_modalities,
      outputModalities: row.architecture.output_modalities,
      pricing: row.pricing,
      supportedParameters: row.supported_parameters,
      expirationDate: row.expiration_date,
      isModerated: row.top_provider.is_moderated,
      ...(row.reasoning === null ? {} : { reasoning: row.reasoning }),
      ...(row.alias_target.slug === null ? {} : { aliasTarget: row.alias_target.slug }),
    }),
  ),
);

const modelsPage = v.object({
  data: shape.rows(model),
  links: v.fallback(v.object({ next: shape.rawText }), { next: null }),
});
