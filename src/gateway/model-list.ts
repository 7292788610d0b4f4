import { canonicalModelId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import type { Clock } from '../platform/deps.ts';
import { isRecord } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import type { LiveEntry, LiveSetup } from './live-setup.ts';
import type { Upstream } from './upstream.ts';
import { readBody } from './upstream.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * `GET /v1/models`: the entries first, each as a copy of its default model under the entry's name, then OpenRouter's
 * list.
 */
export interface ModelList {
  document(setup: LiveSetup, page: Page, signal: AbortSignal): Promise<string>;
}

/** The requested part of the list; all of it if there is no limit. */
export interface Page {
  readonly offset: number;
  readonly limit: number | null;
}

export function pageOf(query: URLSearchParams): Page {
  const count = (name: string) => {
    const text = query.get(name) ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : null;
  };
  return { offset: count('offset') ?? 0, limit: count('limit') };
}

interface ModelListOptions {
  readonly upstream: Upstream;
  /** The fallback list for when OpenRouter cannot be reached. */
  readonly models: () => readonly Model[];
  readonly clock: Clock;
}

const keptForMs = 3_600_000;

export function createModelList({ upstream, models, clock }: ModelListOptions): ModelList {
  let kept: { readonly rows: readonly Row[]; readonly atMs: number } | null = null;

  async function rows(signal: AbortSignal): Promise<readonly Row[]> {
    if (kept !== null && clock.monotonic() - kept.atMs < keptForMs) return kept.rows;
    const fresh = await fetchRows(upstream, signal).catch(() => null);
    if (fresh !== null) kept = { rows: fresh, atMs: clock.monotonic() };
    return kept?.rows ?? models().map(plainRow);
  }

  return {
    async document(setup, { offset, limit }, signal) {
      const known = (await rows(signal)).map((row) => ({
        object: 'model',
        owned_by: authorOf(row.id),
        ...row,
      }));
      const data = [...setup.entries.map((entry) => entryRow(entry, known)), ...known];
      return JSON.stringify({
        object: 'list',
        data: data.slice(offset, limit === null ? undefined : offset + limit),
        links: { next: null },
        total_count: data.length,
      });
    },
  };
}

async function fetchRows(upstream: Upstream, signal: AbortSignal): Promise<readonly Row[] | null> {
  const answer = await upstream.get('/models', { accept: 'application/json' }, signal);
  const body = parseJson((await readBody(answer)).toString('utf8'));
  return isRecord(body) && Array.isArray(body.data) ? body.data.filter(isRecord) : null;
}

function entryRow(entry: LiveEntry, known: readonly Row[]): Row {
  const id = canonicalModelId(entry.defaultModel);
  const like = known.find((row) => row.id === id) ?? plainRow({ ...unlistedModel, id });
  return {
    ...like,
    id: entry.name,
    name: entry.name,
    object: 'model',
    owned_by: 'openclaw',
  };
}

/** OpenRouter's official client rejects the whole list if one of these fields is missing. */
function plainRow(model: Model): Row {
  const { id, contextLength, maxCompletionTokens, pricing } = model;
  return {
    id,
    canonical_slug: model.canonicalSlug ?? id,
    name: model.name,
    created: model.created ?? 0,
    context_length: contextLength,
    architecture: {
      modality: null,
      input_modalities: model.inputModalities,
      output_modalities: model.outputModalities,
    },
    pricing: { prompt: pricing.prompt, completion: pricing.completion },
    top_provider: {
      context_length: contextLength,
      max_completion_tokens: maxCompletionTokens,
      is_moderated: model.isModerated ?? false,
    },
    per_request_limits: null,
    default_parameters: null,
    supported_parameters: model.supportedParameters,
    supported_voices: null,
    expiration_date: model.expirationDate,
    links: { details: `/api/v1/models/${id}/endpoints` },
  };
}

/** For an entry whose default model is not listed, such as a variant (`:nitro`) or a retired model. */
const unlistedModel: Omit<Model, 'id'> = {
  canonicalSlug: null,
  name: '',
  created: null,
  contextLength: null,
  maxCompletionTokens: null,
  inputModalities: ['text'],
  outputModalities: ['text'],
  pricing: { prompt: '-1', completion: '-1' },
  supportedParameters: [],
  expirationDate: null,
  isModerated: null,
};

function authorOf(id: unknown): string {
  return typeof id === 'string' ? (id.split('/')[0] ?? id) : '';
}
