import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GatewayEvent, RequestEvent } from '../../src/gateway/event.ts';
import { type LiveSetup, loadLiveSetup } from '../../src/gateway/live-setup.ts';
import type { GatewayAccess, GatewayOptions } from '../../src/gateway/options.ts';
import { type Gateway, startGateway } from '../../src/gateway/server.ts';
import { upstreamAgentOptions } from '../../src/gateway/upstream.ts';
import { createClient } from '../../src/openrouter/client.ts';
import { listModels, type Model } from '../../src/openrouter/models.ts';
import type { Clock } from '../../src/platform/deps.ts';
import type { BudgetLedger } from '../../src/spend/budget-ledger.ts';
import { openBudgetLedger } from '../../src/spend/open-ledger.ts';
import { realClock } from '../helpers/sandbox.ts';
import { createWorld, type TestWorld, testKey } from '../helpers/world.ts';
import { listed } from '../pricing/models.ts';

export interface TestGateway extends Gateway {
  readonly world: TestWorld;
  readonly ledger: BudgetLedger;
  readonly events: GatewayEvent[];
  /** Posts a chat request. */
  chat(body: Readonly<Record<string, unknown>>, init?: RequestInit): Promise<Response>;
  /** Asks how it is, with its token. */
  health(): Promise<Response>;
}

export interface Setting {
  /** The entries by name, as JSON5 would have them; each gets provider and key. */
  readonly models: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly channels?: Readonly<Record<string, unknown>>;
  readonly baseUrl: string;
  readonly key?: string;
  readonly options?: Partial<GatewayOptions>;
  readonly clock?: Clock;
  /** Default: those of the upstream. */
  readonly list?: readonly Model[];
  /** A world that an earlier gateway of the same test left behind. */
  readonly world?: TestWorld;
}

const token = 'the-token-of-test-gateways';

/** Lets in whoever is on this machine. */
const openAccess: GatewayAccess = {
  tokens: () => [token],
  tokenRequired: false,
  peerCheck: async () => null,
};

/** A gateway before an upstream, with a ledger of its own, until the test is over. */
export async function testGateway(setting: Setting): Promise<TestGateway> {
  const key = setting.key ?? testKey;
  const world = setting.world ?? worldOf(setting.baseUrl, key);
  const clock = setting.clock ?? realClock;
  const live = await liveSetup({ ...setting, world });
  const list = setting.list ?? (await modelsOf(setting.baseUrl, key));
  const ledger = await openBudgetLedger(
    world.deps,
    `owner-${Math.round(performance.now() * 1000)}`,
  );
  const commits = new Set<Promise<unknown>>();
  const events: GatewayEvent[] = [];
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    access: openAccess,
    baseUrl: setting.baseUrl,
    agent: await world.deps.agentFor(new URL(setting.baseUrl), upstreamAgentOptions),
    silenceMs: 5_000,
    setup: () => ({ live, error: null }),
    keyRejected: async () => {},
    defaultEntry: null,
    ledger: {
      ...ledger,
      commit(batch) {
        const commit = ledger.commit(batch);
        commits.add(commit);
        void commit.catch(() => undefined).then(() => commits.delete(commit));
        return commit;
      },
    },
    models: () => list,
    clock,
    random: () => 0,
    onEvent: (event) => events.push(event),
    ...setting.options,
  });
  onTestFinished(async () => {
    await gateway.close(0);
    await ledger.close();
  });
  return {
    ...gateway,
    world,
    ledger: {
      ...ledger,
      totals: (...args) => settled(commits).then(() => ledger.totals(...args)),
      daily: (...args) => settled(commits).then(() => ledger.daily(...args)),
      channels: (...args) => settled(commits).then(() => ledger.channels(...args)),
    },
    events,
    chat: (body, init) =>
      fetch(`${gateway.url}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ messages: [{ role: 'user', content: 'ping' }], ...body }),
        ...init,
      }),
    health: () =>
      fetch(gateway.url.replace(/\/v1$/, '/healthz'), {
        headers: { authorization: `Bearer ${token}` },
      }),
  };
}

/** What an answer cost is on its way to the ledger some milliseconds after its last byte. */
async function settled(commits: ReadonlySet<Promise<unknown>>): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  while (commits.size > 0) await Promise.allSettled(commits);
}

function worldOf(baseUrl: string, key: string): TestWorld {
  return createWorld({ env: { OPENROUTER_BASE_URL: baseUrl, OPENROUTER_API_KEY: key } });
}

/** The setup as the gateway has read it. */
export async function liveSetup(setting: Setting): Promise<LiveSetup> {
  const { home, deps } = setting.world ?? worldOf(setting.baseUrl, setting.key ?? testKey);
  const path = join(home, 'setup.json5');
  writeFileSync(path, setupText(setting));
  return loadLiveSetup({ ...deps, clock: setting.clock ?? realClock }, path);
}

export function setupText({ models, channels = {} }: Pick<Setting, 'models' | 'channels'>): string {
  const entries = Object.entries(models).map(([name, entry]) => [
    name,
    { provider: 'openrouter', apiKey: `\${OPENROUTER_API_KEY}`, ...entry },
  ]);
  return JSON.stringify({ models: Object.fromEntries(entries), channels }, null, 2);
}

async function modelsOf(baseUrl: string, apiKey: string): Promise<Model[]> {
  const client = createClient({ baseUrl, apiKey, fetch, clock: realClock, timeoutMs: 5_000 });
  return listModels(client).catch(() => []);
}

/** For `vi.waitFor`, whose own second is short on a busy machine. */
export const longTimeout = { timeout: 20_000 } as const;

export function requestsOf({ events }: TestGateway): RequestEvent[] {
  return events.filter((event) => event.type === 'request');
}

/** `x-openclaw-route` as an object. */
export function routeOf(response: Response): Record<string, string> {
  const parts = (response.headers.get('x-openclaw-route') ?? '').split('; ');
  return Object.fromEntries(parts.map((part) => part.split('=', 2)));
}

/** A model of the list with these prices in USD per token. */
export function pricedModel(id: string, prompt: string, completion: string): Model {
  return listed(id, { pricing: { prompt, completion } });
}
