import Big from 'big.js';
import type { BudgetStatus } from '../../routing/budget.ts';
import type { SpendFacts } from '../../spend/facts.ts';
import { keyStatus } from '../../spend/report.ts';
import { shareOf } from '../../spend/usd.ts';

/** The limit that OpenRouter itself keeps for a key; USD as decimal strings. */
export interface KeyLimit {
  readonly prefix: string;
  /** When it starts anew: `daily`, `weekly`, `monthly`; `total` where it never does. */
  readonly window: string;
  readonly used: string;
  readonly limit: string;
  readonly ratio: string | null;
  readonly status: BudgetStatus;
}

/** The limits of the keys that have one. */
export function keyLimits({ keys }: SpendFacts): KeyLimit[] {
  return keys.flatMap((key) => {
    const said = key.info.ok ? key.info.value : null;
    if (said === null || said.limit === null || said.limitRemaining === null) return [];
    const used = new Big(said.limit).minus(said.limitRemaining).toFixed();
    return {
      prefix: key.prefix ?? '',
      window: said.limitReset ?? 'total',
      used,
      limit: said.limit,
      ratio: shareOf(used, said.limit),
      status: keyStatus(key) === 'exceeded' ? 'exceeded' : 'ok',
    };
  });
}
