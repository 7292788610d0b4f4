import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isNestedTooDeep,
  maxJsonDepth,
  NestedTooDeep,
  parseJson,
} from '../../src/text/parse-json.ts';

const nested = (levels: number, inside = '1') =>
  `${'[{"a":'.repeat(levels / 2)}${inside}${'}]'.repeat(levels / 2)}`;

describe('JSON from outside', () => {
  it('is parsed up to 500 levels', () => {
    expect(() => parseJson(nested(maxJsonDepth))).not.toThrow();
    expect(() => parseJson(nested(maxJsonDepth + 2))).toThrow(NestedTooDeep);
    expect(() => parseJson('['.repeat(1_000_000))).toThrow('nested deeper than 500 levels');
  });

  it('may have any number of brackets in strings', () => {
    const text = JSON.stringify('[{"\\'.repeat(2_000));
    expect(parseJson(nested(maxJsonDepth, text))).toBeInstanceOf(Array);
    expect(isNestedTooDeep(`{${`"${'['.repeat(600)}\\"":1,`.repeat(3)}`)).toBe(false);
  });

  it('has the value that JSON.parse returns', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(parseJson(json)).toEqual(JSON.parse(json));
      }),
    );
    expect(() => parseJson('{')).toThrow(SyntaxError);
  });
});
