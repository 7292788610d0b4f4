import type { Catalog } from '../../catalog/load.ts';
import type { Io } from '../../platform/deps.ts';
import { createStyle } from '../../terminal/style.ts';
import { formatAge } from './words.ts';

/** Lines for stderr: how many are shown, how old the list is and, where there is one, the note to it. */
export function renderFreshness(io: Io, catalog: Catalog, now: Date, shown: string | null): string {
  const style = createStyle(io.stderr);
  const fetched = `fetched ${formatAge(now.getTime() - Date.parse(catalog.fetchedAt))}`;
  const facts = [...(shown === null ? [] : [shown]), fetched].join(` ${style.dot} `);
  const note = catalog.note === undefined ? [] : [`  ${style.symbol('warn')} ${catalog.note}`];
  return [`  ${style.dim(facts)}`, ...note, ''].join('\n');
}
