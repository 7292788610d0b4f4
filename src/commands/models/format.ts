import type { Stream } from '../../platform/deps.ts';
import { daysBetween, inDays } from '../../platform/durations.ts';
import { createStyle } from '../../terminal/style.ts';
import { type Column, renderTable } from '../../terminal/table.ts';

/** E.g. `128k`, `1M`, `1.05M`; `–` if unknown. */
export function formatTokens(tokens: number | null): string {
  if (tokens === null) return '–';
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${Number((tokens / 1_000_000).toFixed(2))}M`;
}

/** E.g. `2025-05-22`, from seconds since 1970; `–` if unknown or out of range. */
export function formatDay(seconds: number | null): string {
  const day = new Date(seconds === null ? Number.NaN : seconds * 1000);
  return Number.isNaN(day.getTime()) ? '–' : day.toISOString().slice(0, 10);
}

/** E.g. `in 9 days`, `today`, `9 days ago`: whole UTC days from `now` to `YYYY-MM-DD`; '' for an invalid day. */
export function formatDaysTo(day: string, now: Date): string {
  const days = daysBetween(now, day.slice(0, 10));
  return days === null ? '' : inDays(days);
}

/** Lines of a table that fits the terminal. Empty columns are left out. */
export function modelTable(
  stream: Stream,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const { ellipsis, dim } = createStyle(stream);
  const filled = columns.map((_column, index) => rows.some((row) => row[index] !== ''));
  return renderTable(
    columns.filter((_column, index) => filled[index]),
    rows.map((row) => row.filter((_cell, index) => filled[index])),
    { width: stream.columns, ellipsis, paintHead: dim },
  );
}
