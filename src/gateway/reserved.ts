import Big from 'big.js';
import type { Reservation } from '../spend/budget-ledger.ts';

/** What this gateway has reserved for each entry, and for which entries that is not written yet. */
export interface Reserved {
  /** Has the entry written with the next batch. */
  touch(entry: string): void;
  grant(reservation: Reservation): void;
  release(reservation: Reservation): void;
  /** Of every entry that is to be written. */
  unwritten(): Reservation[];
  hasUnwritten(): boolean;
  written(): void;
}

export function createReserved(): Reserved {
  const amounts = new Map<string, Big>();
  const touched = new Set<string>();

  function add(entry: string, usd: Big): void {
    const sum = (amounts.get(entry) ?? new Big(0)).plus(usd);
    if (sum.eq(0)) amounts.delete(entry);
    else amounts.set(entry, sum);
  }

  return {
    touch: (entry) => void touched.add(entry),
    grant: ({ entry, usd }) => add(entry, new Big(usd)),
    release({ entry, usd }) {
      add(entry, new Big(usd).times(-1));
      touched.add(entry);
    },
    unwritten: () =>
      [...touched].map((entry) => ({ entry, usd: amounts.get(entry)?.toFixed() ?? '0' })),
    hasUnwritten: () => touched.size > 0,
    written: () => touched.clear(),
  };
}
