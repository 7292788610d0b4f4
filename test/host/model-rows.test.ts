import { describe, expect, it } from 'vitest';
import { modelRows } from '../../src/host/model-rows.ts';
import type { Model } from '../../src/openrouter/models.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { listed } from '../pricing/models.ts';

const claude = listed('anthropic/claude-sonnet-4.5', {
  contextLength: 1_000_000,
  maxCompletionTokens: 64_000,
  inputModalities: ['text', 'image', 'file'],
  pricing: {
    prompt: '0.000003',
    completion: '0.000015',
    inputCacheRead: '0.0000003',
    inputCacheWrite: '0.00000375',
  },
  supportedParameters: ['reasoning', 'tools'],
});
const plain: Model = {
  ...claude,
  id: 'openai/gpt-4o-mini',
  maxCompletionTokens: null,
  inputModalities: ['text'],
  pricing: { prompt: '-1', completion: '-1' },
  supportedParameters: ['temperature'],
};
const models = [claude, plain];
const ofClaude = {
  id: 'Main',
  name: 'Main',
  reasoning: true,
  input: ['text', 'image'],
  contextWindow: 1_000_000,
  maxTokens: 64_000,
  cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  compat: {
    thinkingFormat: 'openrouter',
    maxTokensField: 'max_completion_tokens',
    visibleReasoningDetailTypes: ['response.output_text', 'response.text'],
    supportsTools: true,
    cacheControlFormat: 'anthropic',
  },
};

describe('the rows of the gateway in the host config', () => {
  it('have the capabilities of the default model, as the host reads them for OpenRouter itself', () => {
    expect(rows({ Main: claude.id, other: plain.id })).toEqual([
      ofClaude,
      {
        id: 'other',
        name: 'other',
        reasoning: false,
        input: ['text'],
        contextWindow: 1_000_000,
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        compat: {
          thinkingFormat: 'openrouter',
          maxTokensField: 'max_completion_tokens',
          visibleReasoningDetailTypes: ['response.output_text', 'response.text'],
          supportsTools: false,
        },
      },
    ]);
  });

  it('say how much a model may think, and whether it can do without', () => {
    const reasoning = { mandatory: true, efforts: ['low', 'high', 'none'], takesTokens: false };
    const [row] = rows({ Main: claude.id }, [], {
      models: [{ ...claude, reasoning }],
      keepsPrices: false,
    });
    expect(row).toMatchObject({
      thinkingLevelMap: { off: null },
      compat: { supportsReasoningEffort: true, supportedReasoningEfforts: ['low', 'high'] },
    });
    const free = {
      models: [{ ...claude, reasoning: { ...reasoning, mandatory: false, efforts: [] } }],
    };
    expect(rows({ Main: claude.id }, [], { ...free, keepsPrices: false })).toMatchObject([
      { compat: { supportsReasoningEffort: false, supportedReasoningEfforts: [] } },
    ]);
  });

  it('are found for variants and for the spelling of the host', () => {
    expect(rows({ Main: `openrouter/${claude.id}:nitro` })).toEqual([ofClaude]);
  });

  it('are left as they are for models that no list has', () => {
    expect(rows({ Main: '@preset/mine' })).toEqual([{ id: 'Main', name: 'Main' }]);
    expect(rows({ Main: '@preset/mine' }, [ofClaude])).toEqual([ofClaude]);
    expect(rows({ Main: claude.id }, [ofClaude], { models: [], keepsPrices: false })).toEqual([
      ofClaude,
    ]);
  });

  it('replace what earlier runs wrote for another model, and keep what the user added', () => {
    const current = [{ ...ofClaude, input: ['text'], contextTokens: 90_000 }];
    expect(rows({ Main: claude.id }, current)).toEqual([{ ...ofClaude, contextTokens: 90_000 }]);
  });

  it('of entries that are no more go, and those of the user stay', () => {
    const own = { id: 'openai/gpt-4o', name: 'directly' };
    const current = [{ ...ofClaude, id: 'gone', name: 'gone' }, own];
    expect(rows({ Main: claude.id }, current)).toEqual([ofClaude, own]);
  });

  it('stay for a change of prices alone, where asked to', () => {
    const current = [{ ...ofClaude, cost: { ...ofClaude.cost, input: 2 } }];
    expect(rows({ Main: claude.id }, current, { models, keepsPrices: true })).toEqual(current);
    expect(rows({ Main: claude.id }, current)).toEqual([ofClaude]);
    const older = [{ ...current[0], maxTokens: 1 }];
    expect(rows({ Main: claude.id }, older, { models, keepsPrices: true })).toEqual([ofClaude]);
  });
});

function rows(
  entries: Readonly<Record<string, string>>,
  current: unknown = undefined,
  known = { models, keepsPrices: false },
) {
  const members = Object.entries(entries).map(([name, defaultModel]) => [
    name,
    { provider: 'openrouter', defaultModel },
  ]);
  const setup = parseSetup(JSON.stringify({ models: Object.fromEntries(members) }), 'setup.json5');
  return modelRows(setup.entries, current, known);
}
