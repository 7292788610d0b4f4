import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../src/routing/request.ts';
import { entry } from './entry.ts';

const messages = [{ role: 'user', content: 'hi' }];
const build = (more: Parameters<typeof entry>[0], options: object = {}) =>
  buildRequest(entry(more), 'acme/one', { messages, stream: false, ...options });

describe('buildRequest', () => {
  it('has the model alone for an entry without settings', () => {
    expect(build({})).toEqual({
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
