import type { Env } from '../platform/deps.ts';
import { dayName } from './periods.ts';

/** The person's time zone, e.g. `Europe/Berlin`: `$TZ` where it is an IANA name, else the system's. */
export function localZone(env: Env): string {
  const named = env.TZ?.replace(/^:/, '') ?? '';
  return named !== '' && isZone(named)
    ? named
    : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `16:40`, with the day before it where that is not `now`'s own UTC day. */
export function utcTime(instant: Date, now: Date): string {
  const time = instant.toISOString().slice(11, 16);
  return dayName(instant) === dayName(now) ? time : `${dayName(instant)} ${time}`;
}

/**
 * The same instant on the person's clock, e.g. `17:40 in Berlin`; null where it shows what UTC shows. The offset is
 * the one of that instant, not of now: an hour may have been put forward or back between them.
 */
export function localTime(instant: Date, now: Date, zone: string): string | null {
  const local = wallClock(instant, zone);
  if (local === instant.toISOString().slice(0, 16).replace('T', ' ')) return null;
  const sameDay = local.slice(0, 10) === wallClock(now, zone).slice(0, 10);
  return `${sameDay ? local.slice(11) : local} in ${placeOf(zone)}`;
}

/** `2026-11-22 17:40`; Swedish writes dates as ISO 8601 does. */
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
