import Big from 'big.js';

/** For sums and comparisons: `big.js` parses a number each time it is given one. */
export const zeroUsd = new Big(0);

/** More digits than any amount has. Exact arithmetic on a hundred thousand of them takes minutes. */
const maxDigits = 100;

/** Parses a JSON number or a decimal string as an exact amount; null for anything else. */
export function decimal(value: unknown): Big | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return null;
  const plain = text.trim().replace(/^\+/, '');
  if (plain.length > maxDigits) return null;
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(plain) ? new Big(plain) : null;
}

/** The amount as a string without an exponent: `1e-7` becomes `"0.0000001"`. */
export function decimalText(value: unknown): string | null {
  return decimal(value)?.toFixed() ?? null;
}

/** `formatAmount` with a dollar sign: `$3.00`, `-$2.50`. */
export function formatUsd(usd: string | null): string {
  return formatAmount(usd).replace(/(?=\d)/, '$');
}

/**
 * USD for display, rounded half up to the cent (`3.00`). Amounts below a dollar keep three significant digits if that
 * is more precise (`0.406`, `0.0000612`). Null becomes `varies`. Sums, comparisons and JSON use exact amounts instead.
 */
export function formatAmount(usd: string | null): string {
  const amount = decimal(usd);
  if (amount === null) return 'varies';
  const isSmall = amount.abs().lt(1) && !amount.eq(0);
  const rounded = isSmall ? amount.prec(3, Big.roundHalfUp) : amount.round(2, Big.roundHalfUp);
  const [whole = '0', fraction = ''] = rounded.toFixed().split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

/** USD without the dollar sign, padded so that the decimal points line up in a right-aligned column. */
export function alignAmounts(amounts: readonly (string | null)[]): string[] {
  const shown = amounts.map(formatAmount);
  const placesOf = (amount: string) => amount.length - `${amount}.`.indexOf('.');
  const max = Math.max(0, ...shown.filter((amount) => amount.includes('.')).map(placesOf));
  return shown.map((amount) =>
    amount.includes('.') ? amount + ' '.repeat(max - placesOf(amount)) : amount,
  );
}

/** The exact sum of USD amounts, as a decimal string. */
export function sumUsd(amounts: Iterable<string>): string {
  let sum = new Big(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return sum.toFixed();
}

/** `a` minus `b`, exact; `"0"` if `b` is greater. */
export function lessUsd(a: string, b: string): string {
  const rest = new Big(a).minus(b);
  return rest.lt(0) ? '0' : rest.toFixed();
}

export function greaterUsd(a: string, b: string): string {
  return new Big(a).gte(b) ? a : b;
}

/**
 * `part` divided by `whole` (both in USD), as a decimal string with at most four decimals. Rounded down, so that a
 * threshold is never shown as reached too early. Null if `whole` is not positive.
 */
export function shareOf(part: string, whole: string): string | null {
  if (new Big(whole).lte(0)) return null;
  const amount = new Big(part).times(10_000);
  const near = amount.div(whole).round(0, Big.roundDown);
  // The quotient is itself rounded to 20 decimals, so 0.7999… may have become 0.8.
  const steps = near.times(whole).gt(amount) ? near.minus(1) : near;
  return steps.div(10_000).toFixed();
}

/** `0.8559` → `85 %`. Rounded down, so that 80 % is shown only once it is reached. */
export function percent(ratio: string): string {
  return `${Math.floor(Math.round(Number(ratio) * 10_000) / 100)} %`;
}
