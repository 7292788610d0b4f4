import type { BudgetStatus } from '../../routing/budget.ts';
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

/** `0.8559` → `85 %`: rounded down, so that 80 % stands only where 80 % is reached. */
export function percent(ratio: string): string {
  return `${Math.floor(Math.round(Number(ratio) * 10_000) / 100)} %`;
}
