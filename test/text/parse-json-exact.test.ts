import { expect, it } from 'vitest';
import { exactNumbersIn, withExactNumbers } from '../../src/text/parse-json.ts';

const kept = (json: string) =>
  withExactNumbers(JSON.stringify(JSON.parse(json)), exactNumbersIn(json));

it.each([
  '{"max":9223372036854775807,"min":-9223372036854775808}',
  '[9007199254740993,[12345678901234567890],{"a":"9223372036854775807 \\" 1234567890123456789"}]',
  '{"a\\\\":18446744073709551615,"b":"\\\\","c":1.5}',
])('long integers stay as they were written: %s', (json) => {
  expect(kept(json)).toBe(json);
});

it('numbers in strings and numbers that JavaScript has exactly stay as they are', () => {
  const json = '{"a":"9223372036854775807","b":9007199254740991,"c":9223372036854776000}';
  expect(kept(json)).toBe(json);
  expect(exactNumbersIn('{"a":1,"b":"1234567890123456789"}').size).toBe(0);
});
