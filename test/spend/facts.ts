import type { KeyInfo } from '../../src/openrouter/account.ts';
import type { ChannelRow, DailyRow } from '../../src/spend/ledger.ts';
import type { KeyUse, SpendFacts } from '../../src/spend/usage.ts';

const unread = { ok: false, reason: 'not asked' } as const;

/** Facts of a Sunday noon, with nothing spent and nothing read, but for what is given. */
export function factsWith(given: Partial<SpendFacts> = {}): SpendFacts {
  return {
    now: new Date('2026-11-22T12:00:00Z'),
    entries: [],
    keys: [],
    credits: unread,
    activity: unread,
    ledger: unread,
    channels: unread,
    days: 30,
    ...given,
  };
}

/** A key of these entries that was charged so much. */
export function keyOf(entries: readonly string[], info: Partial<KeyInfo> = {}): KeyUse {
  const said: KeyInfo = {
    label: 'sk-or-v1-abc...def',
    usage: '0',
    usageDaily: '0',
    usageWeekly: '0',
    usageMonthly: '0',
    limit: null,
    limitRemaining: null,
    limitReset: null,
    byokUsageMonthly: null,
    isFreeTier: false,
    isManagementKey: false,
    expiresAt: null,
    freeModelDailyRequests: null,
    ...info,
  };
  return {
    prefix: 'sk-or-v1-1a2b…',
    where: 'OPENROUTER_API_KEY',
    entries,
    info: { ok: true, value: said },
  };
}

export function entryOf(
  name: string,
  dailyLimit: string | null = null,
  monthlyLimit: string | null = null,
  alertThreshold: string | null = '0.8',
): SpendFacts['entries'][number] {
  return { name, budget: { dailyLimit, monthlyLimit, alertThreshold } };
}

export function dailyRow(given: Partial<DailyRow> = {}): DailyRow {
  return {
    day: '2026-11-22',
    entry: 'openrouter',
    model: 'openai/gpt-4o',
    requests: 1,
    answered: 1,
    promptTokens: 10,
    completionTokens: 5,
    usd: '0.5',
    estimatedUsd: '0',
    ...given,
  };
}

export function ledgerOf(...rows: readonly Partial<DailyRow>[]): SpendFacts['ledger'] {
  return { ok: true, value: rows.map(dailyRow) };
}

export function channelsOf(...rows: readonly Partial<ChannelRow>[]): SpendFacts['channels'] {
  const { day, entry, requests, promptTokens, completionTokens, usd } = dailyRow();
  const row = { day, entry, requests, promptTokens, completionTokens, usd, channel: 'telegram' };
  return { ok: true, value: rows.map((given) => ({ ...row, ...given })) };
}
