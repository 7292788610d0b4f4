import { describe, expect, it } from 'vitest';
import { chat } from '../../src/gateway/formats.ts';
import { HttpError } from '../../src/gateway/http-response.ts';
import type { LiveEntry, LiveSetup } from '../../src/gateway/live-setup.ts';
import { targetOf } from '../../src/gateway/target.ts';
import { entry as entryWith } from '../routing/entry.ts';

function live(name: string, given: Parameters<typeof entryWith>[0] = {}): LiveEntry {
  return {
    ...entryWith({ defaultModel: `author/${name}`, ...given }),
    name,
    budget: null,
    credential: null,
    keyVariable: 'OPENROUTER_API_KEY',
    keySource: null,
    keyProblem: null,
  };
}

const smart = live('smart', {
  fallbackModels: ['author/second'],
  complexModel: 'author/strong',
  complexTriggers: ['分析'],
});

const setup: LiveSetup = {
  path: '/setup.json5',
  loadedAt: new Date('2026-11-22T12:00:00Z'),
  problems: [],
  entries: [smart, live('cheap')],
  channels: [
    { name: 'telegram', entry: 'cheap' },
    { name: 'lost', entry: null },
  ],
};

function target(
  model: unknown,
  more: { channel?: string; text?: string; models?: unknown; defaultEntry?: string } = {},
) {
  const messages = [{ role: 'user', content: more.text ?? 'hello' }];
  return targetOf(setup, {
    format: chat,
    body: { model, messages, ...(more.models === undefined ? {} : { models: more.models }) },
    channel: more.channel ?? null,
    defaultEntry: more.defaultEntry ?? null,
  });
}

describe('model', () => {
  it.each([
    ['an entry', 'cheap', 'cheap', 'author/cheap', 'asked'],
    ["an entry with the host's prefix", 'openrouter/cheap', 'cheap', 'author/cheap', 'asked'],
    ['a channel', 'channel:telegram', 'cheap', 'author/cheap', 'channel'],
    ['nothing', undefined, 'smart', 'author/smart', 'first'],
    ['an id of OpenRouter', 'openai/gpt-4o', 'smart', 'openai/gpt-4o', 'model'],
    ["an id with the host's prefix", 'openrouter/openai/gpt-4o', 'smart', 'openai/gpt-4o', 'model'],
    ["one of OpenRouter's own", 'openrouter/auto', 'smart', 'openrouter/auto', 'model'],
  ])('can be %s', (_, model, entry, id, reason) => {
    const found = target(model);
    expect([found.entry.name, found.links[0]?.model, found.reason]).toEqual([entry, id, reason]);
  });

  it.each(['nobody', 'channel:nobody', 'channel:lost', 'a/b\n\u001b[31m', `a/${'b'.repeat(200)}`])(
    'may not be %s',
    (model) => {
      expect(() => target(model)).toThrow(HttpError);
    },
  );

  it('rejects an invalid id among the other models', () => {
    const models = ['c/d', 'e/f\n\u001b[31m'];
    expect(() => target('a/b', { models })).toThrow(HttpError);
  });

  it('tries the complex model first for a trigger in the last message', () => {
    const { role, links, reason } = target('smart', { text: '请分析这段代码' });
    expect([role, reason]).toEqual(['complex', 'asked+trigger']);
    expect(links.map(({ model }) => model)).toEqual([
      'author/strong',
      'author/smart',
      'author/second',
    ]);
  });

  it("walks OpenRouter's own list of models in its order", () => {
    expect(target('a/one', { models: ['b/two', 7, 'a/one', 'c/three'] }).links).toEqual([
      { role: 'primary', model: 'a/one' },
      { role: 'fallback1', model: 'b/two' },
      { role: 'fallback2', model: 'c/three' },
    ]);
  });
});

describe('the channel of the header', () => {
  it('wins over the entry in the request', () => {
    const { entry, channel } = target('smart', { channel: 'telegram' });
    expect([entry.name, channel]).toEqual(['cheap', 'telegram']);
  });

  it('is ignored where it is not in the setup file', () => {
    const { entry, channel } = target('smart', { channel: 'slack' });
    expect([entry.name, channel]).toEqual(['smart', null]);
  });
});

it('the default entry serves requests that name none', () => {
  const { entry, reason } = target('', { defaultEntry: 'cheap' });
  expect([entry.name, reason]).toEqual(['cheap', 'default-entry']);
});
