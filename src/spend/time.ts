import type { Env } from '../platform/deps.ts';
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

export function elapsedDays({ start }: Window, now: Date): number {
  return (now.getTime() - start.getTime()) / dayMs;
}

export function remainingDays({ end }: Window, now: Date): number {
  return (end.getTime() - now.getTime()) / dayMs;
}

/** The user's time zone, e.g. `Europe/Berlin`: `$TZ` if it is an IANA name, else that of the system. */
export function localZone(env: Env): string {
  const named = env.TZ?.replace(/^:/, '') ?? '';
  return named !== '' && isZone(named)
    ? named
    : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `16:40`, preceded by the date unless that is the UTC day of `now`. */
export function utcTime(instant: Date, now: Date): string {
  const time = instant.toISOString().slice(11, 16);
  return dayName(instant) === dayName(now) ? time : `${dayName(instant)} ${time}`;
}

/**
 * The same instant in the user's time zone, e.g. `17:40 in Berlin`; null if that equals UTC. The offset is that of
 * `instant`, not of `now`, because daylight saving time may begin or end in between.
 */
export function localTime(instant: Date, now: Date, zone: string): string | null {
  const local = wallClock(instant, zone);
  if (local === instant.toISOString().slice(0, 16).replace('T', ' ')) return null;
  const sameDay = local.slice(0, 10) === wallClock(now, zone).slice(0, 10);
  return `${sameDay ? local.slice(11) : local} in ${placeOf(zone)}`;
}

/** `2026-11-22 17:40`: the Swedish locale uses the ISO 8601 format. */
function wallClock(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(instant);
}

function placeOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
