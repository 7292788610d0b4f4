import { describe, expect, it } from 'vitest';
import { ForbiddenByEntry } from '../../src/routing/provider-rules.ts';
import { buildRequest, combineProviderOf, combineRequest } from '../../src/routing/request.ts';
import { entry } from './entry.ts';

const messages = [{ role: 'user', content: 'hi' }];
const build = (more: Parameters<typeof entry>[0], options: object = {}) =>
  buildRequest(entry(more), 'acme/one', { messages, stream: false, ...options });

describe('buildRequest', () => {
  it('has the model alone for an entry without settings', () => {
    expect(build({})).toStrictEqual({
      body: { model: 'acme/one', messages, stream: false },
      headers: {},
    });
  });

  it('has parameters and headers, but never model, messages or stream from the parameters', () => {
    const parameters = { temperature: 0.7, model: 'x/y', messages: [], stream: true };
    const { body, headers } = build({ parameters, headers: { 'X-Title': 'OpenClaw' } });
    expect(body).toEqual({ temperature: 0.7, model: 'acme/one', messages, stream: false });
    expect(headers).toEqual({ 'X-Title': 'OpenClaw' });
  });

  it('turns provider preferences into ignore and order, joined with those of the parameters', () => {
    const providerPreferences = { exclude: ['azure'], prefer: ['anthropic'] };
    expect(build({ providerPreferences }).body.provider).toEqual({
      ignore: ['azure'],
      order: ['anthropic'],
    });
    const provider = { order: ['groq', 'anthropic'], allow_fallbacks: false };
    expect(build({ providerPreferences, parameters: { provider } }).body.provider).toEqual({
      ignore: ['azure'],
      order: ['anthropic', 'groq'],
      allow_fallbacks: false,
    });
  });

  it('prefers the number of tokens of the caller', () => {
    const parameters = { max_tokens: 4096, max_completion_tokens: 4096 };
    expect(build({ parameters }).body).toMatchObject(parameters);
    const { body } = build({ parameters }, { maxTokens: 16 });
    expect(body.max_tokens).toBe(16);
    expect(body).not.toHaveProperty('max_completion_tokens');
  });

  it('passes tools on', () => {
    const tools = [{ type: 'function' }];
    expect(build({}, { tools }).body.tools).toBe(tools);
  });
});

describe('the request of a client', () => {
  const combine = (parameters: object, isModelOfClient: boolean) =>
    combineRequest(entry({ parameters: { ...parameters } }), 'a/b:online', {
      format: 'chat',
      parameters: { messages, temperature: 1, model: 'x/y', stream: false },
      stream: true,
      isModelOfClient,
    });

  it('gets the model and the streaming of the gateway, and the defaults of the entry', () => {
    expect(combine({ temperature: 0, seed: 7 }, false)).toEqual({
      messages,
      temperature: 1,
      seed: 7,
      model: 'a/b:online',
      stream: true,
    });
  });

  it('is refused for a model that uses what the entry turns off only if the client chose it', () => {
    const noWeb = { plugins: [{ id: 'web', enabled: false }] };
    expect(combine(noWeb, false)).toMatchObject({ model: 'a/b:online' });
    expect(() => combine(noWeb, true)).toThrow(ForbiddenByEntry);
  });
});

describe('the provider of a request to an endpoint that reads some of its members', () => {
  const sent = { order: ['groq'] };
  const combine = (provider: object, known: readonly string[] | null) =>
    combineProviderOf(entry({ parameters: { provider } }), sent, known);

  it.each<[string, object, readonly string[] | null, object]>([
    ['is the client’s for an entry without one', {}, ['order'], sent],
    ['has those of the entry', { zdr: true }, ['order', 'zdr'], { ...sent, zdr: true }],
    ['has all of the entry where all are read', { zdr: true }, null, { ...sent, zdr: true }],
    ['lacks a preference that is not read', { sort: 'price' }, ['order'], sent],
  ])('%s', (_, provider, known, expected) => {
    expect(combine(provider, known)).toEqual(expected);
  });

  it('is whatever the client sends for an entry without one', () => {
    expect(combineProviderOf(entry(), null, ['order'])).toBeNull();
  });

  it('is refused if the entry restricts providers with members that are not read', () => {
    expect(() => combine({ zdr: true, ignore: ['azure'], order: ['groq'] }, ['order'])).toThrow(
      new ForbiddenByEntry(
        'it sets provider.zdr, provider.ignore, which OpenRouter does not read at this endpoint',
      ),
    );
  });
});
