import type { BudgetStatus } from '../../routing/budget.ts';
import type { DaySpend, ModelSpan } from '../../spend/breakdown.ts';
import type { State } from '../../terminal/style.ts';

/** What each source can say; the same requests stand in several of them. */
export const covers = {
  key: 'all that the keys were charged in this UTC day, week and month, by whatever program used them',
  credits: 'what the account bought and used, all its keys together',
  activity: 'the last 30 completed UTC days of the account, all its keys together',
  ledger: 'the requests that this tool sent itself',
} as const;

/** How each status is shown. */
export const states: Readonly<Record<BudgetStatus, State>> = {
  unlimited: 'skip',
  ok: 'ok',
  alert: 'warn',
  exceeded: 'fail',
};

/** `of the account, 31 days`: whose days those are that are shown, today included. */
export function daysWords(byDay: readonly DaySpend[]): string {
  return `${whose(byDay[0]?.source === 'ledger')}, ${spanWords(byDay.length)}`;
}

/** The same of models: `of the account, 6 completed days`, since today is not in it. */
export function modelsWords({ source, days }: ModelSpan): string {
  const completed = `${days.length} completed day${days.length === 1 ? '' : 's'}`;
  return `${whose(source === 'ledger')}, ${source === 'ledger' ? spanWords(days.length) : completed}`;
}

function whose(isLedger: boolean): string {
  return isLedger ? 'recorded by this tool' : 'of the account';
}

function spanWords(days: number): string {
  return days === 1 ? 'today' : `${days} days`;
}

/** `0.8559` → `85 %`: rounded down, so that 80 % stands only where 80 % is reached. */
export function percent(ratio: string): string {
  return `${Math.floor(Math.round(Number(ratio) * 10_000) / 100)} %`;
}
