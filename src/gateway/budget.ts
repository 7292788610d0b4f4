import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import type { Unpriced } from '../pricing/find-price.ts';
import type { WorstCase } from '../pricing/worst-case.ts';
import { budgetStatus, utcDay, utcMonth } from '../routing/budget.ts';
import type { Link } from '../routing/choose.ts';
import type { BudgetLedger, EntryTotals, Reservation } from '../spend/budget-ledger.ts';
import { LedgerError, type LedgerRow } from '../spend/ledger.ts';
import { dayName } from '../spend/periods.ts';
import type { AlertEvent, GatewayEvent } from './event.ts';
import { type LedgerBatcher, LedgerTimeout } from './ledger-batcher.ts';
import { linkBody } from './link-body.ts';
import type { LiveEntry } from './live-setup.ts';
import type { Prices } from './prices.ts';
import { Problem } from './problem.ts';
import type { ChatBody } from './target.ts';

/** The budget did not admit an attempt. `usd` is what it could have cost; null where nobody can say. */
export class OverBudget extends Problem {
  readonly usd: string | null;

  constructor(type: string, message: string, usd: string | null, metadata: Problem['metadata']) {
    super(402, type, message, { metadata });
    this.usd = usd;
  }
}

/** What an attempt may cost, and leave to spend that. */
interface Allowance {
  readonly reservation: Reservation;
  readonly worst: WorstCase;
}

/** Leave to spend, and the record of what was spent. */
export interface Budgets {
  /** `body` as it will be sent. Null where the entry has no limit. Throws OverBudget; Problem 503 when the ledger cannot be asked. */
  reserve(entry: LiveEntry, link: Link, body: ChatBody): Promise<Allowance | null>;
  settle(entry: LiveEntry, row: LedgerRow, reservation: Reservation | null): Promise<void>;
  /** `x-openclaw-budget` for an entry that is past its threshold, else null. */
  notice(entry: LiveEntry): string | null;
}

export interface BudgetOptions {
  /** Null where there is none: then entries with a budget are refused. */
  readonly batcher: LedgerBatcher | null;
  readonly ledger: Pick<BudgetLedger, 'claim'> | null;
  readonly clock: Clock;
  readonly prices: Prices;
  readonly tell: (event: GatewayEvent) => void;
}

export function createBudgets({ batcher, ledger, clock, prices, tell }: BudgetOptions): Budgets {
  /** As the ledger last said them, by entry. */
  const latest = new Map<string, { readonly day: string; readonly totals: EntryTotals }>();
  const told = new Set<string>();

  async function reserve(entry: LiveEntry, link: Link, body: ChatBody): Promise<Allowance | null> {
    const limits = limitsOf(entry);
    if (limits === null) return null;
    if (batcher === null) throw noLedger('it could not be opened when the gateway started');
    const worst = await prices.worstCase(link.model, body);
    if ('unpriced' in worst) throw unpriced(entry, worst);
    const { usd } = worst;
    const request = { entry: entry.name, usd, limits };
    const answer = await batcher.reserve(request).catch((error: unknown) => {
      throw noLedger(reasonOf(error));
    });
    if (answer.granted) return { reservation: { entry: entry.name, usd }, worst };
    const now = clock.now();
    latest.set(entry.name, { day: dayName(now), totals: answer.totals });
    throw refusal(entry, answer.totals, worst, now);
  }

  async function settle(
    entry: LiveEntry,
    row: LedgerRow,
    reservation: Reservation | null,
  ): Promise<void> {
    const totals = (await batcher?.settle(row, reservation)) ?? null;
    if (totals === null) return;
    latest.set(entry.name, { day: dayName(row.at), totals });
    for (const alert of alertsOf(entry, totals)) void alertOnce(alert);
  }

  /** The memory spares the ledger the question; the ledger knows what others, and we before a restart, have told. */
  async function alertOnce(alert: AlertEvent): Promise<void> {
    const at = clock.now();
    const window = at.toISOString().slice(0, alert.window === 'day' ? 10 : 7);
    const name = `${alert.status} ${window} ${alert.limitUsd} ${alert.entry}`;
    if (told.has(name)) return;
    told.add(name);
    if ((await ledger?.claim(name, at).catch(() => true)) === true) tell(alert);
  }

  function notice(entry: LiveEntry): string | null {
    const known = latest.get(entry.name);
    if (known === undefined) return null;
    const alerts = alertsOf(entry, known.totals);
    // Yesterday's totals say nothing about today.
    if (alerts.length === 0 || known.day !== dayName(clock.now())) return null;
    return alerts.map(noticeOf).join(', ');
  }

  return { reserve, settle, notice };
}

function noticeOf({ window, status, spentUsd, limitUsd }: AlertEvent): string {
  return `${status}; ${window}=${spentUsd}/${limitUsd}`;
}

