import { expect, it } from 'vitest';
import { spendDocument } from '../../../src/commands/spend/document.ts';
import { dailyRowsOf } from '../../../src/spend/ledger.ts';
import { cacheLines, spendReport } from '../../../src/spend/report.ts';
import { factsWith } from '../../spend/facts.ts';
import { ledgerRow } from '../../spend/ledger-row.ts';

function resultWith(savedUsd: string) {
  const cache = { cachedTokens: 9_000, writtenTokens: 500, savedUsd };
  const at = new Date('2026-11-20T12:00:00Z');
  const lastMonth = new Date('2026-10-20T12:00:00Z');
  const value = dailyRowsOf([
    ledgerRow({ at, promptTokens: 12_000, cache }),
    ledgerRow({ at: lastMonth, promptTokens: 12_000, cache }),
  ]);
  const report = spendReport(factsWith({ ledger: { ok: true, value } }));
  return { ok: true, report, by: undefined, check: false, zone: 'UTC' };
}

it('spend shows what caching saved this month', () => {
  const result = resultWith('0.0243');
  expect(cacheLines(result.report)).toEqual([
    'Prompt caching this month: 9,000 of 12,000 prompt tokens (75 %) came from a cache, which saved $0.0243',
  ]);
  expect(spendDocument(result).cache).toEqual({
    cachedTokens: 9_000,
    writtenTokens: 500,
    promptTokens: 12_000,
    savedUsd: '0.0243',
  });
});

it('spend shows that writing cost more than reading saved, and nothing without a cache', () => {
  expect(cacheLines(resultWith('-0.5').report)[0]).toContain('writing it has cost $0.50 more');
  const report = spendReport(factsWith());
  expect(cacheLines(report)).toEqual([]);
  expect(report.cache).toBeNull();
});
