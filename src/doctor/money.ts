import Big from 'big.js';
import type { Budget, Entry } from '../setup-file/entry.ts';

/** A limit that is set in the budget, in USD. */
export interface Limit {
  readonly key: 'dailyLimit' | 'monthlyLimit';
  readonly usd: Big;
}

export function limitsOf({ budget }: Pick<Entry, 'budget'>): readonly Limit[] {
  const limit = (key: Limit['key'], written: Budget[Limit['key']] | undefined) =>
    written == null ? [] : [{ key, usd: new Big(written) }];
  return [
    ...limit('dailyLimit', budget?.dailyLimit),
    ...limit('monthlyLimit', budget?.monthlyLimit),
  ];
}
