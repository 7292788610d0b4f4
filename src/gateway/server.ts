import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import * as net from 'node:net';
import type { Model } from '../openrouter/models.ts';
import { UserError } from '../platform/errors.ts';
import { linksOf } from '../routing/choose.ts';
import { createActivity } from './activity.ts';
import { createLateCosts, latestMs } from './attempt-cost.ts';
import { createBreakers } from './breakers.ts';
import { createBudgets } from './budget.ts';
import { createChatHandler } from './chat.ts';
import type { GatewayEvent } from './event.ts';
import { createGuard, type Guard, type IsOwnPeer } from './guard.ts';
import { HttpError, writeError } from './http-response.ts';
import { createJobs } from './jobs.ts';
import {
  createLedgerBatcher,
  type LedgerBatcher,
  type LedgerBatcherOptions,
} from './ledger-batcher.ts';
import type { LedgerEvent } from './ledger-pending.ts';
import { createLimiter } from './limits.ts';
import type { Credential, LiveSetup } from './live-setup.ts';
import { createMetrics } from './metrics.ts';
import { createModelList } from './model-list.ts';
import type { GatewayOptions } from './options.ts';
import { createPrices } from './prices.ts';
import { createServedProviders } from './prompt-cache.ts';
import { createRoutes } from './routes.ts';
import { createUpstream } from './upstream.ts';

export interface Gateway {
  /** `http://127.0.0.1:8788/v1` */
  readonly url: string;
  readonly port: number;
  /** Waits up to `graceMs` milliseconds for requests in flight, then writes everything to the ledger. */
  close(graceMs: number): Promise<void>;
}

/** Longer than any answer should take; requests in flight for longer are cut off. */
const maxRequestMs = 900_000;

/** Starts the gateway. Throws UserError if the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, ledger } = options;
  const isListed = listedIn(options.models);
  const metrics = createMetrics((id) => isListed(id) || isLink(options.setup().live, id));
  const activity = createActivity(clock);
  const onEvent = (event: GatewayEvent) => {
    metrics.observe(event);
    if (event.type === 'request') activity.observe(event);
    options.onEvent(event);
  };
  const upstream = createUpstream(options.baseUrl, options.silenceMs, options.agent);
  const breakers = createBreakers(clock, onEvent, () => credentialsIn(options.setup().live));
  const prices = createPrices({ upstream, models: options.models, clock });
  const batcher = batcherFor(options, onEvent, {
    inFlight: () => chat.unanswered(),
    onTotals: (totals, at) => budgets.update(totals, at),
  });
  const budgets = createBudgets({
    batcher,
    ledger,
    clock,
    prices,
    onEvent,
    onSettled: metrics.settled,
  });
  const lateCosts = createLateCosts(upstream, budgets, clock);
  const limiter = createLimiter(options.limits);
  const services = {
    upstream,
    breakers,
    budgets,
    lateCosts,
    prices,
    limiter,
    jobs: createJobs(batcher, metrics.settled),
    servedProviders: createServedProviders(() => clock.monotonic()),
  };
  const chat = createChatHandler({ ...options, ...services, onEvent, maxRequestMs });
  const list = createModelList({ ...options, upstream });
  const guard = guardOf(options, () => server);
  const answer = createRoutes({
    ...options,
    ...{ batcher, chat, list, metrics, activity, breakers, guard },
  });

  const server = createServer(serverLimits, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      onEvent({ type: 'trouble', message: `Unexpected: ${messageOf(error)}` });
      if (response.headersSent) response.destroy();
      else writeError(response, new HttpError(500, 'internal', 'The gateway failed'));
    });
  });
  // Most connections are idle; requests beyond the limit get an error that says so.
  server.maxConnections = 4 * limiter.limits.requests;
  const port = await listen(server, options);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}/v1`,
    port,
    async close(graceMs) {
      onEvent({ type: 'drain', inFlight: chat.inFlight() });
      // The HTTP server's own close() cuts connections whose answer was written but not yet read.
      net.Server.prototype.close.call(server);
      await chat.drain(graceMs);
      server.close();
      server.closeAllConnections();
      await lateCosts.finish();
      await batcher?.finish();
      upstream.close();
    },
  };
}

function guardOf({ access, host }: GatewayOptions, server: () => Server): Guard {
  let peers: Promise<IsOwnPeer | null> | null = null;
  const ownPeers = () => {
    peers ??= access.peerCheck({ host, port: portOf(server()) });
    return peers;
  };
  return createGuard({ ...access, ownPeers });
}

/**
 * In milliseconds and bytes. Idle connections are kept longer than clients keep theirs. The parser is always the strict
 * one, whatever NODE_OPTIONS says: ambiguous requests are how request smuggling works.
 */
const serverLimits = {
  insecureHTTPParser: false,
  requireHostHeader: true,
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 75_000,
  maxHeaderSize: 32 * 1024,
} as const;

function batcherFor(
  { ledger, clock }: GatewayOptions,
  onEvent: (event: GatewayEvent) => void,
  more: Pick<LedgerBatcherOptions, 'inFlight' | 'onTotals'>,
): LedgerBatcher | null {
  if (ledger === null) return null;
  const report = (event: LedgerEvent) => onEvent(ledgerEvent(event));
  const reservedMs = maxRequestMs + latestMs + 60_000;
  return createLedgerBatcher({ ...more, ledger, clock, maxReservationMs: reservedMs, report });
}

function ledgerEvent(event: LedgerEvent): GatewayEvent {
  switch (event.type) {
    case 'failed':
      return { type: 'ledger', ok: false, message: messageOf(event.error) };
    case 'recovered':
      return { type: 'ledger', ok: true, message: 'The ledger works again' };
    case 'lost': {
      const requests = event.rows === 1 ? '1 request was' : `${event.rows} requests were`;
      return { type: 'ledger', ok: false, message: `${requests} not recorded in the ledger` };
    }
  }
}

/** Rebuilds its index whenever the list has changed. */
function listedIn(models: () => readonly Model[]): (id: string) => boolean {
  let indexed: readonly Model[] = [];
  let ids = new Set<string>();
  return (id) => {
    const now = models();
    if (now !== indexed) ids = new Set(now.map((model) => model.id));
    indexed = now;
    return ids.has(id);
  };
}

function credentialsIn({ entries }: LiveSetup): readonly Credential[] {
  return entries.flatMap(({ credential }) => credential ?? []);
}

function isLink({ entries }: LiveSetup, id: string): boolean {
  return entries.some((entry) => linksOf(entry).some(({ model }) => model === id));
}

async function listen(server: Server, { host, port }: GatewayOptions): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening').catch((cause: Error) => {
    const isTaken = 'code' in cause && cause.code === 'EADDRINUSE';
    const why = isTaken ? 'something already listens there' : cause.message;
    throw new UserError(`The gateway cannot listen on ${host}:${port}: ${why}`, {
      type: 'network',
      hint: isTaken
        ? 'Stop the other program, or choose another port with --port'
        : 'Choose another address or port with --host and --port',
      cause,
    });
  });
  return portOf(server);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
