import { describe, expect, it } from 'vitest';
import { spendDocument } from '../../../src/commands/spend/document.ts';
import { spendReport } from '../../../src/spend/report.ts';
import type { SpendFacts } from '../../../src/spend/usage.ts';
import { channelsOf, entryOf, factsWith, keyOf, ledgerOf } from '../../spend/facts.ts';

const facts = factsWith({
  entries: [entryOf('openrouter', '2', '30')],
  keys: [
    keyOf(['openrouter'], {
      usageDaily: '1.71',
      usageWeekly: '5',
      usageMonthly: '14.2',
      limit: '20',
      limitRemaining: '17',
      limitReset: 'monthly',
      byokUsageMonthly: '3.5',
    }),
  ],
  ledger: ledgerOf({ usd: '0.12', requests: 2 }),
  channels: channelsOf({ usd: '0.02' }),
  days: 1,
});

describe('the document', () => {
  it('has the shape that scripts rely on', () => {
    expect(documentOf(facts)).toMatchObject({
      ok: true,
      status: 'alert',
      today: { usd: '1.71', limit: '2', ratio: 0.855 },
      month: { usd: '14.2', limit: '30', ratio: 0.4733 },
      week: { usd: '5' },
      key: { label: 'sk-or-v1-abc...def', limit: '20', remaining: '17', reset: 'monthly' },
      credits: null,
      forecast: { daysLeft: null },
      byok: { usd: '3.5' },
      byDay: [{ day: '2026-11-22', usd: '0.12' }],
      byModel: [{ model: 'openai/gpt-4o', usd: '0.12' }],
      byChannel: [
        { channel: null, usd: '0.1' },
        { channel: 'telegram', usd: '0.02' },
      ],
      byEntry: [{ entry: 'openrouter', usd: '0.12' }],
    });
  });

  it('says when a limit is reached in UTC, and for which window', () => {
    expect(documentOf(facts).today).toMatchObject({
      from: '2026-11-22T00:00:00.000Z',
      until: '2026-11-23T00:00:00.000Z',
      reachedAt: expect.stringMatching(/^2026-11-22T14:02:/),
    });
  });

  it('names every source, what it covers and why it was not read', () => {
    const { sources } = documentOf(facts);
    expect(Object.keys(sources)).toEqual(['key', 'byok', 'credits', 'activity', 'ledger']);
    expect(sources.credits).toMatchObject({ read: false, reason: 'not asked' });
    expect(sources.ledger).toMatchObject({ read: true, reason: null });
    expect(sources.byok).toMatchObject({ read: true, reason: null });
    expect(Object.values(sources).every(({ covers }) => covers.length > 10)).toBe(true);
  });

  it('names what OpenRouter does not report about keys of one’s own', () => {
    const { byok, sources } = documentOf({ ...facts, keys: [keyOf(['openrouter'])] });
    expect(byok).toBeNull();
    expect(sources.key.read).toBe(true);
    expect(sources.byok).toMatchObject({ read: false, reason: 'OpenRouter did not report it' });
  });

  it('has null for everything unknown', () => {
    const unknown = documentOf(factsWith());
    expect(unknown).toMatchObject({
      status: 'unlimited',
      today: { usd: null, limit: null, ratio: null },
      week: { usd: null },
      key: null,
      credits: null,
      forecast: { monthEndUsd: null, daysLeft: null },
      byok: null,
      byDay: null,
      byModel: null,
      byChannel: null,
      byEntry: null,
    });
    expect(unknown.sources.byok).toMatchObject({ read: false, reason: 'skipped by --offline' });
    expect(unknown.sources.key.read).toBe(false);
  });

  it('survives JSON unchanged: no Big, no Date, no undefined', () => {
    const document = documentOf(facts);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

function documentOf(given: SpendFacts) {
  const report = spendReport(given);
  return spendDocument({ ok: true, report, by: undefined, check: false, zone: 'UTC' });
}
