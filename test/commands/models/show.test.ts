import { describe, expect, it } from 'vitest';
import { typicalCost } from '../../../src/catalog/prices.ts';
import { markOffers } from '../../../src/commands/models/providers.ts';
import { renderShow, type Shown, showDocument } from '../../../src/commands/models/render-show.ts';
import type { Endpoint } from '../../../src/openrouter/endpoints.ts';
import { model } from '../../catalog/sample-models.ts';

const stream = { isTty: true, color: false, unicode: true, columns: 100 };
const now = new Date('2026-11-22T12:00:00Z');

describe('markOffers', () => {
  it('sorts by the cost of a typical message and marks the cheapest and the fastest', () => {
    const offers = markOffers([
      offer('Dear', { price: '0.000003', throughput: 200 }),
      offer('Cheap', { price: '0.000001', throughput: 50 }),
    ]);
    expect(offers.map(marks)).toEqual(['Cheap cheapest', 'Dear fastest']);
  });

  it('marks no degraded offer', () => {
    const offers = markOffers([
      offer('Down', { price: '0.000001', throughput: 900, status: -2 }),
      offer('Up', { price: '0.000002', throughput: 10 }),
      offer('Other', { price: '0.000003', throughput: 20 }),
    ]);
    expect(offers.map(marks)).toEqual(['Down', 'Up cheapest', 'Other fastest']);
  });

  it('marks none of several equal offers', () => {
    const same = { price: '0.000001', throughput: null };
    expect(markOffers([offer('A', same), offer('B', same)]).map(marks)).toEqual(['A', 'B']);
  });
});

describe('the page of a model', () => {
  it('names every price there is, with its unit', () => {
    const pricing = {
      prompt: '0.000003',
      completion: '0.000015',
      inputCacheRead: '0.0000003',
      inputCacheWrite: '0.00000375',
      inputCacheWrite1h: '0.000006',
      image: '0.0048',
      imageOutput: '0.04',
      request: '0.005',
      webSearch: '0',
    };
    const page = renderShow(stream, shown({ pricing }), now);
    expect(page).toContain('$3.00 in, $15.00 out per million tokens');
    expect(page).toContain('cache read $0.30, cache write $3.75, for an hour $6.00 per million');
    expect(page).toContain('$0.0048 per image, $0.04 per image made, $0.005 per request');
    expect(page).not.toContain('web search');
  });

  it('names the prices under conditions, the discount, and what an alias stands for', () => {
    const pricing = {
      prompt: '0.000003',
      completion: '0.000015',
      discount: '0.25',
      overrides: [
        { minPromptTokens: 200_000, utcStart: null, utcEnd: null, prices: { prompt: '0.000006' } },
        { minPromptTokens: null, utcStart: 1630, utcEnd: 30, prices: { completion: '0.000001' } },
      ],
    };
    const page = renderShow(stream, shown({ pricing, aliasTarget: 'acme/two' }), now);
    expect(page).toContain('acme/two');
    expect(page).toContain('25 % off the listed price');
    expect(page).toContain('above 200k tokens: $4.50 in');
    expect(page).toContain('from 16:30 to 00:30 UTC: $0.75 out');
  });

  it('says the price of an image in tokens where the list means a token', () => {
    const pricing = { prompt: '0.0000003', completion: '0.0000025', image: '0.0000003' };
    const page = renderShow(
      stream,
      shown({ pricing: { ...pricing, imageOutput: '0.00003' } }),
      now,
    );
    expect(page).toContain('image tokens $0.30, images made $30.00 per million tokens');
    expect(page).not.toContain('per image');
  });

  it('shows "varies" and "free" in place of such prices', () => {
    expect(renderShow(stream, shown({ prompt: '-1', completion: '-1' }), now)).toContain('varies');
    expect(renderShow(stream, shown({ prompt: '0', completion: '0' }), now)).toContain('free');
  });

  it('counts the days to a retirement and names the successor', () => {
    const page = renderShow(stream, shown({ expirationDate: '2026-12-01' }), now);
    expect(page).toContain('! 2026-12-01, in 9 days → acme/successor');
  });

  it('keeps every column beside a provider with a long name', () => {
    const offers = markOffers([offer('P'.repeat(90), { price: '1', throughput: 50 })]);
    const page = renderShow(stream, { ...shown({}), providers: { offers } }, now);
    expect(page).toMatch(/provider +in .* tok\/s/);
    expect(page).toContain(`${'P'.repeat(27)}… `);
  });

  it('says that no provider serves the model', () => {
    const page = renderShow(stream, { ...shown({}), providers: { offers: [] } }, now);
    expect(page).toMatch(/\n\n {2}! No provider serves this model now\n$/);
  });

  it('says why the providers are unknown', () => {
    expect(renderShow(stream, shown({}), now)).toContain('Providers unknown: no network');
    expect(showDocument(shown({}))).toMatchObject({ providers: null, providersNote: 'no network' });
  });
});

function shown(details: Parameters<typeof model>[1]): Shown {
  const one = model('acme/one', details);
  return {
    catalog: { models: [one], source: 'live', fetchedAt: now.toISOString(), stale: false },
    model: one,
    successor: 'acme/successor',
    messagesPerDay: 100,
    typical: typicalCost(one, 100),
    providers: { unknown: 'no network' },
  };
}

interface OfferDetails {
  readonly price: string;
  readonly throughput: number | null;
  readonly status?: number;
}

function offer(providerName: string, { price, throughput, status = 0 }: OfferDetails): Endpoint {
  return {
    providerName,
    tag: null,
    name: null,
    contextLength: null,
    maxCompletionTokens: null,
    pricing: { prompt: price, completion: price },
    quantization: null,
    status,
    uptimeLast30m: null,
    uptimeLast1d: null,
    latencyMs: null,
    throughput,
    supportedParameters: [],
  };
}

function marks(one: { providerName: string; cheapest: boolean; fastest: boolean }): string {
  return [one.providerName, one.cheapest ? 'cheapest' : '', one.fastest ? 'fastest' : '']
    .filter((word) => word !== '')
    .join(' ');
}
