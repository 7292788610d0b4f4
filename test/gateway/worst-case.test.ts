import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  costOfTokens,
  estimatePromptTokens,
  pricedModel as reckon,
  worstCase,
} from '../../src/gateway/worst-case.ts';
import { pricedModel as listed } from './start.ts';

const priced = (prompt: string, completion: string) => reckon(listed('a/b', prompt, completion));
const model = priced('0.000001', '0.00001');
const body = (more: object = {}) => ({
  messages: [{ role: 'user', content: 'x'.repeat(300) }],
  ...more,
});

describe('the worst case', () => {
  it('is the prompt and every token that may be written, exactly', () => {
    const worst = worstCase(model, 'a/b', body({ max_tokens: 100 }));
    if ('unpriced' in worst) throw new Error(worst.unpriced);
    expect(worst.maxTokens).toBe(100);
    expect(worst.promptTokens).toBeGreaterThanOrEqual(100);
    expect(worst.usd).toBe(costOfTokens(model, worst.promptTokens, 100));
  });

  it.each([
    ['all that the model can write without a limit', {}, 1000],
    ['no more than the model can write', { max_tokens: 9_999_999 }, 1000],
    ['the newer name of the limit', { max_completion_tokens: 7 }, 7],
    ['the larger of both names', { max_tokens: 1, max_completion_tokens: 7 }, 7],
    ['every choice asked for', { max_tokens: 10, n: 3 }, 30],
    ['all where the limit is nonsense', { max_tokens: -5 }, 1000],
  ])('counts %s', (_, more, maxTokens) => {
    expect(worstCase(model, 'a/b', body(more))).toMatchObject({ maxTokens });
  });

  it('takes what is left of the context where the model has no limit of its own', () => {
    const worst = worstCase({ ...model, maxCompletionTokens: null }, 'a/b', body());
    if ('unpriced' in worst) throw new Error(worst.unpriced);
    expect(worst.maxTokens + worst.promptTokens).toBe(8_000);
  });

  it.each([
    ['an id that is not listed', undefined],
    ['a price that varies', priced('-1', '-1')],
    ['a price that is no number', priced('soon', '1')],
    [
      'a model that may write without end',
      { ...model, maxCompletionTokens: null, contextLength: null },
    ],
  ])('is not known for %s', (_, found) => {
    expect(worstCase(found, 'a/b', body())).toHaveProperty('unpriced');
  });

  it.each([
    'internalReasoning',
    'audioOutput',
    'imageOutput',
    'inputCacheWrite',
    'inputCacheWrite1h',
  ])('takes what costs more than text for all of it: %s', (name) => {
    const free = listed('a/b', '0', '0');
    const dear = reckon({ ...free, pricing: { ...free.pricing, [name]: '0.001' } });
    const worst = worstCase(dear, 'a/b', body({ max_tokens: 100 }));
    if ('unpriced' in worst) throw new Error(worst.unpriced);
    const tokens = name.startsWith('inputCache') ? worst.promptTokens : 100;
    expect(Number(worst.usd)).toBeCloseTo(tokens / 1000);
  });

  it('costs nothing with a free model', () => {
    expect(worstCase(priced('0', '0'), 'a/b:free', body())).toMatchObject({
      usd: '0',
    });
  });
});

describe('the estimate of a prompt', () => {
  it('never shrinks when something is added', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (texts, more) => {
        const messages = texts.map((content) => ({ role: 'user', content }));
        const longer = [...messages, { role: 'user', content: more }];
        expect(estimatePromptTokens({ messages: longer })).toBeGreaterThanOrEqual(
          estimatePromptTokens({ messages }),
        );
      }),
    );
  });

  it('counts a picture as a picture and not as its bytes', () => {
    const url = `data:image/png;base64,${'A'.repeat(3_000_000)}`;
    const content = [{ type: 'image_url', image_url: { url } }];
    expect(estimatePromptTokens({ messages: [{ role: 'user', content }] })).toBeLessThan(3_000);
  });

  it('counts Chinese by its bytes: a character may be a token of its own', () => {
    const content = '分析'.repeat(100);
    expect(estimatePromptTokens({ messages: [{ role: 'user', content }] })).toBeGreaterThanOrEqual(
      200,
    );
  });
});
