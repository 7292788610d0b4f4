import { randomUUID } from 'node:crypto';
import { type Catalog, catalogIfAny } from '../../catalog/load.ts';
import type { GatewayEvent } from '../../gateway/event.ts';
import { type Gateway, startGateway } from '../../gateway/server.ts';
import { watchSetup } from '../../gateway/setup-watch.ts';
import { upstreamAgentOptions } from '../../gateway/upstream.ts';
import { baseUrlFrom, parseBaseUrl } from '../../openrouter/base-url.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError, UserError } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import type { BudgetLedger } from '../../spend/budget-ledger.ts';
import { secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { openBudgetLedger } from '../../spend/open-ledger.ts';
import { type AccessOptions, keepAccess, refuseOpenHost } from './access.ts';

export interface ServeOptions extends AccessOptions {
  readonly config: string | undefined;
  readonly port: number;
  readonly entry: string | undefined;
  /** URL of a shared ledger; this machine's own where it is not given. */
  readonly ledger: string | undefined;
  /** A program to be run when a budget reaches its threshold. */
  readonly onAlert: string | undefined;
  /** How long OpenRouter may send nothing. */
  readonly timeoutMs: number;
}

/** What a person wants to know when it listens. */
export interface Listening {
  readonly url: string;
  readonly setupPath: string;
  readonly entries: readonly string[];
  readonly channels: readonly string[];
  readonly needsToken: boolean;
  readonly notes: readonly string[];
}

export interface ServeTelling {
  listening(listening: Listening): void;
  event(event: GatewayEvent): void;
}

/** How long what is under way may take when the gateway is to end. */
const graceMs = 30_000;
const catalogueEveryMs = 6 * 3_600_000;

/** Serves until Ctrl-C or SIGTERM, then drains. Throws UserError when it cannot begin. */
export async function runServe(
  deps: Deps,
  options: ServeOptions,
  telling: ServeTelling,
): Promise<void> {
  refuseOpenHost(options);
  const ending = new AbortController();
  const tell = (event: GatewayEvent) => {
    telling.event(event);
    if (event.type === 'alert' && options.onAlert !== undefined)
      void runHook(deps, options.onAlert, event);
  };
  const watch = await watchSetup(deps, setupFilePath(deps, options.config), tell);
  const { live } = watch.current();
  refuseUnusable(live, options);
  // It makes the token file, which a serve that cannot start must not leave behind.
  const kept = await keepAccess(deps, options);
  const catalogue = await keepCatalogue(deps);
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
      access: kept.access,
      baseUrl,
      agent: await deps.agentFor(parseBaseUrl(baseUrl), upstreamAgentOptions),
      silenceMs: options.timeoutMs,
      setup: watch.current,
      keyRejected: watch.keyRejected,
      defaultEntry: options.entry ?? null,
      ledger: ledger.open,
      models: catalogue.models,
      clock: deps.clock,
      random: deps.random,
      onEvent: tell,
    });
    telling.listening({
      url: gateway.url,
      setupPath: live.path,
      entries: live.entries.map(({ name }) => name),
      channels: live.channels.map(({ name }) => name),
      needsToken: kept.access.tokenRequired,
      notes: [...kept.notes, ...catalogue.notes, ...ledger.notes, ...live.problems],
    });
    const background = [watch, catalogue, kept].map(({ run }) => run(ending.signal));
    await untilEnd(deps, gateway);
    ending.abort();
    await Promise.all(background);
  } finally {
    ending.abort();
    await deps.holdExit(async () => ledger.open?.close());
  }
}

async function untilEnd(deps: Deps, gateway: Gateway): Promise<void> {
  let forget = () => {};
  await new Promise<void>((resolve) => {
    forget = deps.onTerminate(resolve);
    deps.signal.addEventListener('abort', () => resolve(), { once: true });
    if (deps.signal.aborted) resolve();
  });
  // Ctrl-C ends the process within a second whatever happens; SIGTERM gives what is under way its time.
  await gateway.close(deps.signal.aborted ? 300 : graceMs);
  forget();
}

function refuseUnusable(
  live: { readonly path: string; readonly entries: readonly { readonly name: string }[] },
  { entry }: ServeOptions,
): void {
  const names = live.entries.map(({ name }) => name);
  if (names.length === 0) {
    throw new UserError(`There is no OpenRouter entry in ${live.path}`, {
      type: 'not_found',
      hint: (program) => `Add one with ${program} init`,
    });
  }
  if (entry === undefined || names.includes(entry)) return;
  throw new UsageError(`There is no OpenRouter entry ${JSON.stringify(entry)}`, {
    hint: `Entries in the setup file: ${names.join(', ')}`,
  });
}

interface OpenedLedger {
  readonly open: BudgetLedger | null;
  readonly notes: readonly string[];
}

/** Without a ledger there can be no budget; without a budget there may be no ledger. */
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

/** The list of models with its prices, asked for anew a few times a day. */
async function keepCatalogue(deps: Deps) {
  let catalog: Catalog | null = await catalogIfAny(deps, 20_000);
  const notes =
    catalog === null
      ? ['There is no list of models: entries with a budget are refused until there is one']
      : [];
  return {
    notes: catalog?.note === undefined ? notes : [...notes, catalog.note],
    models: () => catalog?.models ?? none,
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        await deps.clock
          .sleep(catalog === null ? 30_000 : catalogueEveryMs, signal)
          .catch(() => undefined);
        if (!signal.aborted) catalog = (await catalogIfAny(deps, 20_000)) ?? catalog;
      }
    },
  };
}

const none: Catalog['models'] = [];

/** The program gets what happened as arguments; what it prints or how it ends is its own business. */
async function runHook(
  { exec, env }: Deps,
  program: string,
  alert: Extract<GatewayEvent, { type: 'alert' }>,
): Promise<void> {
  const { entry, window, status, spentUsd, limitUsd } = alert;
  await exec(program, [status, entry, window, spentUsd, limitUsd], {
    env,
    timeoutMs: 30_000,
  }).catch(() => undefined);
}
