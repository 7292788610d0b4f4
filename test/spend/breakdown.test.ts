import { describe, expect, it } from 'vitest';
import type { ActivityRow } from '../../src/openrouter/account.ts';
import {
  modelSpan,
  mostExpensiveFirst,
  spendByChannel,
  spendByDay,
  spendByEntry,
  spendByModel,
  totalOf,
  totalsBy,
} from '../../src/spend/breakdown.ts';
import { channelsOf, dailyRow, factsWith, keyOf, ledgerOf } from './facts.ts';

function activityOf(...rows: readonly Partial<ActivityRow>[]) {
  const common: ActivityRow = {
    date: '2026-11-21',
    model: 'openai/gpt-4o',
    provider: 'OpenAI',
    usd: '1',
    requests: 2,
    promptTokens: 10,
    completionTokens: 5,
  };
  return { ok: true, value: rows.map((row) => ({ ...common, ...row })) } as const;
}

describe('spend by day', () => {
  it('takes completed days from the activity and today from the keys', () => {
    const facts = factsWith({
      days: 3,
      activity: activityOf({ usd: '1' }, { usd: '0.25', model: 'x/y' }, { date: '2026-11-19' }),
      keys: [keyOf(['a'], { usageDaily: '0.75' })],
      ledger: ledgerOf({ usd: '99' }),
    });
    expect(spendByDay(facts)).toEqual([
      { day: '2026-11-20', usd: '0', requests: 0, source: 'activity' },
      { day: '2026-11-21', usd: '1.25', requests: 4, source: 'activity' },
      { day: '2026-11-22', usd: '0.75', requests: null, source: 'key' },
    ]);
  });

  it('leaves out days that the activity no longer covers', () => {
    const days = spendByDay(factsWith({ days: 90, activity: activityOf(), keys: [keyOf(['a'])] }));
    expect(days?.length).toBe(31);
    expect(days?.[0]?.day).toBe('2026-10-23');
  });

  it('falls back to the ledger where the activity was not read', () => {
    const ledger = ledgerOf({ day: '2026-11-21', usd: '0.1' }, { usd: '0.2' }, { usd: '0.3' });
    expect(spendByDay(factsWith({ days: 2, ledger }))).toEqual([
      { day: '2026-11-21', usd: '0.1', requests: 1, source: 'ledger' },
      { day: '2026-11-22', usd: '0.5', requests: 2, source: 'ledger' },
    ]);
  });

  it('is unknown where neither was read', () => {
    expect(spendByDay(factsWith())).toBeNull();
    expect(spendByModel(factsWith())).toBeNull();
  });
});

describe('spend by model', () => {
  it('sums each model over the requested days, the most expensive first', () => {
    const facts = factsWith({
      days: 7,
      ledger: ledgerOf(
        { model: 'cheap/one', usd: '9' },
        { model: 'dear/one', usd: '6' },
        { model: 'dear/one', usd: '6', day: '2026-11-16' },
        { model: 'dear/one', usd: '6', day: '2026-11-15' },
      ),
    });
    const rows = spendByModel(facts)?.map(({ model, usd, requests }) => [model, usd, requests]);
    expect(rows).toEqual([
      ['dear/one', '12', 2],
      ['cheap/one', '9', 1],
    ]);
  });

  it('takes only completed days from the activity, and today from the ledger', () => {
    const given = { activity: activityOf(), ledger: ledgerOf({ usd: '5' }) };
    expect(modelSpan(factsWith({ ...given, days: 3 }))).toEqual({
      source: 'activity',
      days: ['2026-11-20', '2026-11-21'],
    });
    expect(modelSpan(factsWith({ ...given, days: 90 }))?.days).toHaveLength(30);
    const today = factsWith({ ...given, days: 1 });
    expect(modelSpan(today)).toEqual({ source: 'ledger', days: ['2026-11-22'] });
    expect(spendByModel(today)).toMatchObject([{ usd: '5', source: 'ledger' }]);
    expect(spendByModel(factsWith({ activity: activityOf(), days: 1 }))).toBeNull();
  });

  it('prefers the activity and never adds the ledger to it', () => {
    const facts = factsWith({ activity: activityOf({ usd: '3' }), ledger: ledgerOf({ usd: '5' }) });
    expect(spendByModel(facts)).toMatchObject([{ usd: '3', source: 'activity' }]);
  });
});

