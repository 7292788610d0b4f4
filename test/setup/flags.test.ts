import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/platform/errors.ts';
import { parseFlags, parsePreset, type SetupFlags } from '../../src/setup/flags.ts';
import { noSettings } from '../../src/setup/settings.ts';
import { testKey } from '../helpers/world.ts';

describe('flags', () => {
  it('that are not given leave every setting empty', () => {
    expect(parseFlags({})).toEqual(noSettings);
  });

  it.each<[SetupFlags, object]>([
    [{ preset: ['basic', 'smart'] }, { presets: ['basic', 'smart'] }],
    [{ fallback: ['a/b', 'c/d'] }, { fallbacks: ['a/b', 'c/d'] }],
    [{ channel: ['slack=a'] }, { channels: [{ channel: 'slack', entry: 'a' }] }],
    [{ alert: '0.5' }, { alertThreshold: '0.5' }],
    [{ header: ['X-Title=a=b'] }, { headers: [{ name: 'X-Title', value: 'a=b' }] }],
    [{ param: ['top_p=0.5'] }, { parameters: [{ name: 'top_p', value: 0.5 }] }],
    [{ without: ['budget', 'headers'] }, { without: ['budget', 'headers'] }],
    [{ param: ['stop=["a"]'] }, { parameters: [{ name: 'stop', value: ['a'] }] }],
  ])('%j become %j', (flags, settings) => {
    expect(parseFlags(flags)).toEqual({ ...noSettings, ...settings });
  });

  it.each<SetupFlags>([
    { channel: ['slack'] },
    { channel: ['=a'] },
    { channel: ['slack='] },
    { header: ['X-Title'] },
    { param: ['top_p'] },
    { param: ['stop=END'] },
    { preset: ['nothing'] },
    { without: ['everything'] },
  ])('%j are rejected', (flags) => {
    expect(() => parseFlags(flags)).toThrow(UsageError);
  });

  it('with JSON nested too deep say so', () => {
    const wrong = () => parseFlags({ param: [`stop=${'['.repeat(5_000)}${']'.repeat(5_000)}`] });
    expect(wrong).toThrow('The value of the parameter "stop" is nested deeper than 500 levels');
  });

  it('that may hold a secret are not repeated in errors', () => {
    const wrong = () => parseFlags({ header: [testKey] });
    expect(wrong).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('3c4d') }),
    );
  });
});

describe('an unknown preset', () => {
  it.each([
    ['bacis', 'Did you mean "basic"?'],
    ['resilent', 'Did you mean "resilient"?'],
    ['zzz', 'Choose one of: basic, free, channels, auto, resilient, budget, smart'],
  ])('%s is rejected with a hint', (name, hint) => {
    expect(() => parsePreset(name)).toThrow(expect.objectContaining({ hint }));
  });
});
