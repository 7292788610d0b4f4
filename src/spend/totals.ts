import Big from 'big.js';
import type { DailyRow } from './ledger.ts';

/** What requests came to, added up exactly. */
export interface Total {
  /** A decimal string. */
  readonly usd: string;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface NamedTotal extends Total {
  readonly name: string;
}

type Counted = Pick<DailyRow, 'usd' | 'requests' | 'promptTokens' | 'completionTokens'>;

export function totalOf(rows: Iterable<Counted>): Total {
  let usd = new Big(0);
  const counts = { requests: 0, promptTokens: 0, completionTokens: 0 };
  for (const row of rows) {
    usd = usd.plus(row.usd);
    counts.requests += row.requests;
    counts.promptTokens += row.promptTokens;
    counts.completionTokens += row.completionTokens;
  }
  return { usd: usd.toFixed(), ...counts };
}

/** One total for each name that `nameOf` gives, in order of first appearance. */
export function totalsBy<Row extends Counted>(
  rows: Iterable<Row>,
  nameOf: (row: Row) => string,
): NamedTotal[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups].map(([name, group]) => ({ name, ...totalOf(group) }));
}

/** The dearest first; equal ones by name. */
export function dearestFirst<Row extends { readonly usd: string; readonly name: string }>(
  rows: readonly Row[],
): Row[] {
  return [...rows].sort((a, b) => new Big(b.usd).cmp(a.usd) || (a.name < b.name ? -1 : 1));
}
