import { describe, expect, it } from 'vitest';
import { createActivity, linkName } from '../../src/gateway/activity.ts';
import { requestEvent } from './event.ts';

const now = new Date('2026-11-22T12:00:00Z');
const activity = () => createActivity({ now: () => now });
const down = requestEvent({
  role: 'fallback1',
  model: 'c/d',
  failed: [{ model: 'a/b', outcome: 'unavailable' }],
});

describe('recent requests', () => {
  it('are the last 100, in order, each once', () => {
    const { observe, since, count } = activity();
    for (let i = 1; i <= 10_000; i += 1) observe(requestEvent({ totalMs: i }));
    expect(count()).toBe(10_000);
    expect(since(0).map(({ event }) => event.totalMs)).toEqual(
      Array.from({ length: 100 }, (_, i) => 9_901 + i),
    );
    expect(since(9_998).map(({ number }) => number)).toEqual([9_999, 10_000]);
    expect(since(10_000)).toEqual([]);
  });

  it('are all in the sums, also those that are no longer kept', () => {
    const { observe, totals } = activity();
    for (let i = 0; i < 1_050; i += 1) observe(requestEvent({ channel: 'a', costUsd: '0.1' }));
    observe(requestEvent({ channel: 'a', outcome: 'timeout', costUsd: null }));
    expect(totals().channels.get('a')).toEqual({ requests: 1_051, failed: 1, usd: '105' });
  });

  it('name any number of models, of which the latest 500 are known', () => {
    const { observe, totals } = activity();
    for (let i = 0; i < 2_000; i += 1) observe(requestEvent({ model: `m/${i}` }));
    observe(requestEvent());
    const { links } = totals();
    expect(links.size).toBe(500);
    expect(links.get(linkName('main', 'a/b'))).toEqual({ outcome: 'ok', at: now });
    expect(links.has(linkName('main', 'm/0'))).toBe(false);
  });
});

describe('a request that ended with something else after its model had failed', () => {
  const failed = [{ model: 'a/b', outcome: 'timeout' }] as const;

  it.each(['budget_exceeded', 'not_found'])('%s is not the outcome of the model', (outcome) => {
    const { observe, totals } = activity();
    observe(requestEvent({ failed, outcome }));
    const { links, outage } = totals();
    expect(links.get(linkName('main', 'a/b'))).toEqual({ outcome: 'timeout', at: now });
    expect(outage).toMatchObject({ model: 'a/b', outcome: 'timeout', tookOver: null });
  });

  it('cancelled says nothing about a model that was still answering', () => {
    const { observe, totals } = activity();
    observe(requestEvent({ outcome: 'cancelled' }));
    expect(totals()).toMatchObject({ links: new Map(), outage: null });
  });
});

describe('an outage', () => {
  it('counts its requests, names what took over, and ends with an answer of the model', () => {
    const { observe, totals } = activity();
    observe(down);
    observe(down);
    expect(totals().outage).toMatchObject({
      model: 'a/b',
      outcome: 'unavailable',
      tookOver: 'c/d',
      requests: 2,
      over: null,
    });
    observe(requestEvent());
    expect(totals().outage).toMatchObject({ requests: 2, over: now });
    observe(down);
    expect(totals().outage).toMatchObject({ requests: 1, over: null });
  });

  it('goes on when another entry answers', () => {
    const { observe, totals } = activity();
    observe(down);
    observe(requestEvent({ entry: 'other' }));
    expect(totals().outage?.over).toBeNull();
  });

  it.each([
    ['a request that is refused', requestEvent({ outcome: 'bad_request' })],
    ['a budget', requestEvent({ outcome: 'budget_exceeded', role: null, model: null })],
    ['an unknown path', requestEvent({ outcome: 'not_found', role: null, model: '/nothing' })],
  ])('is not %s', (_name, event) => {
    const { observe, totals } = activity();
    observe(event);
    expect(totals().outage).toBeNull();
  });
});
