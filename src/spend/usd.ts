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
 * USD for people, without the sign: cents, rounded half up; below a cent two digits that count (`0.00006`). For
 * looking at: what is summed, compared and printed as JSON is the exact string.
 */
export function shownUsd(usd: string): string {
  const amount = new Big(usd);
  if (amount.eq(0) || amount.abs().gte('0.01')) return amount.toFixed(2, Big.roundHalfUp);
  const shown = amount.prec(2, Big.roundHalfUp).toFixed();
  return shown === '0.01' ? '0.01' : shown;
}
