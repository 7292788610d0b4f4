import type { CatalogModel } from '../../../catalog/model.ts';
import { nearestIds } from '../../../catalog/suggest.ts';
import type { Stream } from '../../../platform/deps.ts';
import { createStyle } from '../../../terminal/style.ts';

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
