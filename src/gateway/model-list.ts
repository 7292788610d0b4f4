import type { Clock } from '../deps.ts';
import type { Model } from '../openrouter/models.ts';
import { canonicalModelId } from '../routing/choose.ts';
import { isRecord } from '../routing/record.ts';
import type { LiveEntry, LiveSetup } from './live-setup.ts';
import { readWhole, type Upstream } from './upstream.ts';

type Row = Readonly<Record<string, unknown>>;

/** `GET /v1/models`: the entries first, each like its default model under another name, then OpenRouter's own list. */
export interface ModelList {
  document(setup: LiveSetup, page: Page, signal: AbortSignal): Promise<string>;
}

/** As the query has it; without a limit the whole list comes. */
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

export interface ModelListOptions {
  readonly upstream: Upstream;
  /** Stands in while OpenRouter cannot be asked. */
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
  const body: unknown = JSON.parse((await readWhole(answer)).toString('utf8'));
  return isRecord(body) && Array.isArray(body.data) ? body.data.filter(isRecord) : null;
}

function entryRow(entry: LiveEntry, known: readonly Row[]): Row {
  const id = canonicalModelId(entry.defaultModel);
  const like = known.find((row) => row.id === id) ?? {};
  return {
    created: 0,
    ...like,
    id: entry.name,
    name: entry.name,
    object: 'model',
    owned_by: 'openclaw',
  };
}

function plainRow({ id, name, created, contextLength, pricing }: Model): Row {
  return { id, name, created: created ?? 0, context_length: contextLength, pricing };
}

function authorOf(id: unknown): string {
  return typeof id === 'string' ? (id.split('/')[0] ?? id) : '';
}
