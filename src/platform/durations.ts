import { plural } from './wording.ts';

export const dayMs = 24 * 60 * 60 * 1000;

/** Whole days from now until a date, negative if it is past; null if the text is not a date. */
export function daysBetween(now: Date, date: string): number | null {
  const then = Date.parse(date);
  return Number.isNaN(then) ? null : Math.ceil((then - now.getTime()) / dayMs);
}

/** `in 9 days`, `today`, `3 days ago`. */
export function inDays(days: number): string {
  if (days === 0) return 'today';
  const count = plural(Math.abs(days), 'day');
  return days < 0 ? `${count} ago` : `in ${count}`;
}

/** `412 ms` below a second, `1.4 s` above. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : formatSeconds(ms);
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
