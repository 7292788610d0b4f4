/**
 * Money as the API writes it, exact: a JSON number or a decimal string becomes plain decimal text without an
 * exponent (`1e-7` → `"0.0000001"`). Null when it is no finite decimal.
 */
export function decimalText(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? expand(String(value)) : null;
  if (typeof value === 'string') return expand(value.trim());
  return null;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

function expand(text: string): string | null {
  const parts = DECIMAL.exec(text);
  const [, sign = '', whole = '', fraction = '', exponent] = parts ?? [];
  if (parts === null || whole + fraction === '') return null;
  const minus = sign === '-' ? '-' : '';
  if (exponent === undefined)
    return `${minus}${whole || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  return minus + shift(whole, fraction, Number(exponent));
}

function shift(whole: string, fraction: string, places: number): string {
  const point = whole.length + places;
  const digits = whole + fraction;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const head = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const tail = padded.slice(at).replace(/0+$/, '');
  return tail === '' ? head : `${head}.${tail}`;
}
