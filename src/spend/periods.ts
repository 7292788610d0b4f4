import { dayMs } from '../platform/durations.ts';
import type { Window } from '../routing/budget.ts';

/** The UTC day of an instant, as `2026-11-22`. */
export function dayName(instant: Date): string {
  const day = Math.floor(instant.getTime() / dayMs);
  if (day !== latest.day) latest = { day, name: instant.toISOString().slice(0, 10) };
  return latest.name;
}

/** Cached, because it is nearly always today. */
let latest = { day: Number.NaN, name: '' };

/** The names of the last `count` UTC days, ending with today. */
export function lastDays(now: Date, count: number): string[] {
  const today = Date.parse(dayName(now));
  return Array.from({ length: count }, (_, index) =>
    dayName(new Date(today - (count - 1 - index) * dayMs)),
  );
}

/** The part of a window that has passed, in days. */
export function elapsedDays({ start }: Window, now: Date): number {
  return (now.getTime() - start.getTime()) / dayMs;
}

/** The remaining part of a window, in days. */
export function remainingDays({ end }: Window, now: Date): number {
  return (end.getTime() - now.getTime()) / dayMs;
}
