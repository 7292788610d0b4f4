import type { Deps } from '../platform/deps.ts';
import {
  type DailyRow,
  type DayRange,
  dailyRowsOf,
  LedgerError,
  type LedgerReader,
} from './ledger.ts';
import { openExistingLedger } from './open-ledger.ts';
import { dayName, lastDays } from './time.ts';
import { type Read, windowOf } from './usage.ts';

/** The recorded sums plus reservations of dead gateways, because perhaps no other gateway will ever settle them. */
export async function recordedDays(
  ledger: LedgerReader,
  range: DayRange,
  now: Date,
): Promise<readonly DailyRow[]> {
  const [daily, abandoned] = await Promise.all([ledger.daily(range), ledger.abandoned(now)]);
  const lost = dailyRowsOf(abandoned);
  return [...daily, ...lost.filter(({ day }) => day >= range.from && day <= range.to)];
}

/** The days needed for a report on this many days, this week and this month. */
export function recordedRange(now: Date, days: number): DayRange {
  const starts = (['week', 'month'] as const).map((name) => dayName(windowOf(name, now).start));
  const [from = dayName(now)] = [...starts, ...lastDays(now, days).slice(0, 1)].sort();
  return { from, to: dayName(now) };
}

/** The current UTC month in the ledger of this machine. */
export async function recordedThisMonth(
  world: Pick<Deps, 'env' | 'place' | 'files'>,
  now: Date,
): Promise<Read<readonly DailyRow[]>> {
  try {
    const ledger = await openExistingLedger(world);
    if (ledger === null) return { ok: false, reason: 'nothing has been recorded yet' };
    const range = { from: dayName(windowOf('month', now).start), to: dayName(now) };
    const rows = recordedDays(ledger, range, now);
    return { ok: true, value: await rows.finally(() => ledger.close()) };
  } catch (error) {
    if (error instanceof LedgerError) return { ok: false, reason: error.message };
    throw error;
  }
}
