import { formatUsd } from '../../platform/money.ts';
import { isOutcomeName } from '../../routing/outcomes.ts';
import type { RecentRequest } from '../activity.ts';
import { outcomeMark, shown, timeMarkup } from './slots.ts';

/** A row of the table of requests. On narrow screens a row is no row for CSS, so that the roles are stated. */
export function requestRow({ at, event }: RecentRequest): string {
  const { outcome, model, entry, channel, totalMs, costUsd, cache, promptTokens } = event;
  const share =
    cache === null || promptTokens === null || promptTokens === 0
      ? '–'
      : `${Math.round((cache.cachedTokens / promptTokens) * 100)} %`;
  const failed =
    event.failed.length === 0
      ? ''
      : ` <span class="dim">after ${event.failed.map((each) => shown(each.model)).join(', ')}</span>`;
  const cells = [
    [
      'outcome',
      isOutcomeName(outcome) ? outcomeMark(outcome) : shown(outcome.replaceAll('_', ' ')),
    ],
    ['model', `${model === null ? '–' : shown(model)}${failed}`],
    ['from', [channel, entry].flatMap((name) => (name === null ? [] : shown(name))).join(' → ')],
    ['latency', totalMs < 1000 ? `${totalMs} ms` : `${(totalMs / 1000).toFixed(1)} s`],
    ['cost', costUsd === null ? '–' : formatUsd(costUsd)],
    ['cached', share],
  ];
  return `<tr role="row"><th role="rowheader" scope="row" class="time">${timeMarkup(at)}</th>${cells
    .map(([name, cell]) => `<td role="cell" class="${name}">${cell}</td>`)
    .join('')}</tr>`;
}
