import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/platform/errors.ts';
import {
  parseChannel,
  parseHeader,
  parseParameter,
  parsePart,
  parsePreset,
} from '../../src/setup/flags.ts';
import { testKey } from '../helpers/world.ts';

describe('the parser of a flag', () => {
  it.each([
    [parsePreset('smart'), 'smart'],
    [parsePart('budget'), 'budget'],
    [parseChannel('slack=a'), { channel: 'slack', entry: 'a' }],
    [parseHeader('X-Title=a=b'), { name: 'X-Title', value: 'a=b' }],
    [parseParameter('top_p=0.5'), { name: 'top_p', value: 0.5 }],
    [parseParameter('stop=["a"]'), { name: 'stop', value: ['a'] }],
  ])('returns %j', (value, expected) => {
    expect(value).toEqual(expected);
  });

  it.each([
    [parseChannel, 'slack'],
    [parseChannel, '=a'],
    [parseChannel, 'slack='],
    [parseHeader, 'X-Title'],
    [parseParameter, 'top_p'],
    [parseParameter, 'stop=END'],
    [parsePreset, 'nothing'],
    [parsePart, 'everything'],
  ])('%o rejects "%s"', (parse, text) => {
    expect(() => parse(text)).toThrow(UsageError);
  });

  it.each(['x=1e400', 'x={"y": [-1e400]}'])('refuses a number that is not finite: %s', (text) => {
    expect(() => parseParameter(text)).toThrow('The parameter "x" has a number that is too large');
  });

  it('says so when JSON is nested too deep', () => {
    expect(() => parseParameter(`stop=${'['.repeat(5_000)}${']'.repeat(5_000)}`)).toThrow(
      'The value of the parameter "stop" is nested deeper than 500 levels',
    );
  });

  it('does not repeat in its error what may be a secret', () => {
    expect(() => parseHeader(testKey)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('3c4d') }),
    );
  });
});

describe('an unknown preset', () => {
  it.each([
    ['bacis', 'Did you mean basic?'],
    ['resilent', 'Did you mean resilient?'],
    ['zzz', 'Choose one of: basic, free, channels, auto, resilient, budget, smart'],
  ])('%s is rejected with a hint', (name, hint) => {
    expect(() => parsePreset(name)).toThrow(expect.objectContaining({ hint }));
  });
});
