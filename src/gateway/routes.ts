import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Breakers } from './breakers.ts';
import type { ChatHandler } from './chat.ts';
import type { Guard } from './guard.ts';
import { HttpError } from './http-error.ts';
import { write, writeError } from './http-response.ts';
import type { LedgerBatcher } from './ledger-batcher.ts';
import type { Metrics } from './metrics.ts';
import { type ModelList, pageOf } from './model-list.ts';
import type { GatewayOptions } from './options.ts';

export interface RoutesWorld extends Pick<GatewayOptions, 'setup' | 'clock'> {
  readonly batcher: LedgerBatcher | null;
  readonly chat: ChatHandler;
  readonly list: ModelList;
  readonly metrics: Metrics;
  readonly breakers: Breakers;
  readonly guard: Guard;
}

/** Everything that is answered here, by method and path; `/api/v1`, as OpenRouter has it, is `/v1` too. */
export function createRoutes(
  world: RoutesWorld,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { chat, breakers, guard } = world;

  const models: Route = async ({ response, query }) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const page = pageOf(new URLSearchParams(query));
    const text = await world.list.document(world.setup().live, page, gone.signal);
    write(response, 200, 'application/json', text);
  };
  const health: Route = async ({ request, response }) => {
    const { ok, document } = healthDocument(world, breakers.open(), chat.inFlight());
    const told = guard.holdsToken(request.headers) ? document : lifeDocument(ok);
    write(response, ok ? 200 : 503, 'application/json', JSON.stringify(told));
  };
  const metrics: Route = async ({ response }) => {
    const gauges = { inFlight: chat.inFlight(), openBreakers: breakers.open().length };
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    write(response, 200, type, world.metrics.render(gauges));
  };
  const gets = new Map([
    ['/v1/models', models],
    ['/healthz', health],
    ['/metrics', metrics],
  ]);

  return async (request, response) => {
    const [pathname = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const path = pathname.replace(/^\/api(?=\/v1\/)/, '');
    const refused = await guard.check(request, path === '/healthz');
    if (refused !== null) return writeError(response, refused);
    if (request.method === 'POST' && path === chatPath) {
      return chat.handle(request, response);
    }
    const route = gets.get(path);
    // Node leaves out the body of an answer to HEAD.
    if (route !== undefined && /^(GET|HEAD)$/.test(request.method ?? '')) {
      return route({ request, response, query });
    }
    if (route !== undefined) return refuseMethod(response, request, 'GET, HEAD');
    if (path === chatPath) return refuseMethod(response, request, 'POST');
    writeError(response, unknownPath(request, path));
  };
}

const chatPath = '/v1/chat/completions';

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: string;
}

type Route = (visit: Visit) => Promise<void>;

function refuseMethod(
  response: ServerResponse,
  { method }: IncomingMessage,
  allowed: string,
): void {
  response.setHeader('allow', allowed);
  writeError(
    response,
    new HttpError(
      405,
      'method_not_allowed',
      `${method} is not answered at this path: use ${allowed}`,
    ),
  );
}

function unknownPath(request: IncomingMessage, path: string): HttpError {
  return new HttpError(
    404,
    'not_found',
    `There is no ${request.method} ${path} here: POST /v1/chat/completions, GET /v1/models, /healthz and /metrics are`,
  );
}

export interface HealthWorld extends Pick<GatewayOptions, 'setup' | 'clock'> {
  /** Null where there is no ledger. */
  readonly batcher: Pick<LedgerBatcher, 'isFailing'> | null;
}

/** `GET /healthz` for who shows the token: 503 only when no entry can answer. Names and states; no key, no address of a file's content. */
export function healthDocument(
  { setup, batcher, clock }: HealthWorld,
  open: ReturnType<Breakers['open']>,
  inFlight: number,
): { ok: boolean; document: Readonly<Record<string, unknown>> } {
  const { live, error } = setup();
  const entries = live.entries.map(({ name, credential, keyProblem }) => ({
    name,
    key: credential?.name ?? null,
    ...(keyProblem === null ? {} : { problem: keyProblem }),
    usable: credential !== null && !open.some(({ key }) => key === credential.name),
  }));
  const ok = entries.some(({ usable }) => usable);
  const ledger = batcher === null ? 'unavailable' : batcher.isFailing() ? 'failing' : 'ok';
  const degraded =
    !ok || error !== null || ledger !== 'ok' || entries.some(({ usable }) => !usable);
  return {
    ok,
    document: {
      status: degraded ? (ok ? 'degraded' : 'down') : 'ok',
      at: clock.now().toISOString(),
      setup: {
        path: live.path,
        loadedAt: live.loadedAt.toISOString(),
        error,
        problems: live.problems,
      },
      entries,
      breakers: open.map(({ key, state, outcome, message, since, retryAt }) => ({
        key,
        state,
        outcome,
        message,
        since: since.toISOString(),
        retryAt: retryAt.toISOString(),
      })),
      ledger,
      inFlight,
    },
  };
}

/** What anybody may hear: no names, no paths. */
export function lifeDocument(ok: boolean): Readonly<Record<string, unknown>> {
  return { status: ok ? 'ok' : 'down' };
}
