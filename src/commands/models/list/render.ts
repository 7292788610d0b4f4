import type { CatalogModel } from '../../../catalog/model.ts';
import { nearestIds } from '../../../catalog/suggest.ts';
import type { Stream } from '../../../deps.ts';
import { createStyle, type Style } from '../../../terminal/style.ts';
import { type Column, renderTable, truncate } from '../../../terminal/table.ts';
import { modelDocument } from '../document.ts';
import type { Cell } from '../format.ts';
import { alignAmounts, formatDay, formatTokens } from '../words.ts';

/** What goes first when the terminal is narrow has the greatest number. */
const columns: readonly Column[] = [
  { head: 'model', flexible: true },
  { head: 'in $/M', align: 'right' },
  { head: 'out $/M', align: 'right' },
  { head: 'context', align: 'right', drop: 2 },
  { head: 'retires', drop: 1 },
  { head: 'tools', drop: 3 },
  { head: 'added', drop: 4 },
  { head: 'name', drop: 5 },
];

/** The table for a terminal. */
export function renderList(stream: Stream, models: readonly CatalogModel[]): string {
  const style = createStyle(stream);
  const input = alignAmounts(models.map((model) => model.inputPerMillion));
  const output = alignAmounts(models.map((model) => model.outputPerMillion));
  const rows = models.map((model, index) => [
    truncate(styledId(style, model.id), longestId(stream.columns), style.ellipsis),
    priceCell(style, model, input[index]),
    priceCell(style, model, output[index]),
    formatTokens(model.contextLength),
    model.expirationDate === null
      ? ''
      : style.paint('warn', `${style.symbol('warn')} ${model.expirationDate}`),
    model.supportedParameters.includes('tools') ? 'tools' : '',
    formatDay(model.created),
    model.name,
  ]);
  return lines(stream, style, withoutEmpty(rows));
}

/** Head and rows for a pipe and for `--csv`: the names and the exact values of `--json`. */
export function modelRows(models: readonly CatalogModel[]): Cell[][] {
  return [
    [...fields],
    ...models.map((model) => {
      const { supportedParameters, ...rest } = modelDocument(model);
      const row = { ...rest, supportedParameters: supportedParameters.join(' ') };
      return fields.map((field) => row[field]);
    }),
  ];
}

const fields = [
  'id',
  'inputPerMillion',
  'outputPerMillion',
  'contextLength',
  'free',
  'expirationDate',
  'author',
  'name',
  'supportedParameters',
] as const;

/** What to say when nothing was found. */
export function renderNothing(
  stream: Stream,
  models: readonly CatalogModel[],
  query: string,
): string {
  const { arrow } = createStyle(stream);
  const [near] = query === '' ? [] : nearestIds(models, query, 1);
  return near === undefined
    ? `    ${arrow} Ask for less: fewer words, or a wider filter\n`
    : `    ${arrow} Did you mean ${near}?\n`;
}

function lines(stream: Stream, style: Style, { kept, rows }: ReturnType<typeof withoutEmpty>) {
  const { ellipsis } = style;
  const options = { width: stream.columns, ellipsis, paintHead: style.dim };
  return `${renderTable(kept, rows, options).join('\n')}\n`;
}

// No retirement among what is shown: no column for it.
function withoutEmpty(rows: readonly (readonly string[])[]) {
  const filled = columns.map((_column, index) => rows.some((row) => row[index] !== ''));
  return {
    kept: columns.filter((_column, index) => filled[index]),
    rows: rows.map((row) => row.filter((_cell, index) => filled[index])),
  };
}

function styledId(style: Style, id: string): string {
  const slash = id.indexOf('/') + 1;
  return style.dim(id.slice(0, slash)) + id.slice(slash);
}

function priceCell(style: Style, model: CatalogModel, amount = ''): string {
  return model.free ? style.paint('ok', 'free') : amount;
}

// One very long id would otherwise push every other column off the screen; pipes get it whole.
function longestId(width: number): number {
  return Math.max(24, width - 36);
}
