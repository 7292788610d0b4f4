import Big from 'big.js';
import { costOf } from '../../catalog/prices.ts';
import { formatUsd } from '../../platform/money.ts';
import type { Entry } from '../../setup-file/entry.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { entryUsd, recordedUsd, type SumFacts } from '../../spend/usage.ts';
import { defineCheck, entryCheck, modelCheck } from '../check.ts';
import type { Account } from '../facts/openrouter.ts';
import { atMember, type Problems, type Verdict } from '../finding.ts';
import { mentionsOf, modelOf } from '../models.ts';
import { limitsOf } from '../money.ts';
import { usualRequest } from '../request-size.ts';
import { setupProblems } from '../setup-problems.ts';

const order = entryCheck(
  { id: 'budget/order', summary: 'the monthly limit is not below the daily one' },
  (read, entry) => {
    const limits = limitsOf(entry);
    const [daily, monthly] = ['dailyLimit', 'monthlyLimit'].map((key) =>
      limits.find((limit) => limit.key === key),
    );
    if (daily === undefined || monthly === undefined || monthly.usd.gte(daily.usd)) return [];
    return {
      severity: 'warning',
      message: `${entry.name}: monthlyLimit ${formatUsd(monthly.usd.toFixed())} is below dailyLimit ${formatUsd(daily.usd.toFixed())}: the daily limit is never reached`,
      ...atMember(read, [...entry.path, 'budget', 'monthlyLimit']),
      fixHint: 'are they swapped?',
    };
  },
);

const alert = defineCheck({
  id: 'budget/alert',
  summary: 'alertThreshold is between 0 and 1, and there is a limit for it',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    const pointless = read.entries.flatMap((entry): Problems => {
      const alert = entry.budget?.alertThreshold ?? null;
      if (alert === null || limitsOf(entry).length > 0 || hasBrokenLimit(read, entry)) return [];
      return {
        severity: 'warning',
        message: `${entry.name}: alertThreshold has no effect without dailyLimit or monthlyLimit`,
        ...atMember(read, [...entry.path, 'budget', 'alertThreshold']),
        fixHint: 'set dailyLimit or monthlyLimit, in USD',
      };
    });
    return [...setupProblems(read, 'budget/alert'), ...pointless];
  },
});

/** A limit that is set but invalid has its own finding, and counts once it is fixed. */
function hasBrokenLimit({ problems }: Setup, { path: [, name] }: Entry): boolean {
  return problems.some(
    ({ path }) =>
      path[1] === name && path[2] === 'budget' && path.length === 4 && path[3] !== 'alertThreshold',
  );
}

/** OpenRouter counts by key, in UTC days and months; `serve` counts by entry, but only its own requests. */
const spent = defineCheck({
  id: 'budget/spent',
  summary: 'spend today and this month is below the budget of the entry',
  needs: ['accounts', 'options', 'recorded', 'setup', 'world'],
  async run({ accounts, options, recorded, setup, world }) {
    // Starts early, because reading the ledger takes time too.
    if (!options.offline) recorded().catch(() => {});
    const [read, all] = await Promise.all([setup(), accounts()]);
    const facts = sumFacts(all, await recorded(), world.clock.now());
    const several = read.entries.filter((entry) => limitsOf(entry).length > 0).length > 1;
    const known = all.filter(({ info }) => info !== null).flatMap(({ key }) => key.entries);
    return known.flatMap((entry) => {
      const alert = new Big(entry.budget?.alertThreshold ?? 1);
      return limitsOf(entry).flatMap((limit): Verdict => {
        const { window, words } = windows[limit.key];
        const usd = entryUsd(facts, entry.name, window);
        if (usd === null || limit.usd.eq(0)) return [];
        const of = `${formatUsd(usd)} of ${formatUsd(limit.usd.toFixed())} ${words}`;
        if (new Big(usd).lt(limit.usd.times(alert))) {
          return { remark: several ? `${entry.name} ${of}` : of };
        }
        const exceeded = new Big(usd).gte(limit.usd);
        return {
          severity: exceeded ? 'error' : 'warning',
          message: `${entry.name}: ${of} ${sourceOf(usd, recordedUsd(facts, entry.name, window))}: ${exceeded ? 'the budget is exceeded' : 'the alert is reached'}`,
          ...atMember(read, [...entry.path, 'budget', limit.key]),
          fixHint: (command) =>
            `${command('spend')} shows where it went, and what serve has recorded of it`,
        };
      });
    });
  },
});

/**
 * Who counted that sum. `serve` refuses requests based on its own count, which is lower if other programs use the key.
 */
function sourceOf(usd: string, recorded: string | null): string {
  if (usd === recorded) return 'by the ledger of serve';
  const other = recorded === null ? '' : ` (${formatUsd(recorded)} of it through serve)`;
  return `by OpenRouter's count for its key${other}`;
}

function sumFacts(accounts: readonly Account[], ledger: SumFacts['ledger'], now: Date): SumFacts {
  const keys = accounts.map(({ key, info }) => ({
    entries: key.entries.map(({ name }) => name),
    info:
      info === null ? ({ ok: false, reason: '' } as const) : ({ ok: true, value: info } as const),
  }));
  return { now, ledger, keys };
}

const windows = {
  dailyLimit: { window: 'day', words: 'today' },
  monthlyLimit: { window: 'month', words: 'this month' },
} as const;

const price = modelCheck(
  { id: 'budget/price', summary: 'a budget covers at least one request to each model' },
  (read, list, entry) => {
    const priced = mentionsOf(read, entry).map((mention) => {
      const model = modelOf(list, mention);
      const { promptTokens, completionTokens } = usualRequest;
      const cost = model === undefined ? null : costOf(model, promptTokens, completionTokens);
      return { id: mention.id, cost: new Big(cost ?? 0) };
    });
    const mostExpensive = priced.reduce<(typeof priced)[number] | undefined>(
      (a, b) => (a === undefined || b.cost.gt(a.cost) ? b : a),
      undefined,
    );
    if (mostExpensive === undefined) return [];
    return limitsOf(entry)
      .filter(({ usd }) => usd.lt(mostExpensive.cost))
      .map(({ key, usd }) => ({
        // `serve` refuses such a request unless it may switch to another model.
        severity: entry.budget?.onLimit === 'stop' ? 'error' : 'warning',
        message: `${entry.name}: ${key} ${formatUsd(usd.toFixed())} is less than one request to ${mostExpensive.id} costs (about ${formatUsd(mostExpensive.cost.toFixed())})`,
        ...atMember(read, [...entry.path, 'budget', key]),
        fixHint: 'limits are in USD, not in cents or thousands of tokens',
      }));
  },
);

export const budgetChecks = [order, alert, price, spent];
