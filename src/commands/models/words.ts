import { formatAmount } from '../../platform/money.ts';

/** Tokens as people say them: `128k`, `1M`, `1.05M`; `–` where unknown. */
export function formatTokens(tokens: number | null): string {
  if (tokens === null) return '–';
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${Number((tokens / 1_000_000).toFixed(2))}M`;
}

/** `2025-05-22` of a time in seconds since 1970; `–` where unknown, or beyond every calendar. */
export function formatDay(seconds: number | null): string {
  const day = new Date(seconds === null ? Number.NaN : seconds * 1000);
  return Number.isNaN(day.getTime()) ? '–' : day.toISOString().slice(0, 10);
}

/** How long ago, in the largest unit that fits: `just now`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function formatAge(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes === 0) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

/** `in 9 days`, `today`, `9 days ago`: from `now` to a day `YYYY-MM-DD`, in whole UTC days. */
export function formatDaysTo(day: string, now: Date): string {
  const days = Math.round(
    (Date.parse(day.slice(0, 10)) - Date.parse(now.toISOString().slice(0, 10))) / dayMs,
  );
  if (Number.isNaN(days)) return '';
  if (days === 0) return 'today';
  const count = `${Math.abs(days)} day${Math.abs(days) === 1 ? '' : 's'}`;
  return days > 0 ? `in ${count}` : `${count} ago`;
}

const dayMs = 24 * 60 * 60 * 1000;

/** USD without the sign, for a column whose head has it, so filled up that the decimal points stand in line. */
export function alignAmounts(amounts: readonly (string | null)[]): string[] {
  const shown = amounts.map(formatAmount);
  const placesOf = (amount: string) => amount.length - `${amount}.`.indexOf('.');
  const most = Math.max(0, ...shown.filter((amount) => amount.includes('.')).map(placesOf));
  return shown.map((amount) =>
    amount.includes('.') ? amount + ' '.repeat(most - placesOf(amount)) : amount,
  );
}
