import type { LinkReport } from '../../probe/report.ts';
import type { State, Style } from '../../terminal/style.ts';
import { pad } from '../../terminal/table.ts';

/** The state whose symbol stands before a link. */
export function stateOf({ ok, level }: Pick<LinkReport, 'ok' | 'level'>): State {
  if (ok) return 'ok';
  if (level === null) return 'skip';
  return level === 'warn' ? 'warn' : 'fail';
}

/** The symbol of a link, as wide as the widest: without Unicode they differ. */
export function markOf(link: Pick<LinkReport, 'ok' | 'level'>, style: Style): string {
  return pad(style.symbol(stateOf(link)), style.unicode ? 1 : 2);
}

/** `1 request`, `5 requests`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
