import Big from 'big.js';
import type { FoundKey } from '../../host/key-sources.ts';
import type { KeyInfo } from '../../openrouter/account.ts';
import type { Hint } from '../../platform/errors.ts';
import { formatUsd } from '../../platform/money.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { defineCheck } from '../check.ts';
import type { Account } from '../facts/openrouter.ts';
import { atMember, type Problems } from '../finding.ts';
import { keyOption } from '../key-option.ts';
import { type Limit, limitsOf } from '../money.ts';

/**
 * A budget is enforced on this machine. The limit of the key is enforced by OpenRouter, even if something fails here.
 * A key has a single limit, which has to leave room for all of its entries: nothing is reported if one has no budget.
 */
export const budgetKeyLimit = defineCheck({
  id: 'budget/key-limit',
  summary: 'the key has a limit that backs the budget',
  needs: ['accounts', 'setup'],
  async run({ accounts, setup }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    const keys = keysOf(all);
    return keys.flatMap((key): Problems => {
      const { entries, info } = key;
      const [first] = entries;
      const budget = budgetOf(entries, info);
      if (first === undefined || budget === null || budget.usd.eq(0)) return [];
      const { limit } = info;
      if (limit !== null && new Big(limit).lte(budget.usd)) return [];
      const has = limit === null ? 'no limit' : `a limit of ${formatUsd(limit)}`;
      const sum = `${formatUsd(budget.usd.toFixed())} a ${windows[budget.window].period}`;
      const names = entries.map(({ name }) => name).join(', ');
      return {
        severity: 'info',
        message:
          entries.length === 1
            ? `${names}: the budget is ${sum}, and the key has ${has}`
            : `${names}: the budgets are ${sum} together, and their key has ${has}`,
        ...atMember(read, [...first.path, 'budget', budget.member]),
        fixHint: hintFor(budget, info, keyOption(read, all, key)),
      };
    });
  },
});

interface Key {
  readonly found: FoundKey;
  readonly info: KeyInfo;
  readonly entries: readonly Entry[];
}

/** Two variables may hold the same key. */
function keysOf(accounts: readonly Account[]): readonly Key[] {
  const keys = new Map<string, Key>();
  for (const { key, info } of accounts) {
    if (info === null || !('key' in key.found)) continue;
    const { found } = key;
    const before = keys.get(found.key)?.entries ?? [];
    keys.set(found.key, { found, info, entries: [...before, ...key.entries] });
  }
  return [...keys.values()];
}

interface KeyBudget {
  readonly window: Limit['key'];
  /** What the first entry has in its budget. */
  readonly member: Limit['key'];
  /** The sum of the entries. */
  readonly usd: Big;
}

/**
 * The budgets of the entries in the window of the key's limit or, if an entry has none there, in the other one. Where
 * they have no window in common, a month counts as the days that it can have. Null if an entry has no budget.
 */
function budgetOf(entries: readonly Entry[], { limitReset }: KeyInfo): KeyBudget | null {
  const own = limitReset === 'daily' ? 'dailyLimit' : 'monthlyLimit';
  const limits = entries.map(limitsOf);
  const [first] = limits;
  if (first === undefined || limits.some(({ length }) => length === 0)) return null;
  const common = ([own, 'monthlyLimit', 'dailyLimit'] as const).find((window) =>
    limits.every((one) => limitIn(one, window) !== undefined),
  );
  const window = common ?? 'monthlyLimit';
  const parts = limits.map((one) => limitIn(one, window) ?? dailyForMonth(one));
  return {
    window,
    member: limitIn(first, window) === undefined ? 'dailyLimit' : window,
    usd: parts.reduce((sum, usd) => sum.plus(usd), new Big(0)),
  };
}

function limitIn(limits: readonly Limit[], window: Limit['key']): Big | undefined {
  return limits.find(({ key }) => key === window)?.usd;
}

function dailyForMonth(limits: readonly Limit[]): Big {
  return (limitIn(limits, 'dailyLimit') ?? new Big(0)).times(31);
}

/** OpenRouter stops a key at once that has used its new limit already, so `key limit` refuses such a limit. */
function hintFor({ window, usd }: KeyBudget, info: KeyInfo, which: string): Hint {
  const { reset, used, words, next } = windows[window];
  if (usd.lte(info[used])) {
    return `the key has used ${formatUsd(info[used])} ${words}, so it can get such a limit ${next}`;
  }
  return (command) =>
    `${command(`key limit ${usd.toFixed()} --reset ${reset}${which}`)}, which holds whatever happens on this machine`;
}

const windows = {
  dailyLimit: {
    period: 'day',
    reset: 'daily',
    used: 'usageDaily',
    words: 'today',
    next: 'from 0:00 UTC on',
  },
  monthlyLimit: {
    period: 'month',
    reset: 'monthly',
    used: 'usageMonthly',
    words: 'this month',
    next: 'from the first of next month on',
  },
} as const;
