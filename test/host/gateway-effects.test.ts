import { describe, expect, it } from 'vitest';
import { gatewayEffects } from '../../src/host/gateway-effects.ts';
import type { Model } from '../../src/openrouter/models.ts';
import { parseSetup } from '../../src/setup-file/setup-file.ts';
import { listed } from '../pricing/models.ts';

const claude = listed('anthropic/claude-sonnet-4.5', {
  contextLength: 1_000_000,
  maxCompletionTokens: 64_000,
  inputModalities: ['text', 'image'],
  pricing: { prompt: '0.000003', completion: '0.000015' },
  supportedParameters: ['reasoning', 'tools'],
});
const small: Model = {
  ...claude,
  id: 'x/small',
  contextLength: 32_000,
  inputModalities: ['text'],
  supportedParameters: [],
};

describe('the effects of the gateway', () => {
  it('gain what the host has no place for, and lose nothing where all models are alike', () => {
    const budget = { dailyLimit: 2 };
    const twin = { ...claude, id: 'x/twin', contextLength: 1_048_576 };
    expect(effects({ budget, fallbackModels: ['x/twin'] }, [claude, twin])).toEqual({
      gains: [{ entry: 'main', what: 'budget', why: 'OpenClaw has no budgets' }],
      losses: [],
    });
  });

  it('lose what another model of the entry differs in', () => {
    expect(effects({ fallbackModels: ['x/small'] }, [claude, small]).losses).toEqual([
      {
        entry: 'main',
        what: 'images',
        why: 'OpenClaw sends images to x/small too, which takes none',
      },
      {
        entry: 'main',
        what: 'tools',
        why: 'OpenClaw sends tools to x/small too, which takes none',
      },
      {
        entry: 'main',
        what: 'context',
        why: 'OpenClaw sends up to 1,000,000 tokens to x/small too, which takes 32,000 tokens',
      },
    ]);
    const reversed = { defaultModel: 'x/small', complexModel: claude.id };
    expect(effects(reversed, [claude, small]).losses.map(({ why }) => why)).toEqual([
      `OpenClaw sends no images to ${claude.id}, which takes them`,
      `OpenClaw sends no tools to ${claude.id}, which takes them`,
      `OpenClaw sends at most 32,000 tokens to ${claude.id}, which takes 1,000,000 tokens`,
    ]);
  });

  it('lose the capabilities of a model that no list has, and are unknown without a list', () => {
    const mine = { defaultModel: '@preset/mine' };
    expect(effects(mine, [claude]).losses).toMatchObject([{ entry: 'main', what: 'capabilities' }]);
    expect(effects(mine, []).losses).toEqual([]);
  });

  it('lose no context where the list does not say how much a model takes', () => {
    const unknown = { ...claude, id: 'x/unknown', contextLength: null };
    expect(effects({ fallbackModels: ['x/unknown'] }, [claude, unknown]).losses).toEqual([]);
    const reversed = { defaultModel: 'x/unknown', fallbackModels: [claude.id] };
    expect(effects(reversed, [claude, unknown]).losses).toEqual([]);
  });

  it('lose that a model does not think by default, unless a level is set or it always thinks', () => {
    const lost = (entry: object, models = [claude]) =>
      effects(entry, models, {}).losses.map(({ what }) => what);
    expect(lost({})).toEqual(['thinking']);
    expect(lost({ parameters: { reasoning: { effort: 'low' } } })).toEqual([]);
    expect(lost({ defaultModel: 'x/small' }, [small])).toEqual([]);
    expect(
      lost({}, [{ ...claude, reasoning: { mandatory: true, efforts: null, takesTokens: false } }]),
    ).toEqual([]);
  });
});

const thinkingOff = { agents: { defaults: { thinkingDefault: 'off' } } };

function effects(entry: object, models: readonly Model[], config: unknown = thinkingOff) {
  const main = { provider: 'openrouter', defaultModel: claude.id, ...entry };
  const setup = parseSetup(JSON.stringify({ models: { main } }), 'setup.json5');
  const [first] = setup.entries;
  if (first === undefined) throw new Error('no entry');
  return gatewayEffects(setup, first, { models, keepsPrices: false }, config);
}
