import { describe, expect, it } from 'vitest';
import { takeoverFrom } from '../../src/setup/from-host.ts';
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

describe("what is taken over from the host's own config", () => {
  it('is every entry and channel, with nothing in it that the host does not say', () => {
    expect(takeoverFrom(host, setup('{}'))).toMatchObject({
      drafts: [
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

  it('is not what the setup file has, be it under another name', () => {
    const there = `{ models: { mine: { provider: "openrouter", ${chain} } }, channels: { telegram: { model: "mine" } } }`;
    const takeover = takeoverFrom(host, setup(there));
    expect(takeover?.drafts.map(({ name }) => name)).toEqual(['quick']);
    expect(takeover?.channels).toEqual([{ channel: 'whatsapp', entry: 'mine' }]);
  });

  it('is told by its chain rather than by its name', () => {
    const there = `{ models: {
      openrouter: { provider: "openrouter", defaultModel: "a/b" },
      mine: { provider: "openrouter", ${chain} },
    } }`;
    const [whatsapp] = takeoverFrom(host, setup(there))?.channels ?? [];
    expect(whatsapp).toEqual({ channel: 'whatsapp', entry: 'mine' });
  });

  it('leaves an entry alone that has the name and another model', () => {
    const there = '{ models: { openrouter: { provider: "openrouter", defaultModel: "a/b" } } }';
    const takeover = takeoverFrom(host, setup(there));
    expect(takeover?.drafts.map(({ name }) => name)).toEqual(['quick']);
  });

  it('gets a name of its own where another provider has it', () => {
    const takeover = takeoverFrom(host, setup('{ models: { quick: { provider: "ollama" } } }'));
    expect(takeover?.drafts.map(({ name }) => name)).toEqual(['openrouter', 'quick-openrouter']);
    expect(takeover?.channels[1]).toEqual({ channel: 'telegram', entry: 'quick-openrouter' });
  });

  it.each([[undefined], [{}], [{ agents: { defaults: { model: 'anthropic/claude-sonnet-4' } } }]])(
    'is nothing at all where the host says nothing of OpenRouter: %j',
    (config) => {
      expect(takeoverFrom(config, setup('{}'))).toBeNull();
    },
  );
});

function setup(text: string) {
  return parseSetup(text, '/setup.json5', true);
}
