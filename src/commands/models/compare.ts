import type { CatalogModel } from '../../catalog/model.ts';
import {
  comparePrices,
  perMillion,
  type TypicalCost,
  typicalCost,
  typicalMessage,
  typicalMonthDays,
} from '../../catalog/prices.ts';
import type { Deps, Stream } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { alignAmounts } from '../../platform/money.ts';
import { createStyle } from '../../terminal/style.ts';
import { type Column, wrap } from '../../terminal/table.ts';
import type { Cell } from '../../text/csv.ts';
import { printJson } from '../shared/print-json.ts';
import { type CatalogFlags, catalogFor, modelNamed } from './catalog.ts';
import { formatTokens, modelTable } from './format.ts';
import {
  documentRows,
  type Format,
  modelDocument,
  printRows,
  renderFreshness,
  sourceDocument,
} from './output.ts';

export interface CompareOptions extends CatalogFlags {
  readonly ids: readonly string[];
  /** Messages per day. */
  readonly messages: number;
  readonly format: Format;
}

/** Prints models side by side. Throws UsageError for fewer than two, UserError for an unlisted id. */
export async function runCompare(deps: Deps, options: CompareOptions): Promise<void> {
  const { io, clock } = deps;
  const catalog = await catalogFor(deps, options);
  // Two spellings of one id are one model.
  const models = new Set(options.ids.map((id) => modelNamed(catalog.models, id)));
  if (models.size < 2) {
    throw new UsageError('models compare needs at least two different models', {
      hint: (command) =>
        `For example: ${command('models compare openai/gpt-4o google/gemini-2.5-flash')}`,
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
  if (!printRows(io, options.format, () => comparisonRows(compared))) {
    io.out(renderComparison(io.stdout, compared, options.messages));
  }
  io.err(renderFreshness(io, catalog, clock.now(), null));
}

/** In the given order. */
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

export interface Compared {
  readonly model: CatalogModel;
  readonly typical: TypicalCost;
  readonly cheapest: boolean;
  /** Request parameters that this model supports and at least one of the others does not. */
  readonly notAll: readonly string[];
}

const columns: readonly Column[] = [
  { head: 'model', flexible: true },
  { head: 'in $/M', align: 'right', drop: 3 },
  { head: 'out $/M', align: 'right', drop: 3 },
  { head: 'message $', align: 'right' },
  { head: 'month $', align: 'right' },
  { head: 'cached $/M', align: 'right', drop: 5 },
  { head: 'context', align: 'right', drop: 1 },
  { head: 'answer', align: 'right', drop: 4 },
  { head: 'retires', drop: 2 },
];

/** For a terminal: a row per model, then the parameters that only some of them support. */
export function renderComparison(
  stream: Stream,
  compared: readonly Compared[],
  messagesPerDay: number,
): string {
  const style = createStyle(stream);
  const amounts = (pick: (one: Compared) => string | null) => alignAmounts(compared.map(pick));
  const [input, output] = [
    amounts(({ model }) => model.inputPerMillion),
    amounts(({ model }) => model.outputPerMillion),
  ];
  const cached = amounts(({ model }) => perMillion(model.pricing.inputCacheRead));
  const message = amounts(({ typical }) => typical.messageUsd);
  const month = amounts(({ typical }) => typical.monthUsd);
  const rows = compared.map(({ model, cheapest }, index) => [
    model.id,
    input[index] ?? '',
    output[index] ?? '',
    cheapest ? style.paint('ok', message[index] ?? '') : (message[index] ?? ''),
    month[index] ?? '',
    model.pricing.inputCacheRead === undefined ? '–' : (cached[index] ?? ''),
    formatTokens(model.contextLength),
    formatTokens(model.maxCompletionTokens),
    model.expirationDate ?? '',
  ]);
  const { promptTokens, completionTokens } = typicalMessage;
  const basis = `message: ${promptTokens} tokens in, ${completionTokens} out; month: ${typicalMonthDays} days of ${messagesPerDay} messages`;
  const differences = compared
    .filter(({ notAll }) => notAll.length > 0)
    .map(
      ({ model, notAll }) =>
        `  ${wrap(`${model.id} supports ${notAll.join(', ')}`, stream.columns, 4)}`,
    );
  const cheapest = compared.filter((one) => one.cheapest).map(({ model }) => model.id);
  return [
    ...modelTable(stream, columns, rows),
    '',
    `  ${style.dim(wrap(basis, stream.columns, 2))}`,
    ...(cheapest.length === 1
      ? [`  ${wrap(`${style.symbol('ok')} ${cheapest[0]} is the cheapest`, stream.columns, 4)}`]
      : []),
    ...(differences.length === 0
      ? []
      : ['', `  ${style.dim('Supported by some only:')}`, ...differences]),
    '',
  ].join('\n');
}

/** Header and rows for a pipe or `--csv`. */
export function comparisonRows(compared: readonly Compared[]): Cell[][] {
  return documentRows(fields, compared.map(comparisonDocument));
}

const fields = [
  'id',
  'inputPerMillion',
  'outputPerMillion',
  'messageUsd',
  'monthUsd',
  'cheapest',
  'contextLength',
  'maxCompletionTokens',
  'free',
  'expirationDate',
  'cacheReadPerMillion',
  'cacheWritePerMillion',
  'name',
  'supportedParameters',
] as const;

/** One model of `models compare --json`. Costs are exact, in USD. */
export function comparisonDocument({ model, typical, cheapest, notAll }: Compared) {
  const { maxCompletionTokens } = model;
  return { ...modelDocument(model), maxCompletionTokens, ...typical, cheapest, notAll };
}
