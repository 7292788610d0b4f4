import Big from 'big.js';

/** The exact sum of amounts in USD, a decimal string. */
export function sumUsd(amounts: Iterable<string>): string {
  let sum = new Big(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return sum.toFixed();
}

/** `a` less `b`, exact; `"0"` where `b` is more. */
export function lessUsd(a: string, b: string): string {
  const rest = new Big(a).minus(b);
  return rest.lt(0) ? '0' : rest.toFixed();
}

export function greaterUsd(a: string, b: string): string {
  return new Big(a).gte(b) ? a : b;
}

/**
 * `part` of `whole` as a decimal string of at most four decimals, rounded down, so that it never claims a threshold
 * that is not reached; null where there is no whole. Both in USD.
 */
export function shareOf(part: string, whole: string): string | null {
  if (new Big(whole).lte(0)) return null;
  const amount = new Big(part).times(10_000);
  const near = amount.div(whole).round(0, Big.roundDown);
  // A quotient is itself rounded, after 20 decimals: 0.7999… may have come out as 0.8.
  const steps = near.times(whole).gt(amount) ? near.minus(1) : near;
  return steps.div(10_000).toFixed();
}
