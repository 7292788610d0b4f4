import type { Stream } from '../../platform/deps.ts';
import { createStyle } from '../../terminal/style.ts';
import { renderDays, renderModels } from './render-chart.ts';
import { renderGauges } from './render-gauges.ts';
import { renderNotes } from './render-notes.ts';
import { renderPlain } from './render-plain.ts';
import type { SpendResult } from './run.ts';

/** What `spend` prints: gauges, forecast and charts on a terminal, tab-separated rows in a pipe. */
export function renderSpend(stream: Stream, result: SpendResult): string {
  if (!stream.isTty) return renderPlain(result);
  const style = createStyle(stream);
  const look = { style, columns: stream.columns, bars: stream.unicode && stream.color };
  const blocks = [
    renderGauges(result.report, look),
    renderNotes(result, look),
    result.by === 'day' ? renderDays(result.report, look) : [],
    result.by === 'model' ? renderModels(result.report, look) : [],
  ];
  const shown = blocks.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
