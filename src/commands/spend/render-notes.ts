import Big from 'big.js';
import { formatUsd } from '../../platform/money.ts';
import type { LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { cacheLines } from '../../spend/report.ts';
import { localTime, utcTime } from '../../spend/time.ts';
import { wrap } from '../../terminal/table.ts';
import { cleanText } from '../../text/terminal.ts';
import type { Canvas } from './render-charts.ts';
import type { SpendResult } from './run.ts';

/** The forecast, then, dimmed, how the sources differ and which were not read. */
export function renderNotes(result: SpendResult, { style, columns }: Canvas): string[] {
  const paragraph = (line: string, paint = (text: string) => text) =>
    wrap(cleanText(line), columns, 2)
      .split('\n')
      .map((part) => `  ${paint(part.trim())}`);
  return [
    ...forecastLines(result).flatMap((line) => paragraph(line)),
    ...cacheLines(result.report).flatMap((line) => paragraph(line)),
    ...sourceNotes(result).flatMap((line) => paragraph(line, style.dim)),
  ];
}

/** The forecast at the current rate; empty if unknown. */
export function forecastLines(result: SpendResult): string[] {
  const { forecast, creditsLeft } = result.report;
  const parts = [
    ...limitsReached(result),
    ...(forecast.monthEndUsd === null
      ? []
      : [`the month ends at ${formatUsd(forecast.monthEndUsd)}`]),
  ];
  const rate = parts.length === 0 ? [] : [`At this rate ${parts.join(', ')}`];
  if (forecast.basis !== null) rate.push(basisLine(forecast.basis, forecast.dayEndUsd !== null));
  if (creditsLeft !== null) rate.push(creditLine(creditsLeft, forecast.daysLeft));
  return rate;
}

function basisLine(
  { of, days, usdPerDay }: NonNullable<SpendReport['forecast']['basis']>,
  withToday: boolean,
): string {
  const span = days < 1 ? `${(days * 24).toFixed(1)} hours` : `${days.toFixed(1)} days`;
  return `Based on ${withToday ? 'today so far and ' : ''}the ${of} so far (${span} at ${formatUsd(usdPerDay)} a day)`;
}

function limitsReached(result: SpendResult): string[] {
  const { overall, entries } = result.report;
  const line = (name: string, use: LimitUse) =>
    use.reachedAt === null ? [] : [`${name} is reached at ${clockTimes(use.reachedAt, result)}`];
  if (overall !== null && (overall.day.limit ?? overall.month.limit) !== null) {
    return [...line('the daily limit', overall.day), ...line('the monthly limit', overall.month)];
  }
  return entries.flatMap(({ entry, day, month }) => [
    ...line(`the daily limit of ${entry}`, day),
    ...line(`the monthly limit of ${entry}`, month),
  ]);
}

/** E.g. `16:40 (UTC; 17:40 in Berlin)`. */
function clockTimes(at: Date, { report, zone }: SpendResult): string {
  const local = localTime(at, report.facts.now, zone);
  return `${utcTime(at, report.facts.now)} (UTC${local === null ? '' : `; ${local}`})`;
}

function creditLine(left: string, days: number | null): string {
  if (left.startsWith('-')) return `The account is overdrawn by ${formatUsd(left.slice(1))}`;
  const lasts = days === null ? '' : `, enough for ${days} days at this rate`;
  return `Credit left in the account: ${formatUsd(left)}${lasts}`;
}

/** How the sources differ, and which were not read. */
export function sourceNotes({ report, check }: SpendResult): string[] {
  const hasBudget = report.entries.some(({ status }) => status !== 'unlimited');
  return [
    ...(hasBudget ? [] : [`No budget is set${check ? ': --check has nothing to compare' : ''}`]),
    ...differenceLines(report),
    ...estimateLines(report),
    ...byokLines(report),
    ...sharingLines(report),
    ...unreadLines(report),
  ];
}

/** How much of what the keys were charged, by OpenRouter and by providers, is recorded in the ledger. */
function differenceLines({ usage, byok }: SpendReport): string[] {
  const { keysUsd, ledgerUsd } = usage.month;
  if (ledgerUsd === null) return [];
  if (keysUsd === null) return ['From the ledger only: spending by other programs is not included'];
  const unrecorded = new Big(keysUsd).plus(byok?.usd ?? 0).minus(ledgerUsd);
  if (unrecorded.eq(0)) return ['The ledger recorded all of this month'];
  if (unrecorded.lt(0)) {
    const more = formatUsd(unrecorded.abs().toFixed());
    return [
      `The ledger recorded ${more} more this month: another key was used, or OpenRouter is still counting`,
    ];
  }
  const recorded = `The ledger recorded ${formatUsd(ledgerUsd)} of this month`;
  return [`${recorded}; ${formatUsd(unrecorded.toFixed())} was spent by other programs`];
}

function estimateLines({ usage }: SpendReport): string[] {
  const amounts = [
    ['today', usage.day.estimatedUsd],
    ['this month', usage.month.estimatedUsd],
  ].flatMap(([when, usd]) => (usd == null || usd === '0' ? [] : [`${formatUsd(usd)} ${when}`]));
  if (amounts.length === 0) return [];
  return [
    `Estimated in the ledger: ${amounts.join(', ')}. Requests whose cost OpenRouter did not state count at their maximum cost`,
  ];
}

function byokLines({ byok }: SpendReport): string[] {
  if (byok === null || new Big(byok.usd).lte(0)) return [];
  return [
    `Providers charged ${formatUsd(byok.usd)} this month to keys of your own (BYOK), which is not in the amounts that OpenRouter charged`,
  ];
}

function sharingLines({ entries }: SpendReport): string[] {
  const shared = entries.some(({ status, sharesKeyWith }) => {
    return status !== 'unlimited' && sharesKeyWith.length > 0;
  });
  return shared
    ? ['Some entries share a key: spending that the ledger did not record counts for each of them']
    : [];
}

function unreadLines({ facts }: SpendReport): string[] {
  const reasons = new Map<string, string[]>();
  const sources = { credits: facts.credits, activity: facts.activity, ledger: facts.ledger };
  for (const [name, read] of Object.entries(sources)) {
    if (!read.ok) reasons.set(read.reason, [...(reasons.get(read.reason) ?? []), name]);
  }
  return [
    ...[...reasons].map(([reason, names]) => unreadLine(names.join(' and '), reason)),
    ...unreadKeyLines({ facts }),
  ];
}

export function unreadKeyLines({ facts }: Pick<SpendReport, 'facts'>): string[] {
  return facts.keys.flatMap(({ info, entries }) =>
    info.ok ? [] : [unreadLine(`the key of ${entries.join(', ')}`, info.reason)],
  );
}

function unreadLine(what: string, reason: string): string {
  return `Not read: ${what} (${reason})`;
}
