import { activity, credits } from '../../openrouter/account.ts';
import { clientFor } from '../../openrouter/client.ts';
import { WireError } from '../../openrouter/wire-error.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import type { BudgetStatus } from '../../routing/budget.ts';
import { assertBudgets, assertShape } from '../../setup-file/problems.ts';
import { readSetup, type Setup } from '../../setup-file/setup-file.ts';
import type { KeyUse, Read, SpendFacts } from '../../spend/facts.ts';
import {
  type DailyRow,
  type DayRange,
  LedgerError,
  type LedgerReader,
} from '../../spend/ledger.ts';
import { dailyRowsOf } from '../../spend/ledger-rows.ts';
import { secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { localZone } from '../../spend/local-time.ts';
import { openExistingLedger } from '../../spend/open-ledger.ts';
import { dayName, lastDays } from '../../spend/periods.ts';
import { type SpendReport, spendReport } from '../../spend/report.ts';
import { windowOf } from '../../spend/usage.ts';
import { withProgress } from '../../terminal/progress.ts';
import { type EntryKey, findKeys, readKey } from './keys.ts';

export interface SpendOptions extends GatherOptions {
  /** The status at which `--check` says no. */
  readonly failOn: 'alert' | 'exceeded';
  readonly by: 'day' | 'model' | undefined;
  /** Where to write the page. */
  readonly html: string | undefined;
}

export interface SpendResult {
  /** False only with `--check`, when a budget is where it must not be. */
  readonly ok: boolean;
  readonly report: SpendReport;
  /** What to draw below the summary. */
  readonly by: 'day' | 'model' | undefined;
  readonly check: boolean;
  /** The person's time zone, shown beside UTC. */
  readonly zone: string;
}

/** Reads the sources, adds up and compares. Throws UserError when that cannot be done. */
export async function runSpend(world: Deps, options: SpendOptions): Promise<SpendResult> {
  const facts = await withProgress(world.io, 'Asking OpenRouter what was spent', () =>
    gatherFacts(world, options),
  );
  const report = spendReport(facts);
  return {
    ok: !options.check || !failsAt(report.status, options.failOn),
    report,
    by: options.by,
    check: options.check,
    // Asked only where a time is shown: the tables of time zones take 8 MiB.
    get zone() {
      return localZone(world.env);
    },
  };
}

function failsAt(status: BudgetStatus, failOn: SpendOptions['failOn']): boolean {
  return status === 'exceeded' || (status === 'alert' && failOn === 'alert');
}

export interface GatherOptions {
  readonly config: string | undefined;
  readonly days: number;
  /** Ask nobody: only the ledger. */
  readonly offline: boolean;
  /** A missing key is an error, however many others are there: its entry's budget could not be compared. */
  readonly check: boolean;
  /** URL of a ledger that several gateways share; this machine's own where it is not given. */
  readonly ledger: string | undefined;
  /** The sandbox's money is none, and the ledger stays out of it. */
  readonly sandbox: boolean;
  readonly timeoutMs: number;
}

/**
 * The variable of a key that opens `/credits` and `/activity`. Such a key does no inference, so that the entries' own
 * key cannot be one (OpenRouter's page "Management API keys").
 */
const managementVariable = 'OPENROUTER_MANAGEMENT_KEY';

/**
 * Reads all that is known about spending, every source at once. Throws UserError when the setup file or a key cannot
 * be read; the other sources may stay away, and say why.
 */
export async function gatherFacts(world: Deps, options: GatherOptions): Promise<SpendFacts> {
  const now = world.clock.now();
  const { entries } = await readBudgets(world, options);
  const found = options.offline ? [] : await findKeys(world, entries, options.check);
  const [keys, account, ledger] = await Promise.all([
    Promise.all(found.map((key) => readUse(world, key, options))),
    readAccount(world, found, options),
    readLedger(world, { from: firstDay(now, options.days), to: dayName(now) }, options),
  ]);
  if (options.offline && !ledger.ok) throw nothingOffline(ledger.reason);
  return { now, days: options.days, entries, keys, ...account, ledger };
}

/** A check that overlooks its own budgets would always be content: what they are must be beyond doubt. */
async function readBudgets(world: Deps, { config, check }: GatherOptions): Promise<Setup> {
  const setup = await readSetup(world.files, setupFilePath(world, config));
  if (config !== undefined && !setup.exists) {
    throw new UserError(`There is no setup file ${setup.path}`, {
      type: 'not_found',
      hint: 'Check --config, or leave it out',
    });
  }
  assertShape(setup);
  assertBudgets(setup, { strict: check });
  return setup;
}

async function readUse(world: Deps, use: EntryKey, options: GatherOptions): Promise<KeyUse> {
  const { key, ...shown } = use;
  if (key === null) return { ...shown, info: unread(`${use.where} is not set`) };
  const info = await readKey(clientFor(world, key, options.timeoutMs), use);
  return { ...shown, info: { ok: true, value: info } };
}

async function readAccount(
  world: Deps,
  keys: readonly EntryKey[],
  options: GatherOptions,
): Promise<Pick<SpendFacts, 'credits' | 'activity'>> {
  const management = world.env[managementVariable]?.trim() ?? '';
  if (management !== '') world.io.conceal(management);
  const key = management || keys.find(({ key }) => key !== null)?.key;
  if (options.offline || key === undefined || key === null) {
    const reason = options.offline ? '--offline asks nobody' : 'there is no key';
    return { credits: unread(reason), activity: unread(reason) };
  }
  const client = clientFor(world, key, options.timeoutMs);
  const refusal =
    management === ''
      ? `needs a management key: set ${managementVariable}`
      : `OpenRouter takes ${managementVariable} for no management key`;
  const [creditsRead, activityRead] = await Promise.all([
    readOptional(credits(client), refusal),
    readOptional(activity(client), refusal),
  ]);
  return { credits: creditsRead, activity: activityRead };
}

async function readOptional<T>(answer: Promise<T | null>, refusal: string): Promise<Read<T>> {
  try {
    const value = await answer;
    return value === null ? unread(refusal) : { ok: true, value };
  } catch (error) {
    if (error instanceof WireError) return unread(error.message);
    throw error;
  }
}

/** Throws LedgerError where the ledger is all that is asked for, or was named. */
async function readLedger(
  world: Deps,
  range: DayRange,
  options: GatherOptions,
): Promise<Read<readonly DailyRow[]>> {
  if (options.sandbox) return unread('--sandbox keeps no ledger');
  try {
    const ledger = await ledgerToRead(world, options);
    if (ledger === null) return unread('nothing was recorded yet');
    const rows = readDays(ledger, range, world.clock.now());
    return { ok: true, value: await rows.finally(() => ledger.close()) };
  } catch (error) {
    const needed = options.offline || options.ledger !== undefined;
    if (error instanceof LedgerError && !needed) return unread(error.message);
    throw error;
  }
}

/** What is recorded, and what gateways had reserved that were killed: no other one may ever come to settle it. */
async function readDays(
  ledger: LedgerReader,
  range: DayRange,
  now: Date,
): Promise<readonly DailyRow[]> {
  const [daily, abandoned] = await Promise.all([ledger.daily(range), ledger.abandoned(now)]);
  const lost = dailyRowsOf(abandoned);
  return [...daily, ...lost.filter(({ day }) => day >= range.from && day <= range.to)];
}

async function ledgerToRead(world: Deps, { ledger }: GatherOptions): Promise<LedgerReader | null> {
  if (ledger === undefined) return openExistingLedger(world);
  for (const secret of secretsInLedgerUrl(ledger)) world.io.conceal(secret);
  const { readPostgresLedger } = await import('../../spend/postgres-ledger.ts');
  return readPostgresLedger(ledger);
}

/** Of this month, of this week, or of the days that are asked about: whichever began first. */
function firstDay(now: Date, days: number): string {
  const starts = (['week', 'month'] as const).map((name) => dayName(windowOf(name, now).start));
  const [first = dayName(now)] = [...starts, ...lastDays(now, days).slice(0, 1)].sort();
  return first;
}

function unread(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

function nothingOffline(reason: string): UserError {
  return new UserError(`Offline there is only the ledger, and ${reason}`, {
    type: 'not_found',
    hint: 'Leave --offline out to ask OpenRouter',
  });
}
