import type { KeyUse, Read, SpendFacts } from '../../spend/facts.ts';
import type { BudgetUse, EntryUse, LimitUse } from '../../spend/limits.ts';
import type { WindowUsage } from '../../spend/usage.ts';
import type { SpendResult } from './run.ts';
import { covers } from './words.ts';

/**
 * The document of `spend --json`. Money is exact decimal strings in USD, `ratio` a number rounded down to four
 * decimals, times are ISO 8601 in UTC; what could not be read is null and `sources` says why.
 */
export function spendDocument({ ok, report }: SpendResult) {
  const { facts, usage, overall, forecast } = report;
  return {
    ok,
    status: report.status,
    at: facts.now.toISOString(),
    today: windowDocument(usage.day, overall?.day),
    week: windowDocument(usage.week, undefined),
    month: windowDocument(usage.month, overall?.month),
    alertThreshold: overall?.alertThreshold ?? null,
    entries: report.entries.map(entryDocument),
    key: facts.keys[0] === undefined ? null : keyDocument(facts.keys[0]),
    keys: facts.keys.map(keyDocument),
    credits: report.creditsLeft === null ? null : creditsDocument(facts, report.creditsLeft),
    forecast,
    byDay: report.byDay,
    byModel: report.byModel,
    sources: sourcesDocument(facts),
  };
}

function windowDocument(usage: WindowUsage, use: LimitUse | undefined) {
  const { usd, keysUsd, ledgerUsd, estimatedUsd, window } = usage;
  return {
    usd,
    limit: use?.limit ?? null,
    ratio: ratioNumber(use),
    reachedAt: use?.reachedAt?.toISOString() ?? null,
    from: window.start.toISOString(),
    until: window.end.toISOString(),
    keysUsd,
    ledgerUsd,
    estimatedUsd,
  };
}

function entryDocument({ entry, sharesKeyWith, ...use }: EntryUse) {
  return { entry, status: use.status, sharesKeyWith, ...limitsDocument(use) };
}

function limitsDocument({ alertThreshold, day, month }: BudgetUse) {
  return { alertThreshold, today: limitDocument(day), month: limitDocument(month) };
}

function limitDocument(use: LimitUse) {
  const { usd, limit, status, reachedAt } = use;
  return {
    usd,
    limit,
    ratio: ratioNumber(use),
    status,
    reachedAt: reachedAt?.toISOString() ?? null,
  };
}

function ratioNumber(use: LimitUse | undefined): number | null {
  const ratio = use?.ratio ?? null;
  return ratio === null ? null : Number(ratio);
}

function keyDocument({ prefix, where, entries, info }: KeyUse) {
  const said = info.ok ? info.value : null;
  return {
    label: said?.label ?? null,
    limit: said?.limit ?? null,
    remaining: said?.limitRemaining ?? null,
    reset: said?.limitReset ?? null,
    prefix,
    where,
    entries,
  };
}

function creditsDocument({ credits }: SpendFacts, left: string) {
  const said = credits.ok ? credits.value : null;
  return { left, bought: said?.totalCredits ?? null, used: said?.totalUsage ?? null };
}

/** What was read, what it covers, and why the rest was not. */
export function sourcesDocument(facts: SpendFacts) {
  return {
    key: { covers: covers.key, ...keysRead(facts.keys) },
    credits: { covers: covers.credits, ...wasRead(facts.credits) },
    activity: { covers: covers.activity, ...wasRead(facts.activity) },
    ledger: { covers: covers.ledger, ...wasRead(facts.ledger) },
  };
}

function keysRead(keys: readonly KeyUse[]) {
  const reasons = keys.flatMap(({ info }) => (info.ok ? [] : [info.reason]));
  if (keys.length > 0 && reasons.length === 0) return { read: true, reason: null };
  return { read: false, reason: reasons.join('; ') || '--offline asks nobody' };
}

function wasRead(read: Read<unknown>) {
  return read.ok ? { read: true, reason: null } : { read: false, reason: read.reason };
}
