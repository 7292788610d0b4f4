import type { BudgetUse, EntryUse, LimitUse } from '../../spend/limits.ts';
import {
  byokRead,
  type KeyUse,
  type Read,
  type SpendFacts,
  type WindowUsage,
} from '../../spend/usage.ts';
import type { SpendResult } from './run.ts';

/**
 * The JSON of `spend --json`. Amounts are exact decimal strings in USD, `ratio` is rounded down to four decimals, times
 * are ISO 8601 in UTC. What could not be read is null, and `sources` has the reason.
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
    cache: report.cache,
    byok: report.byok,
    byDay: report.byDay,
    byModel: report.byModel,
    byChannel: report.byChannel,
    byEntry: report.byEntry,
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
  const known = info.ok ? info.value : null;
  return {
    label: known?.label ?? null,
    limit: known?.limit ?? null,
    remaining: known?.limitRemaining ?? null,
    reset: known?.limitReset ?? null,
    prefix,
    where,
    entries,
  };
}

function creditsDocument({ credits }: SpendFacts, left: string) {
  const known = credits.ok ? credits.value : null;
  return { left, bought: known?.totalCredits ?? null, used: known?.totalUsage ?? null };
}

/** What each source covers, and why it was not read if it was not. */
export function sourcesDocument(facts: SpendFacts) {
  return {
    key: { covers: covers.key, ...keysRead(facts.keys.map(({ info }) => info)) },
    byok: { covers: covers.byok, ...keysRead(facts.keys.map(byokRead)) },
    credits: { covers: covers.credits, ...wasRead(facts.credits) },
    activity: { covers: covers.activity, ...wasRead(facts.activity) },
    ledger: { covers: covers.ledger, ...wasRead(facts.ledger) },
  };
}

/** `reads` has one for each key; none with `--offline`. */
function keysRead(reads: readonly Read<unknown>[]) {
  const reasons = new Set(reads.flatMap((read) => (read.ok ? [] : [read.reason])));
  if (reads.length > 0 && reasons.size === 0) return { read: true, reason: null };
  return { read: false, reason: [...reasons].join('; ') || 'skipped by --offline' };
}

function wasRead(read: Read<unknown>) {
  return read.ok ? { read: true, reason: null } : { read: false, reason: read.reason };
}

const covers = {
  key: 'everything the keys were charged in this UTC day, week and month, by any program',
  byok: "what providers charged to keys of one's own for requests with these keys, in this UTC month",
  credits: 'what the account bought and used, over all its keys',
  activity: 'the last 30 completed UTC days of the account, over all its keys',
  ledger: 'the requests that this tool sent',
} as const;
