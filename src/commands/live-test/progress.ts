import type { Stream } from '../../platform/deps.ts';
import type { LinkReport } from '../../probe/report.ts';
import { roleWords } from '../../probe/verdict.ts';
import type { Link } from '../../routing/choose.ts';
import { createStyle, type State, type Style } from '../../terminal/style.ts';
import { pad, truncate } from '../../terminal/table.ts';

/** The rows of the table as it fills: the first line goes after the spinner, then one line per link. */
export function renderProgress(
  stream: Stream,
  links: readonly Link[],
  reports: readonly (LinkReport | null)[],
): string {
  const style = createStyle(stream);
  const done = reports.filter((report) => report !== null).length;
  const rows = links.map(({ role, model }, index) => {
    const report = reports[index] ?? null;
    const symbol =
      report === null ? pad(style.dim(style.dot), style.unicode ? 1 : 2) : markOf(report, style);
    const words = report === null ? style.dim('waiting') : (report.headline ?? '');
    const row = `  ${symbol} ${pad(roleWords(role), 11)}${model}  ${words}`;
    return truncate(row, stream.columns - 4, style.ellipsis);
  });
  return [`${done} of ${links.length} models`, ...rows].join('\n');
}

/** The state whose symbol is shown before a link. */
export function stateOf({ ok, level }: Pick<LinkReport, 'ok' | 'level'>): State {
  if (ok) return 'ok';
  if (level === null) return 'skip';
  return level === 'warn' ? 'warn' : 'fail';
}

/** The symbol of a link, padded to the widest: without Unicode the widths differ. */
export function markOf(link: Pick<LinkReport, 'ok' | 'level'>, style: Style): string {
  return pad(style.symbol(stateOf(link)), style.unicode ? 1 : 2);
}
