import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/platform/errors.ts';
import { noAnswers } from '../../src/setup/answers.ts';
import { type AnswerFlags, answersFrom, presetNamed } from '../../src/setup/flags.ts';
import { testKey } from '../helpers/world.ts';

const { key } = noAnswers;

describe('flags', () => {
  it('that are not given say nothing', () => {
    expect(answersFrom({}, key)).toEqual(noAnswers);
  });

  it.each<[AnswerFlags, object]>([
    [{ preset: ['basic', 'smart'] }, { presets: ['basic', 'smart'] }],
    [{ fallback: ['a/b', 'c/d'] }, { fallbacks: ['a/b', 'c/d'] }],
    [{ channel: ['slack=a'] }, { channels: [{ channel: 'slack', entry: 'a' }] }],
    [{ alert: '0.5' }, { alertThreshold: '0.5' }],
    [{ header: ['X-Title=a=b'] }, { headers: [{ name: 'X-Title', value: 'a=b' }] }],
    [{ param: ['top_p=0.5'] }, { parameters: [{ name: 'top_p', value: 0.5 }] }],
    [{ without: ['budget', 'headers'] }, { without: ['budget', 'headers'] }],
    [{ param: ['stop=["a"]'] }, { parameters: [{ name: 'stop', value: ['a'] }] }],
  ])('%j are %j', (flags, answers) => {
    expect(answersFrom(flags, key)).toEqual({ ...noAnswers, ...answers });
  });

  it.each<AnswerFlags>([
    { channel: ['slack'] },
    { channel: ['=a'] },
    { channel: ['slack='] },
    { header: ['X-Title'] },
    { param: ['top_p'] },
    { param: ['stop=END'] },
    { preset: ['nothing'] },
    { without: ['everything'] },
  ])('%j are of the wrong form', (flags) => {
    expect(() => answersFrom(flags, key)).toThrow(UsageError);
  });

  it('of the wrong form are not repeated where they may hold a secret', () => {
    const wrong = () => answersFrom({ header: [testKey] }, key);
    expect(wrong).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('3c4d') }),
    );
  });
});

describe('a preset', () => {
  it.each([
    ['bacis', 'Did you mean "basic"?'],
    ['resilent', 'Did you mean "resilient"?'],
    ['zzz', 'Choose one of: basic, free, channels, auto, resilient, budget, smart'],
  ])('%s is unknown', (name, hint) => {
    expect(() => presetNamed(name)).toThrow(expect.objectContaining({ hint }));
  });
});