describe('spend by entry', () => {
  it('is what the ledger recorded in the requested days, the most expensive first', () => {
    const ledger = ledgerOf(
      { entry: 'a', usd: '0.1' },
      { entry: 'b', usd: '0.3' },
      { entry: 'a', usd: '0.1', model: 'x/y', day: '2026-11-21' },
      { entry: 'a', usd: '9', day: '2026-11-20' },
    );
    const tokens = { promptTokens: 10, completionTokens: 5 };
    const activity = activityOf({ usd: '99' });
    expect(spendByEntry(factsWith({ days: 2, ledger, activity }))).toEqual([
      { entry: 'b', usd: '0.3', requests: 1, ...tokens, source: 'ledger' },
      {
        entry: 'a',
        usd: '0.2',
        requests: 2,
        promptTokens: 20,
        completionTokens: 10,
        source: 'ledger',
      },
    ]);
  });

  it('is unknown without the ledger', () => {
    expect(spendByEntry(factsWith({ activity: activityOf({}) }))).toBeNull();
  });
});

describe('spend by channel', () => {
  const ledger = ledgerOf(
    { usd: '0.5', requests: 5, promptTokens: 50, completionTokens: 25 },
    { usd: '0.25', entry: 'other', day: '2026-11-21' },
    { usd: '9', day: '2026-11-20' },
  );

  it('adds up each channel over its entries, and has the rest without a channel', () => {
    const channels = channelsOf(
      { usd: '0.1' },
      { usd: '0.05', entry: 'other', day: '2026-11-21' },
      { usd: '0.2', channel: 'slack' },
      { usd: '7', day: '2026-11-20' },
    );
    expect(spendByChannel(factsWith({ days: 2, ledger, channels }))).toEqual([
      ...[
        { channel: null, usd: '0.4', requests: 3, promptTokens: 30, completionTokens: 15 },
        { channel: 'slack', usd: '0.2', requests: 1, promptTokens: 10, completionTokens: 5 },
        { channel: 'telegram', usd: '0.15', requests: 2, promptTokens: 20, completionTokens: 10 },
      ].map((row) => ({ ...row, source: 'ledger' })),
    ]);
  });

  it('has only channels where every request came from one', () => {
    const facts = factsWith({ days: 1, ledger: ledgerOf({}), channels: channelsOf({}) });
    expect(spendByChannel(facts)).toMatchObject([{ channel: 'telegram', usd: '0.5' }]);
  });

  it('is without a channel for what was recorded before channels were', () => {
    const rows = spendByChannel(factsWith({ days: 1, ledger, channels: channelsOf() }));
    expect(rows).toMatchObject([{ channel: null, usd: '0.5', requests: 5 }]);
  });

  it('is unknown without the ledger', () => {
    expect(spendByChannel(factsWith({ activity: activityOf({}) }))).toBeNull();
  });
});

describe('totals', () => {
  it('add up money exactly, and counts', () => {
    const rows = [dailyRow({ usd: '0.1' }), dailyRow({ usd: '0.2', requests: 4 })];
    expect(totalOf(rows)).toEqual({
      usd: '0.3',
      requests: 5,
      promptTokens: 20,
      completionTokens: 10,
    });
  });

  it('are kept in order of first appearance', () => {
    const rows = ['b', 'a', 'b'].map((model) => dailyRow({ model }));
    const totals = totalsBy(rows, ({ model }) => model);
    expect(totals.map(({ name, usd }) => [name, usd])).toEqual([
      ['b', '1'],
      ['a', '0.5'],
    ]);
  });

  it('are sorted by amount as numbers, then by name', () => {
    const rows = [
      { name: 'c', usd: '9' },
      { name: 'b', usd: '10' },
      { name: 'a', usd: '9.0' },
    ];
    expect(mostExpensiveFirst(rows).map(({ name }) => name)).toEqual(['b', 'a', 'c']);
  });
});
