import type { LinkReport } from '../../probe/report.ts';
import type { State } from '../../terminal/style.ts';

/** The state whose symbol stands before a link. */
export function stateOf({ ok, level }: Pick<LinkReport, 'ok' | 'level'>): State {
  if (ok) return 'ok';
  if (level === null) return 'skip';
  return level === 'warn' ? 'warn' : 'fail';
}

/** `412 ms` below a second, `1.4 s` above. */
export function durationWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : secondsWords(ms);
}

export function secondsWords(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `1 request`, `5 requests`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
