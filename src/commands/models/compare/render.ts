import { typicalMessage, typicalMonthDays } from '../../../catalog/typical.ts';
import type { Stream } from '../../../platform/deps.ts';
import { createStyle } from '../../../terminal/style.ts';
import { type Column, wrap } from '../../../terminal/table.ts';
import type { Cell } from '../../../text/csv.ts';
import { modelDocument } from '../document.ts';
import { modelTable } from '../table.ts';
import { alignAmounts, formatTokens } from '../words.ts';
import type { Compared } from './comparison.ts';

const columns: readonly Column[] = [
  { head: 'model', flexible: true },
  { head: 'in $/M', align: 'right', drop: 3 },
  { head: 'out $/M', align: 'right', drop: 3 },
  { head: 'message $', align: 'right' },
  { head: 'month $', align: 'right' },
  { head: 'context', align: 'right', drop: 1 },
  { head: 'answer', align: 'right', drop: 4 },
  { head: 'retires', drop: 2 },
];

/** For a terminal: a row a model, what a message costs, and what only some of them take. */
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
  const message = amounts(({ typical }) => typical.messageUsd);
  const month = amounts(({ typical }) => typical.monthUsd);
  const rows = compared.map(({ model, cheapest }, index) => [
    model.id,
    input[index] ?? '',
    output[index] ?? '',
    cheapest ? style.paint('ok', message[index] ?? '') : (message[index] ?? ''),
    month[index] ?? '',
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
        `  ${wrap(`${model.id} takes ${notAll.join(', ')}`, stream.columns, 4)}`,
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
      : ['', `  ${style.dim('What not all of them take:')}`, ...differences]),
    '',
  ].join('\n');
}

/** Head and rows for a pipe and for `--csv`. */
export function comparisonRows(compared: readonly Compared[]): Cell[][] {
  return [
    [...fields],
    ...compared.map((one) => {
      const { supportedParameters, notAll, ...rest } = comparisonDocument(one);
      const row = { ...rest, supportedParameters: supportedParameters.join(' ') };
      return fields.map((field) => row[field]);
    }),
  ];
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
  'name',
  'supportedParameters',
] as const;

/** One model of `models compare --json`; costs in USD, exact. */
export function comparisonDocument({ model, typical, cheapest, notAll }: Compared) {
  const { maxCompletionTokens } = model;
  return { ...modelDocument(model), maxCompletionTokens, ...typical, cheapest, notAll };
}
