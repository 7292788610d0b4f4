import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import { sumUsd, zeroUsd } from '../platform/money.ts';
import type { Unpriced } from '../pricing/find-price.ts';
import type { RequestBody } from '../pricing/measure.ts';
import type { WorstCase } from '../pricing/worst-case.ts';
import { budgetStatus, utcDay, utcMonth } from '../routing/budget.ts';
import type { Link } from '../routing/choose.ts';
import type {
  BudgetLedger,
  EntryTotals,
  Reservation,
  ReservationAnswer,
} from '../spend/budget-ledger.ts';
import { LedgerError, type LedgerRow } from '../spend/ledger.ts';
import { dayName } from '../spend/time.ts';
import type { AlertEvent, GatewayEvent } from './event.ts';
import type { Format } from './formats.ts';
import { HttpError } from './http-response.ts';
import type { LedgerBatcher } from './ledger-batcher.ts';
import { LedgerTimeout } from './ledger-pending.ts';
import type { LiveEntry } from './live-setup.ts';
import type { Prices } from './prices.ts';
import { linkBody } from './request-body.ts';

/** The budget does not allow an attempt. `usd` is the most it can cost; null if unknown. */
export class OverBudget extends HttpError {
  readonly usd: string | null;

  constructor(type: string, message: string, usd: string | null, metadata: HttpError['metadata']) {
    super(402, type, message, { metadata });
    this.usd = usd;
  }
}

/** The most an attempt can cost, and its reservation. */
interface Allowance {
  readonly reservation: Reservation;
  readonly worst: WorstCase;
}

/** Admits attempts within the budgets of their entries and records what they cost. */
export interface Budgets {
  /**
   * `body` is the body to be sent. Null if the entry has no limit. Throws OverBudget, or HttpError 503 if the ledger
   * fails.
   */
  reserve(entry: LiveEntry, link: Link, body: RequestBody): Promise<Allowance | null>;
  /**
   * For a request whose worst case, in USD, does not come from model prices. Returns null and throws as `reserve` does.
   */
  reserveUsd(entry: LiveEntry, usd: string): Promise<Reservation | null>;
  settle(row: LedgerRow, reservation: Reservation | null): void;
  /** Takes the ledger's new totals, by entry. */
  update(totals: ReadonlyMap<string, EntryTotals>, at: Date): void;
  /**
   * The value of `x-openclaw-budget` if the entry is past its alert threshold, including unsettled costs (USD);
   * otherwise null.
   */
  notice(entry: LiveEntry, unsettledUsd: string | null): string | null;
}

interface BudgetOptions {
  /** If null, entries with a budget are refused. */
  readonly batcher: LedgerBatcher | null;
  readonly ledger: Pick<BudgetLedger, 'claim'> | null;
  readonly clock: Clock;
  readonly prices: Prices;
  readonly onEvent: (event: GatewayEvent) => void;
  /** Called for every settled row, even without a ledger. */
  readonly onSettled: (row: LedgerRow) => void;
}

export function createBudgets(options: BudgetOptions): Budgets {
  const { batcher, ledger, clock, prices, onEvent, onSettled } = options;
  const entries = new Map<string, LiveEntry>();
  /** The most recent totals from the ledger, by entry. */
  const latest = new Map<string, { readonly day: string; readonly totals: EntryTotals }>();
  const alerted = new Set<string>();

  async function reserve(
    entry: LiveEntry,
    link: Link,
    body: RequestBody,
  ): Promise<Allowance | null> {
    if (limitsOf(entry) === null) return null;
    // Fail before pricing the request, which may take a while.
    openBatcher();
    const priced = prices.worstCase(link.model, body);
    const worst = priced instanceof Promise ? await priced : priced;
    if ('unpriced' in worst) throw unpriced(entry, worst);
    const reserved = granted(entry, worst);
    return { reservation: reserved instanceof Promise ? await reserved : reserved, worst };
  }

  async function reserveUsd(entry: LiveEntry, usd: string): Promise<Reservation | null> {
    return limitsOf(entry) === null ? null : granted(entry, { usd, notes: () => [] });
  }

  function openBatcher(): LedgerBatcher {
    if (batcher !== null) return batcher;
    throw ledgerUnavailable('it could not be opened when the gateway started');
  }

  /** Synchronous if the entry has a lease. */
  function granted(
    entry: LiveEntry,
    worst: Pick<WorstCase, 'usd' | 'notes'>,
  ): Reservation | Promise<Reservation> {
    const limits = limitsOf(entry) ?? { day: null, month: null };
    entries.set(entry.name, entry);
    const reservation = { entry: entry.name, usd: worst.usd };
    const taken = (answer: ReservationAnswer) => {
      if (answer.granted) return reservation;
      throw refusal(entry, answer.totals, worst, clock.now());
    };
    const answer = openBatcher().reserve({ entry: entry.name, usd: worst.usd, limits });
    if (!(answer instanceof Promise)) return taken(answer);
    return answer.then(taken, (error: unknown) => {
      throw ledgerUnavailable(reasonOf(error));
    });
  }

  function update(totals: ReadonlyMap<string, EntryTotals>, at: Date): void {
    const day = dayName(at);
    for (const [name, stated] of totals) {
      latest.set(name, { day, totals: stated });
      const entry = entries.get(name);
      if (entry === undefined) continue;
      for (const alert of alertsOf(entry, stated)) void alertOnce(alert);
    }
  }

  /** The claim in the ledger covers other gateways and earlier runs; the set avoids most of the claims. */
  async function alertOnce(alert: AlertEvent): Promise<void> {
    const at = clock.now();
    const window = at.toISOString().slice(0, alert.window === 'day' ? 10 : 7);
    const name = `${alert.status} ${window} ${alert.limitUsd} ${alert.entry}`;
    if (alerted.has(name)) return;
    alerted.add(name);
    if ((await ledger?.claim(name, at).catch(() => true)) === true) onEvent(alert);
  }

  function notice(entry: LiveEntry, unsettledUsd: string | null): string | null {
    const known = latest.get(entry.name);
    if (known === undefined || !mayAlert(entry, known.totals, unsettledUsd)) return null;
    const { day, month } = known.totals;
    const alerts = alertsOf(
      entry,
      unsettledUsd === null
        ? known.totals
        : { day: sumUsd([day, unsettledUsd]), month: sumUsd([month, unsettledUsd]) },
    );
    // Yesterday's totals do not count today.
    if (alerts.length === 0 || known.day !== dayName(clock.now())) return null;
    return alerts.map(noticeOf).join(', ');
  }

  return {
    reserve,
    reserveUsd,
    settle(row, reservation) {
      onSettled(row);
      batcher?.settle(row, reservation);
    },
    update,
    notice,
  };
}

