import { type MissingKey, resolveKey } from '../../host/key-sources.ts';
import { activity, credits, currentKey, type KeyInfo } from '../../openrouter/account.ts';
import { type Client, clientFor, managementClientFor } from '../../openrouter/client.ts';
import { WireError } from '../../openrouter/wire-error.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import type { BudgetStatus } from '../../routing/budget.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { keyPrefix, managementKeyVariable } from '../../setup-file/key-format.ts';
import { commandToStoreKey } from '../../setup-file/missing-key.ts';
import { assertBudgets, assertShape } from '../../setup-file/problems.ts';
import { assertSetupExists, readSetup, type Setup } from '../../setup-file/setup-file.ts';
import { type DayRange, LedgerError, type LedgerReader } from '../../spend/ledger.ts';
import { secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { openExistingLedger } from '../../spend/open-ledger.ts';
import { recordedDays, recordedRange } from '../../spend/recorded.ts';
import { type SpendReport, spendReport } from '../../spend/report.ts';
import { localZone } from '../../spend/time.ts';
import type { KeyUse, Read, SpendFacts } from '../../spend/usage.ts';
import { withProgress } from '../../terminal/progress.ts';
import type { CommonOptions } from '../shared/options.ts';

export interface SpendOptions extends CommonOptions {
  readonly days: number;
  /** Read only the ledger. */
  readonly offline?: boolean;
  /** Treat any missing key as an error, because the budget of its entry could not be checked. */
  readonly check?: boolean;
  /** URL of a shared ledger; undefined for the local one. */
  readonly ledger?: string | undefined;
  /** The lowest status that makes `--check` fail. */
  readonly failOn: 'alert' | 'exceeded';
  readonly by?: Breakdown;
  /** Where to write the page. */
  readonly html?: string;
}

/** What `--by` takes. */
export const breakdowns = ['day', 'model', 'channel', 'entry'] as const;

export type Breakdown = (typeof breakdowns)[number];

const defaultTimeoutMs = 10_000;

export interface SpendResult {
  /** False only with `--check`, when a budget has reached `failOn`. */
  readonly ok: boolean;
  readonly report: SpendReport;
  /** The breakdown to show below the summary. */
  readonly by: Breakdown | undefined;
  readonly check: boolean;
  /** The user's time zone, shown next to UTC. */
  readonly zone: string;
}

/** Reads the sources and compares spending with the budgets. Throws UserError if there is no source. */
export async function runSpend(world: Deps, options: SpendOptions): Promise<SpendResult> {
  const facts = await withProgress(world.io, 'Fetching usage', () => gatherFacts(world, options));
  const report = spendReport(facts);
  return {
    ok: options.check !== true || !failsAt(report.status, options.failOn),
    report,
    by: options.by,
    check: options.check === true,
    // Computed only when a time is shown, because the time zone tables take 8 MiB.
    get zone() {
      return localZone(world.env);
    },
  };
}

function failsAt(status: BudgetStatus, failOn: SpendOptions['failOn']): boolean {
  return status === 'exceeded' || (status === 'alert' && failOn === 'alert');
}

/**
 * Reads all sources at once. Throws UserError if the setup file or the usage of a key cannot be read. The other sources
 * are optional; if one fails, its reason is kept.
 */
async function gatherFacts(world: Deps, options: SpendOptions): Promise<SpendFacts> {
  const now = world.clock.now();
  const { entries } = await readBudgets(world, options);
  const { check = false, offline = false, timeout = defaultTimeoutMs } = options;
  const found = offline ? [] : await findKeys(world, entries, check);
  const [keys, account, recorded] = await Promise.all([
    Promise.all(found.map((key) => readUse(world, key, timeout))),
    readAccount(world, found, { offline, timeout }),
    readLedger(world, recordedRange(now, options.days), options),
  ]);
  if (offline && !recorded.ledger.ok) throw nothingOffline(recorded.ledger.reason);
  return { now, days: options.days, entries, keys, ...account, ...recorded };
}

async function readBudgets(world: Deps, { config, check = false }: SpendOptions): Promise<Setup> {
  const setup = await readSetup(world.files, setupFilePath(world, config));
  if (config !== undefined) assertSetupExists(setup, world.place);
  assertShape(setup);
  assertBudgets(setup, { strict: check });
  return setup;
}

async function readUse(world: Deps, use: EntryKey, timeoutMs: number): Promise<KeyUse> {
  const { key, ...shown } = use;
  if (key === null) return { ...shown, info: unread(`${use.where} is not set`) };
  const info = await readKey(clientFor(world, key, timeoutMs), use);
  return { ...shown, info: { ok: true, value: info } };
}

async function readAccount(
  world: Deps,
  keys: readonly EntryKey[],
  { offline, timeout }: Required<Pick<SpendOptions, 'offline' | 'timeout'>>,
): Promise<Pick<SpendFacts, 'credits' | 'activity'>> {
  const management = world.env[managementKeyVariable]?.trim() ?? '';
  if (management !== '') world.io.conceal(management);
  const key = management || keys.find(({ key }) => key !== null)?.key;
  if (offline || key === undefined || key === null) {
    const reason = offline ? 'skipped by --offline' : 'no key is set';
    return { credits: unread(reason), activity: unread(reason) };
  }
  const createFor = management === '' ? clientFor : managementClientFor;
  const client = createFor(world, key, timeout);
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

/** Throws LedgerError only with `--offline` or `--ledger`, which require the ledger. */
async function readLedger(world: Deps, range: DayRange, options: SpendOptions): Promise<Recorded> {
  if (options.sandbox === true) return unrecorded('the sandbox has no ledger');
  try {
    const ledger = await ledgerToRead(world, options);
    if (ledger === null) return unrecorded('nothing has been recorded yet');
    return await readRecorded(ledger, range, world.clock.now()).finally(() => ledger.close());
  } catch (error) {
    const isRequired = options.offline === true || options.ledger !== undefined;
    if (error instanceof LedgerError && !isRequired) return unrecorded(error.message);
    throw error;
  }
}

type Recorded = Pick<SpendFacts, 'ledger' | 'channels'>;

// Channels first: what a gateway records in between then counts as without a channel, not as less than nothing.
async function readRecorded(ledger: LedgerReader, range: DayRange, now: Date): Promise<Recorded> {
  const channels = await ledger.channels(range);
  const days = await recordedDays(ledger, range, now);
  return { ledger: { ok: true, value: days }, channels: { ok: true, value: channels } };
}

function unrecorded(reason: string): Recorded {
  return { ledger: unread(reason), channels: unread(reason) };
}

async function ledgerToRead(world: Deps, { ledger }: SpendOptions): Promise<LedgerReader | null> {
  if (ledger === undefined) return openExistingLedger(world);
  for (const secret of secretsInLedgerUrl(ledger)) world.io.conceal(secret);
  const { readPostgresLedger } = await import('../../spend/postgres-ledger.ts');
  return readPostgresLedger(ledger);
}

function unread(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

function nothingOffline(reason: string): UserError {
  return new UserError(`--offline shows only the ledger, and ${reason}`, {
    type: 'not_found',
    hint: 'Leave out --offline to ask OpenRouter',
  });
}

interface EntryKey extends Omit<KeyUse, 'info'> {
  /** The secret itself; null if it is missing. */
  readonly key: string | null;
}

/**
 * The keys of the entries, each once; the default key if there are no entries. All of them are masked in output from
 * then on. Throws UserError of type `key` if all are missing or, with `strict`, if any is.
 */
async function findKeys(
  world: Deps,
  entries: readonly Entry[],
  strict: boolean,
): Promise<EntryKey[]> {
  const users = entries.length === 0 ? [{ name: null, apiKey: null }] : entries;
  const found = await Promise.all(users.map((user) => findKey(world, user)));
  const missing = found.flatMap((use) => use.missing ?? []);
  const [first] = missing;
  if (first !== undefined && (strict || missing.length === found.length)) throw noKey(first);
  return merged(found);
}

/** What `/key` returns for a key. Throws UserError if it cannot be read. */
async function readKey(client: Client, { prefix, where }: EntryKey): Promise<KeyInfo> {
  try {
    return await currentKey(client);
  } catch (error) {
    if (error instanceof WireError) throw unreadable(error, `${prefix} (${where})`);
    throw error;
  }
}

interface FoundKey extends EntryKey {
  readonly missing: (MissingKey & { readonly entry: string | null }) | null;
}

async function findKey(
  world: Deps,
  { name, apiKey }: { readonly name: string | null; readonly apiKey: string | null },
): Promise<FoundKey> {
  const found = await resolveKey(world, apiKey);
  const entries = name === null ? [] : [name];
  if ('missing' in found) {
    return {
      key: null,
      prefix: null,
      where: found.missing,
      entries,
      missing: { ...found, entry: name },
    };
  }
  const { key, source } = found;
  return { key, prefix: keyPrefix(key), where: source.where, entries, missing: null };
}

// Two variables may hold the same key, and its usage must not be counted twice.
function merged(found: readonly FoundKey[]): EntryKey[] {
  const uses = new Map<string, EntryKey>();
  for (const { key, prefix, where, entries } of found) {
    const id = key ?? `missing ${where}`;
    const before = uses.get(id)?.entries ?? [];
    uses.set(id, { key, prefix, where, entries: [...before, ...entries] });
  }
  return [...uses.values()];
}

function noKey({ missing, searched, entry }: NonNullable<FoundKey['missing']>): UserError {
  return new UserError(`${missing} is not set, and OpenRouter reports spending only with the key`, {
    type: 'key',
    hint: (command) =>
      [
        `Looked in ${searched.join(', ')}`,
        `${entry === null ? command('init') : commandToStoreKey(command, entry)} stores a key; --offline shows what the ledger recorded`,
      ].join('\n'),
  });
}

function unreadable({ failure, message }: WireError, key: string): UserError {
  if (failure.status === 401) {
    return new UserError(`OpenRouter rejected the key ${key}: ${message}`, {
      type: 'key',
      hint: 'Check the key, or create a new one at https://openrouter.ai/settings/keys',
    });
  }
  const isUnreachable = failure.kind === 'network' || failure.kind === 'timeout';
  return new UserError(`The usage of ${key} could not be read: ${message}`, {
    type: isUnreachable ? 'network' : 'api',
    hint: 'Check the connection, the proxy and OPENROUTER_BASE_URL; --offline shows what the ledger recorded',
  });
}
