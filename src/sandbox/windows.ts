/** OpenRouter counts in UTC: days, weeks from Monday, calendar months. */
export const windows = ['daily', 'weekly', 'monthly', 'total'] as const;

export type Window = (typeof windows)[number];

/** The first instant of the window that `now` lies in. */
export function windowStart(now: Date, window: Window): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  switch (window) {
    case 'daily':
      return new Date(Date.UTC(year, month, day));
    case 'weekly':
      return new Date(Date.UTC(year, month, day - ((now.getUTCDay() + 6) % 7)));
    case 'monthly':
      return new Date(Date.UTC(year, month, 1));
    case 'total':
      return new Date(0);
  }
}

/** YYYY-MM-DD in UTC. */
export function utcDate(at: Date): string {
  return at.toISOString().slice(0, 10);
}
