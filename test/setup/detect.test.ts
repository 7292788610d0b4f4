import { describe, expect, it } from 'vitest';
import { requestFromHost } from '../../src/setup/detect.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';

const host = {
  agents: {
    defaults: {
      model: {
        primary: 'openrouter/openai/gpt-4o',
        fallbacks: ['openrouter/google/gemini-2.5-pro'],
      },
      models: { 'openrouter/openai/gpt-4o': { params: { temperature: 0.3 } } },
      systemAgent: { agentId: 'main' },
    },
    entries: {
      main: { workspace: '~/w' },
      quick: { workspace: '~/w', model: 'openrouter/google/gemini-2.5-flash' },
    },
    ownership: 'explicit',
  },
  bindings: [
    { agentId: 'main', match: { channel: 'whatsapp', accountId: '*' } },
    { agentId: 'quick', match: { channel: 'telegram', accountId: '*' } },
  ],
  models: { providers: { openrouter: { params: { provider: { ignore: ['azure'] } } } } },
};

const chain = `defaultModel: "openai/gpt-4o", fallbackModels: ["google/gemini-2.5-pro"]`;

describe("what is imported from the host's own config", () => {
  it('is every entry and channel, with just the members that the host has', () => {
    expect(requestFromHost(host, setup('{}'))).toMatchObject({
      entries: [
        {
          name: 'openrouter',
          members: {
            defaultModel: 'openai/gpt-4o',
            fallbackModels: ['google/gemini-2.5-pro'],
            parameters: { temperature: 0.3 },
            providerPreferences: { exclude: ['azure'] },
          },
        },
        {
          name: 'quick',
          members: {
            defaultModel: 'google/gemini-2.5-flash',
            providerPreferences: { exclude: ['azure'] },
          },
        },
      ],
      channels: [
        { channel: 'whatsapp', entry: 'openrouter' },
        { channel: 'telegram', entry: 'quick' },
      ],
    });
  });

  it('leaves out what the setup file has, even under another name', () => {
    const there = `{ models: { mine: { provider: "openrouter", ${chain} } }, channels: { telegram: { model: "mine" } } }`;
    const request = requestFromHost(host, setup(there));
    expect(request?.entries.map(({ name }) => name)).toEqual(['quick']);
    expect(request?.channels).toEqual([{ channel: 'whatsapp', entry: 'mine' }]);
  });

  it('is matched by its chain rather than by its name', () => {
    const there = `{ models: {
      openrouter: { provider: "openrouter", defaultModel: "a/b" },
      mine: { provider: "openrouter", ${chain} },
    } }`;
    const [whatsapp] = requestFromHost(host, setup(there))?.channels ?? [];
    expect(whatsapp).toEqual({ channel: 'whatsapp', entry: 'mine' });
  });

  it('leaves out an entry whose name exists with another model', () => {
    const there = '{ models: { openrouter: { provider: "openrouter", defaultModel: "a/b" } } }';
    const request = requestFromHost(host, setup(there));
    expect(request?.entries.map(({ name }) => name)).toEqual(['quick']);
  });

  it('gets another name where another provider has it', () => {
    const request = requestFromHost(host, setup('{ models: { quick: { provider: "ollama" } } }'));
    expect(request?.entries.map(({ name }) => name)).toEqual(['openrouter', 'quick-openrouter']);
    expect(request?.channels[1]).toEqual({ channel: 'telegram', entry: 'quick-openrouter' });
  });

  it.each([[undefined], [{}], [{ agents: { defaults: { model: 'anthropic/claude-sonnet-4' } } }]])(
    'is null where the host does not use OpenRouter: %j',
    (config) => {
      expect(requestFromHost(config, setup('{}'))).toBeNull();
    },
  );
});

function setup(text: string) {
  return parseSetup(text, '/setup.json5', true);
}