function limitsOf({ budget }: LiveEntry): { day: string | null; month: string | null } | null {
  const [day, month] = [budget?.dailyLimit ?? null, budget?.monthlyLimit ?? null];
  return day === null && month === null ? null : { day, month };
}

function alertsOf(entry: LiveEntry, totals: EntryTotals): AlertEvent[] {
  if (!mayAlert(entry, totals)) return [];
  const { day, month } = budgetStatus(totals.day, totals.month, entry.budget);
  return (
    [
      ['day', day],
      ['month', month],
    ] as const
  ).flatMap(([window, { status, spent, limit }]) =>
    limit === null || (status !== 'alert' && status !== 'exceeded')
      ? []
      : [
          {
            type: 'alert',
            entry: entry.name,
            window,
            status,
            spentUsd: spent.toFixed(),
            limitUsd: limit.toFixed(),
          } as const,
        ],
  );
}

/** Far below every limit, which is nearly always, nothing has to be reckoned exactly. */
function mayAlert({ budget }: LiveEntry, totals: EntryTotals): boolean {
  const share = Number(budget?.alertThreshold ?? 1) * 0.999;
  const near = (spent: string, limit: string | null | undefined) =>
    limit != null && Number(spent) >= Number(limit) * share;
  return near(totals.day, budget?.dailyLimit) || near(totals.month, budget?.monthlyLimit);
}

function refusal(
  entry: LiveEntry,
  totals: EntryTotals,
  { usd, notes }: WorstCase,
  now: Date,
): OverBudget {
  const { dailyLimit, monthlyLimit } = entry.budget ?? { dailyLimit: null, monthlyLimit: null };
  const dayIsFull =
    dailyLimit !== null && new Big(totals.day).plus(totals.reserved).plus(usd).gt(dailyLimit);
  const [name, key, spent, limit, resets] = dayIsFull
    ? (['daily', 'dailyLimit', totals.day, dailyLimit, utcDay(now).end] as const)
    : (['monthly', 'monthlyLimit', totals.month, monthlyLimit ?? '0', utcMonth(now).end] as const);
  const message = [
    `The ${name} budget of ${JSON.stringify(entry.name)} does not admit this request:`,
    `$${spent} of $${limit} is spent, $${totals.reserved} is reserved for requests whose cost is not known yet, and this one may cost up to $${usd}.`,
    ...notes().map((note) => `${note}.`),
    `It resets at ${resets.toISOString().replace('.000', '')}.`,
    `Raise budget.${key} in the setup file, ask with a smaller max_tokens, or let budget.onLimit be "downgrade".`,
  ].join(' ');
  return new OverBudget('budget_exceeded', message, usd, {
    entry: entry.name,
    window: dayIsFull ? 'day' : 'month',
    limit_usd: limit,
    spent_usd: spent,
    reserved_usd: totals.reserved,
    worst_case_usd: usd,
    resets_at: resets.toISOString(),
  });
}

function unpriced(entry: LiveEntry, { unpriced: why, fix }: Unpriced): OverBudget {
  return new OverBudget(
    'budget_unpriced',
    `The entry ${JSON.stringify(entry.name)} has a budget, and ${why}. A request that cannot be priced is not sent: ${fix}, or remove the budget`,
    null,
    { entry: entry.name },
  );
}

function noLedger(reason: string): Problem {
  return new Problem(
    503,
    'ledger_unavailable',
    `The request was not sent: its budget cannot be checked while the ledger cannot be used (${reason})`,
    { retryAfterS: 5 },
  );
}

/** Without the path and the like, which are none of the client's business. */
function reasonOf(error: unknown): string {
  return error instanceof LedgerError || error instanceof LedgerTimeout
    ? error.reason
    : 'the log of the gateway says why';
}

/**
 * The links to try in place of one that was over budget: cheaper ones for `downgrade`, the dearest of them first; free
 * ones for `free`. Empty where there is nothing to go to.
 */
export async function cheaperLinks(
  entry: LiveEntry,
  links: readonly Link[],
  refused: OverBudget,
  body: ChatBody,
  prices: Prices,
): Promise<Link[]> {
  const onLimit = entry.budget?.onLimit ?? 'stop';
  if (onLimit === 'stop') return [];
  const most = onLimit === 'free' ? new Big(0) : null;
  const priced = await Promise.all(
    links.map(async (link) => {
      const worst = await prices.worstCase(link.model, linkBody(entry, link.model, body));
      return 'unpriced' in worst ? null : { link, usd: new Big(worst.usd) };
    }),
  );
  return priced
    .filter((each) => each !== null)
    .filter(({ usd }) =>
      most === null ? refused.usd === null || usd.lt(refused.usd) : usd.eq(most),
    )
    .sort((a, b) => b.usd.cmp(a.usd))
    .map(({ link }) => link);
}
