import { activity, credits } from '../../openrouter/account.ts';
import { clientFor, managementClientFor } from '../../openrouter/client.ts';
import { WireError } from '../../openrouter/wire-error.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import type { BudgetStatus } from '../../routing/budget.ts';
import { managementKeyVariable } from '../../setup-file/key-format.ts';
import { assertBudgets, assertShape } from '../../setup-file/problems.ts';
import { assertSetupExists, readSetup, type Setup } from '../../setup-file/setup-file.ts';
import type { KeyUse, Read, SpendFacts } from '../../spend/facts.ts';
import {
  type DailyRow,
  type DayRange,
  LedgerError,
  type LedgerReader,
} from '../../spend/ledger.ts';
import { secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { localZone } from '../../spend/local-time.ts';
import { openExistingLedger } from '../../spend/open-ledger.ts';
import { recordedDays, recordedRange } from '../../spend/recorded.ts';
import { type SpendReport, spendReport } from '../../spend/report.ts';
import { withProgress } from '../../terminal/progress.ts';
import { type EntryKey, findKeys, readKey } from './keys.ts';

export interface SpendOptions {
  readonly config: string | undefined;
  readonly days: number;
  /** Read only the ledger. */
  readonly offline: boolean;
  /** Any missing key is an error, because the budget of its entry could not be compared. */
  readonly check: boolean;
  /** URL of a shared ledger; the one of this machine if it is undefined. */
  readonly ledger: string | undefined;
  readonly sandbox: boolean;
  readonly timeoutMs: number;
  /** The status from which on `--check` fails. */
  readonly failOn: 'alert' | 'exceeded';
  readonly by: 'day' | 'model' | undefined;
  /** Where to write the page. */
  readonly html: string | undefined;
}

export interface SpendResult {
  /** False only with `--check`, when a budget has reached `failOn`. */
  readonly ok: boolean;
  readonly report: SpendReport;
  /** The breakdown to show below the summary. */
  readonly by: 'day' | 'model' | undefined;
  readonly check: boolean;
  /** The user's time zone, shown beside UTC. */
  readonly zone: string;
}

/** Reads the sources and compares what was spent with the budgets. Throws UserError when there is no source. */
export async function runSpend(world: Deps, options: SpendOptions): Promise<SpendResult> {
  const facts = await withProgress(world.io, 'Fetching usage', () => gatherFacts(world, options));
  const report = spendReport(facts);
  return {
    ok: !options.check || !failsAt(report.status, options.failOn),
    report,
    by: options.by,
    check: options.check,
    // Computed only where a time is shown, because the time zone tables take 8 MiB.
    get zone() {
      return localZone(world.env);
    },
  };
}

function failsAt(status: BudgetStatus, failOn: SpendOptions['failOn']): boolean {
  return status === 'exceeded' || (status === 'alert' && failOn === 'alert');
}

/**
 * Reads all sources at once. Throws UserError when the setup file or the usage of a key cannot be read; the other
 * sources are optional and carry the reason.
 */
async function gatherFacts(world: Deps, options: SpendOptions): Promise<SpendFacts> {
  const now = world.clock.now();
  const { entries } = await readBudgets(world, options);
  const found = options.offline ? [] : await findKeys(world, entries, options.check);
  const [keys, account, ledger] = await Promise.all([
    Promise.all(found.map((key) => readUse(world, key, options))),
    readAccount(world, found, options),
    readLedger(world, recordedRange(now, options.days), options),
  ]);
  if (options.offline && !ledger.ok) throw nothingOffline(ledger.reason);
  return { now, days: options.days, entries, keys, ...account, ledger };
}

async function readBudgets(world: Deps, { config, check }: SpendOptions): Promise<Setup> {
  const setup = await readSetup(world.files, setupFilePath(world, config));
  if (config !== undefined) assertSetupExists(setup, world.place);
  assertShape(setup);
  assertBudgets(setup, { strict: check });
  return setup;
}

async function readUse(world: Deps, use: EntryKey, options: SpendOptions): Promise<KeyUse> {
  const { key, ...shown } = use;
  if (key === null) return { ...shown, info: unread(`${use.where} is not set`) };
  const info = await readKey(clientFor(world, key, options.timeoutMs), use);
  return { ...shown, info: { ok: true, value: info } };
}

async function readAccount(
  world: Deps,
  keys: readonly EntryKey[],
  options: SpendOptions,
): Promise<Pick<SpendFacts, 'credits' | 'activity'>> {
  const management = world.env[managementKeyVariable]?.trim() ?? '';
  if (management !== '') world.io.conceal(management);
  const key = management || keys.find(({ key }) => key !== null)?.key;
  if (options.offline || key === undefined || key === null) {
    const reason = options.offline ? 'skipped by --offline' : 'no key is set';
    return { credits: unread(reason), activity: unread(reason) };
  }
  const createFor = management === '' ? clientFor : managementClientFor;
  const client = createFor(world, key, options.timeoutMs);
  const refusal =
    management === ''
      ? `needs a management key: set ${managementKeyVariable}`
      : `OpenRouter does not accept ${managementKeyVariable} as a management key`;
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

/** Throws LedgerError with `--offline`, which needs the ledger, and with `--ledger`. */
async function readLedger(
  world: Deps,
  range: DayRange,
  options: SpendOptions,
): Promise<Read<readonly DailyRow[]>> {
  if (options.sandbox) return unread('the sandbox has no ledger');
  try {
    const ledger = await ledgerToRead(world, options);
    if (ledger === null) return unread('nothing has been recorded yet');
    const rows = recordedDays(ledger, range, world.clock.now());
    return { ok: true, value: await rows.finally(() => ledger.close()) };
  } catch (error) {
    const isRequired = options.offline || options.ledger !== undefined;
    if (error instanceof LedgerError && !isRequired) return unread(error.message);
    throw error;
  }
}

async function ledgerToRead(world: Deps, { ledger }: SpendOptions): Promise<LedgerReader | null> {
  if (ledger === undefined) return openExistingLedger(world);
  for (const secret of secretsInLedgerUrl(ledger)) world.io.conceal(secret);
  const { readPostgresLedger } = await import('../../spend/postgres-ledger.ts');
  return readPostgresLedger(ledger);
}

/** The first day of this month, of this week, or of the requested days, whichever is earliest. */
function unread(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

function nothingOffline(reason: string): UserError {
  return new UserError(`--offline shows only the ledger, and ${reason}`, {
    type: 'not_found',
    hint: 'Leave out --offline to ask OpenRouter',
  });
}
