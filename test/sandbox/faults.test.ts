import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/platform/errors.ts';
import type { Fault, FaultName } from '../../src/sandbox/faults.ts';
import { faultNames, isFaultName, parseFaults } from '../../src/sandbox/faults.ts';
import { faultText } from './fault-text.ts';

const forEver = Number.POSITIVE_INFINITY;

test('a fault applies forever unless it says how often', () => {
  expect(parseFaults('openai/gpt-4o:503')).toEqual([
    { target: 'openai/gpt-4o', name: '503', value: null, times: forEver },
  ]);
  expect(parseFaults('primary:503*3, fallback1:429/60')).toEqual([
    { target: 'primary', name: '503', value: null, times: 3 },
    { target: 'fallback1', name: '429', value: 60, times: forEver },
  ]);
});

test('the last colon separates, since ids contain colons too', () => {
  expect(parseFaults('x/y:free:503*2')).toEqual([
    { target: 'x/y:free', name: '503', value: null, times: 2 },
  ]);
});

test.each([
  ['', '""'],
  ['primary', '"primary"'],
  [':503', '":503"'],
  ['primary:503*0', '"primary:503*0"'],
  ['primary:503*-1', '"primary:503*-1"'],
  ['primary:503/2', 'gives "503" a number'],
  ['primary:slow', 'milliseconds'],
  ['primary:503,,complex:404', '""'],
  ['primary:toString', '"toString"'],
])('%j is rejected with the part that is wrong', (text, named) => {
  expect(() => parseFaults(text)).toThrow(UsageError);
  expect(() => parseFaults(text)).toThrow(named);
});

test('a misspelled fault is rejected with the nearest one and the list', () => {
  const hint = hintOf(() => parseFaults('primary:garbige'));
  expect(hint).toContain('Did you mean garbage?');
  expect(hint).toContain('slow/<ms>');
});

test('every fault can be written as text', () => {
  const names = Object.keys(faultNames).filter(isFaultName);
  const target = fc.constantFrom('*', 'primary', 'a/b', 'a/b:free', 'a/b-1.5:nitro');
  const fault = fc
    .record({
      target,
      name: fc.constantFrom(...names),
      number: fc.nat(99_999),
      times: fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: forEver }),
    })
    .map(({ number, ...rest }): Fault => ({ ...rest, value: valueFor(rest.name, number) }));
  fc.assert(
    fc.property(fc.array(fault, { minLength: 1 }), (faults) => {
      expect(parseFaults(faults.map(faultText).join(', '))).toEqual(faults);
    }),
  );
});

test('any text parses or is rejected with a UsageError', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(parseFaults(text).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

function valueFor(name: FaultName, number: number): number | null {
  if (name === 'slow') return number;
  return name === '429' && number % 2 === 0 ? number : null;
}

function hintOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof UsageError) return String(error.hint);
  }
  throw new Error('No UsageError was thrown');
}
