import { describe, expect, it } from 'vitest';
import { entryUsd, usageOf } from '../../src/spend/usage.ts';
import { entryOf, factsWith, keyOf, ledgerOf } from './facts.ts';

describe('what was spent in a window', () => {
  it('is the sum of all keys, each counted once', () => {
    const keys = [keyOf(['a', 'b'], { usageDaily: '0.1' }), keyOf(['c'], { usageDaily: '0.2' })];
    expect(usageOf(factsWith({ keys }), 'day').usd).toBe('0.3');
  });

  it('never includes the ledger', () => {
    const keys = [keyOf(['a'], { usageMonthly: '3' })];
    const usage = usageOf(factsWith({ keys, ledger: ledgerOf({ entry: 'a', usd: '2' }) }), 'month');
    expect(usage).toMatchObject({ usd: '3', keysUsd: '3', ledgerUsd: '2' });
  });

  it('comes from the ledger where no key was read, and is unknown without either', () => {
    expect(usageOf(factsWith({ ledger: ledgerOf({ usd: '0.7' }) }), 'day').usd).toBe('0.7');
    expect(usageOf(factsWith(), 'day').usd).toBeNull();
  });

  it('covers the UTC day, the week from Monday and the month', () => {
    const days = ['2026-10-31', '2026-11-01', '2026-11-15', '2026-11-16', '2026-11-22'];
    const ledger = ledgerOf(...days.map((day) => ({ day, usd: '1' })));
    const facts = factsWith({ ledger });
    expect(usageOf(facts, 'day').ledgerUsd).toBe('1');
    expect(usageOf(facts, 'week').ledgerUsd).toBe('2');
    expect(usageOf(facts, 'month').ledgerUsd).toBe('4');
  });

  it('resets at midnight UTC', () => {
    const ledger = ledgerOf({ day: '2026-11-30', usd: '1' });
    const before = factsWith({ ledger, now: new Date('2026-11-30T23:59:59.999Z') });
    const after = factsWith({ ledger, now: new Date('2026-12-01T00:00:00Z') });
    expect(usageOf(before, 'month').usd).toBe('1');
    expect(usageOf(after, 'month').usd).toBe('0');
    expect(usageOf(after, 'week').usd).toBe('1');
  });
});

describe('what an entry may have spent', () => {
  const entries = [entryOf('a'), entryOf('b')];
  const keys = [keyOf(['a', 'b'], { usageDaily: '2' })];

  it('is everything its key was charged when the ledger is empty', () => {
    const facts = factsWith({ entries, keys });
    expect(entryUsd(facts, 'a', 'day')).toBe('2');
    expect(entryUsd(facts, 'b', 'day')).toBe('2');
  });

  it('leaves out what the ledger recorded for other entries with the key', () => {
    const ledger = ledgerOf({ entry: 'a', usd: '0.3' }, { entry: 'b', usd: '1.2' });
    const facts = factsWith({ entries, keys, ledger });
    expect(entryUsd(facts, 'a', 'day')).toBe('0.8');
    expect(entryUsd(facts, 'b', 'day')).toBe('1.7');
  });

  it('includes estimates of the other entries', () => {
    const ledger = ledgerOf({ entry: 'b', usd: '1.2', estimatedUsd: '1' });
    expect(entryUsd(factsWith({ entries, keys, ledger }), 'a', 'day')).toBe('1.8');
  });

  it('is never less than what the ledger saw of it', () => {
    const ledger = ledgerOf({ entry: 'a', usd: '2.5' });
    expect(entryUsd(factsWith({ entries, keys, ledger }), 'a', 'day')).toBe('2.5');
    expect(entryUsd(factsWith({ entries, keys, ledger }), 'b', 'day')).toBe('0');
  });

  it('ignores other keys and removed entries', () => {
    const two = [keyOf(['a'], { usageDaily: '1' }), keyOf(['b'], { usageDaily: '5' })];
    const ledger = ledgerOf({ entry: 'b', usd: '0.5' }, { entry: 'gone', usd: '9' });
    expect(entryUsd(factsWith({ entries, keys: two, ledger }), 'a', 'day')).toBe('1');
  });

  it('is what the ledger saw of it offline, and unknown without a ledger', () => {
    const ledger = ledgerOf({ entry: 'a', usd: '0.4' });
    expect(entryUsd(factsWith({ entries, ledger }), 'a', 'day')).toBe('0.4');
    expect(entryUsd(factsWith({ entries }), 'a', 'day')).toBeNull();
  });
});
