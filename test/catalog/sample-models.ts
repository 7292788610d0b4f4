import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { priced } from '../../src/catalog/prices.ts';
import { packageFolder } from '../helpers/world.ts';
import { listed } from '../pricing/models.ts';

/** A model as the catalog holds it; prices in USD per token, as the API sends them. */
export function model(
  id: string,
  { prompt = '0.000001', completion = '0.000002', ...rest }: ModelDetails = {},
): CatalogModel {
  const facts = { created: 1_700_000_000, contextLength: 128_000, maxCompletionTokens: null };
  return priced(listed(id, { ...facts, pricing: { prompt, completion }, ...rest }));
}

type ModelDetails = Partial<Omit<CatalogModel, 'id'>> & { prompt?: string; completion?: string };

/** A row of the real list, as far as the tests read it. */
export interface RealRow {
  readonly id: string;
  readonly canonical_slug: string;
  readonly name: string;
  readonly created: number;
  readonly context_length: number;
  readonly pricing: { readonly prompt: string; readonly completion: string };
  readonly supported_parameters: readonly string[];
  readonly expiration_date: string | null;
}

const realList = join(packageFolder, '..', 'shared', 'data', 'openrouter-models.json');

/** OpenRouter's own list of some day, where it is at hand; null elsewhere: tests that want it are skipped by name. */
export const realRows: readonly RealRow[] | null = readRealRows();

export function realModels(): CatalogModel[] {
  return (realRows ?? []).map((row) =>
    model(row.id, {
      canonicalSlug: row.canonical_slug,
      name: row.name,
      created: row.created,
      contextLength: row.context_length,
      pricing: row.pricing,
      supportedParameters: [...row.supported_parameters],
      expirationDate: row.expiration_date,
    }),
  );
}

function readRealRows(): RealRow[] | null {
  try {
    return JSON.parse(readFileSync(realList, 'utf8')).data;
  } catch {
    return null;
  }
}
