import type { CatalogModel } from '../../../catalog/model.ts';
import { comparePrices } from '../../../catalog/prices.ts';
import { typicalCost } from '../../../catalog/typical.ts';
import type { Deps } from '../../../platform/deps.ts';
import { UsageError } from '../../../platform/errors.ts';
import { printJson } from '../../shared/common.ts';
import { type CatalogFlags, catalogFor, modelNamed } from '../catalog.ts';
import { sourceDocument } from '../document.ts';
import { type Format, printRows } from '../format.ts';
import { renderFreshness } from '../freshness.ts';
import type { Compared } from './comparison.ts';
import { comparisonDocument, comparisonRows, renderComparison } from './render.ts';

export interface CompareOptions extends CatalogFlags {
  readonly ids: readonly string[];
  /** A day. */
  readonly messages: number;
  readonly format: Format;
}

/** Prints models side by side. Throws UsageError for fewer than two, UserError for an id that is not listed. */
export async function runCompare(deps: Deps, options: CompareOptions): Promise<void> {
  const { io, clock } = deps;
  const catalog = await catalogFor(deps, options);
  // Two spellings of one id are one model.
  const models = new Set(options.ids.map((id) => modelNamed(catalog.models, id)));
  if (models.size < 2) {
    throw new UsageError('Comparing takes two models or more', {
      hint: (program) => `As in: ${program} models compare openai/gpt-4o google/gemini-2.5-flash`,
    });
  }
  const compared = compare([...models], options.messages);
  if (options.format === 'json') {
    const models = compared.map(comparisonDocument);
    return printJson(deps, {
      ...sourceDocument(catalog),
      messagesPerDay: options.messages,
      models,
    });
  }
  if (!printRows(io, options.format, comparisonRows(compared))) {
    io.out(renderComparison(io.stdout, compared, options.messages));
  }
  io.err(renderFreshness(io, catalog, clock.now(), null));
}

/** In the order given. */
export function compare(models: readonly CatalogModel[], messagesPerDay: number): Compared[] {
  const costs = models.map((model) => typicalCost(model, messagesPerDay));
  const [least = null] = costs.map(({ messageUsd }) => messageUsd).sort(comparePrices);
  return models.map((model, index) => {
    const typical = costs[index] ?? { messageUsd: null, monthUsd: null };
    return {
      model,
      typical,
      cheapest: least !== null && typical.messageUsd === least,
      notAll: model.supportedParameters.filter(
        (parameter) => !models.every((other) => other.supportedParameters.includes(parameter)),
      ),
    };
  });
}