type Spent = Pick<EntryTotals, 'day' | 'month'>;

function noticeOf({ window, status, spentUsd, limitUsd }: AlertEvent): string {
  return `${status}; ${window}=${spentUsd}/${limitUsd}`;
}

function limitsOf({ budget }: LiveEntry): { day: string | null; month: string | null } | null {
  const [day, month] = [budget?.dailyLimit ?? null, budget?.monthlyLimit ?? null];
  return day === null && month === null ? null : { day, month };
}

function alertsOf(entry: LiveEntry, totals: Spent): AlertEvent[] {
  if (!mayAlert(entry, totals, null)) return [];
  const { day, month } = budgetStatus(totals.day, totals.month, entry.budget);
  const windows = [
    ['day', day],
    ['month', month],
  ] as const;
  return windows.flatMap(([window, { status, spent, limit }]) => {
    if (limit === null || (status !== 'alert' && status !== 'exceeded')) return [];
    const [spentUsd, limitUsd] = [spent.toFixed(), limit.toFixed()];
    return [{ type: 'alert', entry: entry.name, window, status, spentUsd, limitUsd } as const];
  });
}

/** A cheap check without exact arithmetic: spending is nearly always far below every limit. */
function mayAlert({ budget }: LiveEntry, totals: Spent, unsettledUsd: string | null): boolean {
  const share = Number(budget?.alertThreshold ?? 1) * 0.999;
  const more = Number(unsettledUsd ?? 0);
  const near = (spent: string, limit: string | null | undefined) =>
    limit != null && Number(spent) + more >= Number(limit) * share;
  return near(totals.day, budget?.dailyLimit) || near(totals.month, budget?.monthlyLimit);
}

function refusal(
  entry: LiveEntry,
  totals: EntryTotals,
  { usd, notes }: Pick<WorstCase, 'usd' | 'notes'>,
  now: Date,
): OverBudget {
  const { dailyLimit, monthlyLimit } = entry.budget ?? { dailyLimit: null, monthlyLimit: null };
  const dayIsFull =
    dailyLimit !== null && new Big(totals.day).plus(totals.reserved).plus(usd).gt(dailyLimit);
  const [name, key, spent, limit, resets] = dayIsFull
    ? (['daily', 'dailyLimit', totals.day, dailyLimit, utcDay(now).end] as const)
    : (['monthly', 'monthlyLimit', totals.month, monthlyLimit ?? '0', utcMonth(now).end] as const);
  const message = [
    `The ${name} budget of ${JSON.stringify(entry.name)} does not allow this request:`,
    `$${spent} of $${limit} is spent through serve, $${totals.reserved} is reserved for requests whose cost is not known yet, and this one may cost up to $${usd}.`,
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
    `The request was not sent, because the entry ${JSON.stringify(entry.name)} has a budget and ${why}: ${fix}, or remove the budget`,
    null,
    { entry: entry.name },
  );
}

function ledgerUnavailable(reason: string): HttpError {
  return new HttpError(
    503,
    'ledger_unavailable',
    `The request was not sent, because the ledger cannot be used to check its budget: ${reason}`,
    { retryAfterS: 5 },
  );
}

/** Without paths and other details that clients need not see. */
function reasonOf(error: unknown): string {
  return error instanceof LedgerError || error instanceof LedgerTimeout
    ? error.reason
    : 'the log of the gateway says why';
}

/**
 * The links to try instead of one that is over budget: cheaper ones for `downgrade`, most expensive first; free ones
 * for `free`; none for `stop`.
 */
export async function cheaperLinks(
  entry: LiveEntry,
  links: readonly Link[],
  refused: OverBudget,
  request: { readonly format: Format; readonly body: RequestBody },
  prices: Prices,
): Promise<Link[]> {
  const onLimit = entry.budget?.onLimit ?? 'stop';
  if (onLimit === 'stop') return [];
  const max = onLimit === 'free' ? zeroUsd : null;
  const priced = await Promise.all(
    links.map(async (link) => {
      const worst = await prices.worstCase(
        link.model,
        linkBody(entry, link.model, request.format, request.body),
      );
      return 'unpriced' in worst ? null : { link, usd: new Big(worst.usd) };
    }),
  );
  return priced
    .filter((each) => each !== null)
    .filter(({ usd }) => (max === null ? refused.usd === null || usd.lt(refused.usd) : usd.eq(max)))
    .sort((a, b) => b.usd.cmp(a.usd))
    .map(({ link }) => link);
}
