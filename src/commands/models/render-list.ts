import type { CatalogModel } from '../../catalog/model.ts';
import type { Stream } from '../../platform/deps.ts';
import { alignAmounts } from '../../platform/money.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { type Column, truncate } from '../../terminal/table.ts';
import { formatDay, formatTokens, modelTable } from './format.ts';

/** On a narrow terminal, the column with the highest `drop` is removed first. */
const columns: readonly Column[] = [
  { head: 'model', flexible: true },
  { head: 'in $/M', align: 'right' },
  { head: 'out $/M', align: 'right' },
  { head: 'context', align: 'right', drop: 1 },
  { head: 'retires', drop: 2 },
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
    truncate(styledId(style, model.id), maxIdWidth(stream.columns), style.ellipsis),
    priceCell(style, model, input[index]),
    priceCell(style, model, output[index]),
    formatTokens(model.contextLength),
    model.expirationDate === null ? '' : `${style.symbol('warn')} ${model.expirationDate}`,
    model.supportedParameters.includes('tools') ? 'tools' : '',
    formatDay(model.created),
    model.name,
  ]);
  return `${modelTable(stream, columns, rows).join('\n')}\n`;
}

function styledId(style: Style, id: string): string {
  const slash = id.indexOf('/') + 1;
  return style.dim(id.slice(0, slash)) + id.slice(slash);
}

function priceCell(style: Style, model: CatalogModel, amount = ''): string {
  return model.free ? style.paint('ok', 'free') : amount;
}

// Otherwise one very long id would push all other columns off the screen.
function maxIdWidth(width: number): number {
  return Math.max(40, width - 32);
}
