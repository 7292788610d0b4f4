import { randomUUID } from 'node:crypto';
import { type Catalog, catalogIfAny } from '../../catalog/load.ts';
import type { AlertEvent, GatewayEvent } from '../../gateway/event.ts';
import type { LiveSetup } from '../../gateway/live-setup.ts';
import { type Gateway, startGateway } from '../../gateway/server.ts';
import { watchSetup } from '../../gateway/setup-watch.ts';
import { upstreamAgentOptions } from '../../gateway/upstream.ts';
import { baseUrlFrom, parseBaseUrl } from '../../openrouter/base-url.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { ownCommand } from '../../platform/own-command.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { chooseEntry } from '../../routing/choose.ts';
import { commandToStoreKey } from '../../setup-file/missing-key.ts';
import type { BudgetLedger } from '../../spend/budget-ledger.ts';
import { secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { openBudgetLedger } from '../../spend/open-ledger.ts';
import type { CommonOptions } from '../shared/options.ts';
import { type AccessOptions, assertTokenForHost, watchAccess } from './access.ts';
import { alertProgram, runOnAlert } from './on-alert.ts';

/** As commander parses them. `timeout` is how long OpenRouter may send nothing. */
export interface ServeOptions extends CommonOptions, AccessOptions {
  readonly port: number;
  readonly entry?: string;
  /** URL of a shared ledger; if unset, the local one is used. */
  readonly ledger?: string | undefined;
  /** Program to run when a budget reaches its threshold. */
  readonly onAlert?: string;
}

export interface Listening {
  readonly url: string;
  readonly setupPath: string;
  readonly entries: readonly string[];
  readonly channels: readonly string[];
  readonly needsToken: boolean;
  readonly notes: readonly string[];
}

interface ServeCallbacks {
  listening(listening: Listening): void;
  event(event: GatewayEvent): void;
}

/** How long requests in flight may take on shutdown, in milliseconds. */
const graceMs = 30_000;
const catalogEveryMs = 6 * 3_600_000;

/** Serves until Ctrl-C or SIGTERM, then drains. Throws UserError if it cannot start. */
export async function runServe(
  deps: Deps,
  options: ServeOptions,
  callbacks: ServeCallbacks,
): Promise<void> {
  assertTokenForHost(options);
  const { onAlert } = options;
  const program = onAlert === undefined ? null : await alertProgram(deps, onAlert);
  const ending = new AbortController();
  const onEvent = (event: GatewayEvent) => {
    callbacks.event(event);
    if (event.type === 'alert' && program !== null) void alert(program, event);
  };
  const alert = async (program: string, event: AlertEvent) => {
    const problem = await runOnAlert(deps, program, event);
    if (problem !== null) callbacks.event({ type: 'trouble', message: `--on-alert: ${problem}` });
  };
  const watch = await watchSetup(deps, setupFilePath(deps, options.config), onEvent);
  const { live } = watch.current();
  // Fail at startup if a request that names no entry would fail.
  chooseEntry(live, options.entry === undefined ? {} : { entry: options.entry });
  // The last check, because it creates the token file.
  const access = await watchAccess(deps, options);
  const catalog = await watchCatalog(deps);
  const ledger = await openLedgerFor(
    deps,
    options,
    live.entries.some(({ budget }) => budget !== null),
  );
  const baseUrl = baseUrlFrom(deps.env);
  try {
    const gateway = await startGateway({
      host: options.host,
      port: options.port,
      access: access.access,
      baseUrl,
      agent: await deps.agentFor(parseBaseUrl(baseUrl), upstreamAgentOptions),
      silenceMs: options.timeout ?? 120_000,
      setup: watch.current,
      keyRejected: watch.keyRejected,
      defaultEntry: options.entry ?? null,
      ledger: ledger.open,
      models: catalog.models,
      clock: deps.clock,
      random: deps.random,
      onEvent,
    });
    callbacks.listening({
      url: gateway.url,
      setupPath: live.path,
      entries: live.entries.map(({ name }) => name),
      channels: live.channels.map(({ name }) => name),
      needsToken: access.access.tokenRequired,
      notes: [
        ...access.notes,
        ...catalog.notes,
        ...ledger.notes,
        ...keyNotes(live, deps.place),
        ...live.problems,
      ],
    });
    const background = [watch, catalog, access].map(({ run }) => run(ending.signal));
    await untilTerminated(deps, gateway);
    ending.abort();
    await Promise.all(background);
  } finally {
    ending.abort();
    await deps.holdExit(async () => ledger.open?.close());
  }
}

async function untilTerminated(deps: Deps, gateway: Gateway): Promise<void> {
  let forget = () => {};
  await new Promise<void>((resolve) => {
    forget = deps.onTerminate(resolve);
    deps.signal.addEventListener('abort', () => resolve(), { once: true });
    if (deps.signal.aborted) resolve();
  });
  // Ctrl-C ends the process within a second anyway; SIGTERM waits for requests in flight.
  await gateway.close(deps.signal.aborted ? 300 : graceMs);
  forget();
}

interface OpenedLedger {
  readonly open: BudgetLedger | null;
  readonly notes: readonly string[];
}

/** Budgets need a ledger. Without budgets, a ledger that cannot be opened only causes a warning. */
async function openLedgerFor(
  deps: Deps,
  { ledger }: ServeOptions,
  hasBudget: boolean,
): Promise<OpenedLedger> {
  const owner = randomUUID();
  try {
    if (ledger !== undefined) {
      for (const secret of secretsInLedgerUrl(ledger)) deps.io.conceal(secret);
      const { openPostgresLedger } = await import('../../spend/postgres-ledger.ts');
      return { open: await openPostgresLedger(ledger, owner), notes: [] };
    }
    return { open: await openBudgetLedger(deps, owner), notes: [] };
  } catch (error) {
    if (!(error instanceof UserError) || hasBudget || ledger !== undefined) throw error;
    return { open: null, notes: [`${error.message}: nothing is recorded`] };
  }
}

/** Not an error: the watch finds a key that is set later. */
function keyNotes(
  { entries }: Pick<LiveSetup, 'entries'>,
  place: Deps['place'],
): readonly string[] {
  const command = ownCommand(place);
  const keyless = entries.filter(({ credential }) => credential === null);
  return [...new Set(keyless.map(({ keyProblem }) => keyProblem))].map((problem) => {
    const names = keyless.filter((entry) => entry.keyProblem === problem).map(({ name }) => name);
    const store = commandToStoreKey(command, names[0] ?? '');
    return `${problem}: requests to ${names.join(', ')} are refused until there is a key; to store one: ${store}`;
  });
}

/** The list of models with prices, refreshed a few times a day. */
async function watchCatalog(deps: Deps) {
  let catalog: Catalog | null = await catalogIfAny(deps, 20_000);
  const notes =
    catalog === null
      ? [
          'There is no list of models: requests to entries with a budget are refused until there is one',
        ]
      : [];
  return {
    notes: catalog?.note === undefined ? notes : [...notes, catalog.note],
    models: () => catalog?.models ?? none,
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        await deps.clock
          .sleep(catalog === null ? 30_000 : catalogEveryMs, signal)
          .catch(() => undefined);
        if (!signal.aborted) catalog = (await catalogIfAny(deps, 20_000)) ?? catalog;
      }
    },
  };
}

const none: Catalog['models'] = [];
