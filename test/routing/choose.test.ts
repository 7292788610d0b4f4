import { describe, expect, it } from 'vitest';
import { UsageError, UserError } from '../../src/platform/errors.ts';
import {
  chainOf,
  chooseEntry,
  chooseModel,
  isFreeLink,
  linksOf,
} from '../../src/routing/choose.ts';
import { hintWith } from '../helpers/hint.ts';
import { entry } from './entry.ts';

const premium = entry({ name: 'premium' });
const budget = entry({ name: 'budget' });
const setup = {
  entries: [premium, budget],
  channels: [
    { name: 'discord', entry: 'budget' },
    { name: 'telegram', entry: null },
    { name: 'whatsapp', entry: 'gone' },
  ],
};

describe('chooseEntry', () => {
  it('prefers the channel to the named entry, and that to the first', () => {
    expect(chooseEntry(setup, { channel: 'discord', entry: 'premium' })).toEqual({
      entry: budget,
      why: 'channel',
    });
    expect(chooseEntry(setup, { entry: 'budget' })).toEqual({ entry: budget, why: 'asked' });
    expect(chooseEntry(setup, { entry: 'Budget' })).toEqual({ entry: budget, why: 'asked' });
    expect(chooseEntry(setup, {})).toEqual({ entry: premium, why: 'first' });
    expect(chooseEntry({ ...setup, entries: [budget] }, {}).why).toBe('only');
  });

  it.each<[string, Parameters<typeof chooseEntry>[1], string, string]>([
    [
      'an unknown entry',
      { entry: 'x' },
      'There is no OpenRouter entry "x"',
      'Entries in the setup file: premium, budget',
    ],
    [
      'a channel of an unknown entry',
      { channel: 'whatsapp' },
      'There is no OpenRouter entry "gone"',
      'Entries in the setup file: premium, budget',
    ],
    [
      'an unknown channel',
      { channel: 'x' },
      'There is no channel "x"',
      'Channels in the setup file: discord, telegram, whatsapp',
    ],
  ])('names what there is when asked for %s', (_, asked, message, hint) => {
    const attempt = () => chooseEntry(setup, asked);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(expect.objectContaining({ message, hint }));
  });

  it.each<[string, Parameters<typeof chooseEntry>[1], string]>([
    [
      'entry',
      { entry: 'x' },
      'The setup file has none: add one to models, with the provider "openrouter"',
    ],
    ['channel', { channel: 'x' }, 'Set channels.x.model to the name of an entry'],
  ])('says how to add one to a file without any %s', (_, asked, hint) => {
    const attempt = () => chooseEntry({ entries: [], channels: [] }, asked);
    expect(attempt).toThrow(expect.objectContaining({ hint }));
  });

  it('asks to give a channel without an entry one', () => {
    const attempt = () => chooseEntry(setup, { channel: 'telegram' });
    expect(attempt).toThrow(
      expect.objectContaining({
        name: 'UserError',
        type: 'not_found',
        message: 'The channel "telegram" names no entry',
        hint: 'Set channels.telegram.model to the name of an entry',
      }),
    );
  });

  it('names the place of models in a file without entries', () => {
    const place = { file: 'openclaw.json5', line: 3, column: 5 };
    const at = (path: readonly unknown[]) => {
      expect(path).toEqual(['models']);
      return place;
    };
    const empty = { entries: [], channels: [] };
    expect(() => chooseEntry({ ...empty, at }, {})).toThrow(
      expect.objectContaining({
        type: 'not_found',
        message: 'The setup file has no OpenRouter entry',
        hint: hintWith('init'),
        place,
      }),
    );
    expect(() => chooseEntry(empty, {})).toThrow(UserError);
  });
});

describe('chooseModel', () => {
  const smart = entry({
    defaultModel: 'google/flash',
    complexModel: 'openrouter/anthropic/sonnet',
    complexTriggers: ['', ' ', '代码', 'Analyse', 'STRASSE', 'ΟΔΟΣ'],
  });

  it.each([
    ['请帮我写代码', '代码'],
    ['please ANALYSE this', 'Analyse'],
    ['ａｎａｌｙｓｅ in full width', 'Analyse'],
    ['the straße to take', 'STRASSE'],
    ['HAUPTSTRAẞE', 'STRASSE'],
    ['η οδος', 'ΟΔΟΣ'],
  ])('takes the complex model for %s', (message, trigger) => {
    expect(chooseModel(smart, message)).toEqual({
      role: 'complex',
      model: 'anthropic/sonnet',
      trigger,
      why: 'trigger',
    });
  });

  it.each(['', 'hello there', 'anal ysis'])('uses the default model for %j', (message) => {
    expect(chooseModel(smart, message)).toMatchObject({
      role: 'primary',
      model: 'google/flash',
      trigger: null,
      why: 'default',
    });
  });

  it('has no triggers without a complex model', () => {
    expect(chooseModel({ ...smart, complexModel: null }, '代码').role).toBe('primary');
  });
});

describe('links', () => {
  const all = entry({
    defaultModel: 'openrouter/a/one',
    fallbackModels: ['b/two:free', 'a/one'],
    complexModel: 'c/three',
  });

  it('are all models of an entry with their roles', () => {
    expect(linksOf(all)).toEqual([
      { role: 'primary', model: 'a/one' },
      { role: 'fallback1', model: 'b/two:free' },
      { role: 'fallback2', model: 'a/one' },
      { role: 'complex', model: 'c/three' },
    ]);
    expect(linksOf(entry({ defaultModel: '' }))).toEqual([]);
  });

  it('are tried once each, the complex one first and only when it was chosen', () => {
    expect(chainOf(all, 'primary').map(({ role }) => role)).toEqual(['primary', 'fallback1']);
    expect(chainOf(all, 'complex').map(({ role }) => role)).toEqual([
      'complex',
      'primary',
      'fallback1',
    ]);
  });

  it('are free by their variant, or as the router of free models', () => {
    expect(linksOf(all).map(isFreeLink)).toEqual([false, true, false, false]);
    expect(isFreeLink({ role: 'primary', model: 'openrouter/free' })).toBe(true);
  });
});
