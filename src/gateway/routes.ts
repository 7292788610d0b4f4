import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity } from './activity.ts';
import type { Breakers } from './breakers.ts';
import type { ChatHandler } from './chat.ts';
import { formatAt, pathOf } from './formats.ts';
import type { Guard } from './guard.ts';
import { HttpError, write, writeError } from './http-response.ts';
import type { LedgerBatcher } from './ledger-batcher.ts';
import type { Metrics } from './metrics.ts';
import { type ModelList, pageOf } from './model-list.ts';
import type { GatewayOptions } from './options.ts';

interface RouteServices extends Pick<GatewayOptions, 'setup' | 'clock' | 'ledger'> {
  readonly activity: Activity;
  readonly batcher: LedgerBatcher | null;
  readonly chat: ChatHandler;
  readonly list: ModelList;
  readonly metrics: Metrics;
  readonly breakers: Breakers;
  readonly guard: Guard;
}

/** Routes requests by method and path. `/api/v1`, OpenRouter's own prefix, is the same as `/v1`. */
export function createRoutes(
  world: RouteServices,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { chat, breakers, guard } = world;

  const models: Route = async ({ response, query }) => {
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    const page = pageOf(new URLSearchParams(query));
    const text = await world.list.document(world.setup().live, page, closed.signal);
    write(response, 200, 'application/json', text);
  };
  const health: Route = async ({ request, response }) => {
    const { ok, document } = healthDocument(world, breakers.open(), chat.inFlight());
    const shown = guard.holdsToken(request.headers) ? document : publicHealth(ok);
    write(response, ok ? 200 : 503, 'application/json', JSON.stringify(shown));
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

  const page = createPageRoute(world);
  for (const path of [...pageFiles, '/events']) gets.set(path, page(path));

  return async (request, response) => {
    const path = pathOf(request.url);
    const refused = await guard.check(request, isOpen(path));
    if (refused !== null) return void writeError(response, refused);
    const format = formatAt(path);
    if (request.method === 'POST' && format !== null) {
      return chat.handle(format, request, response);
    }
    const route = gets.get(path);
    // Node omits the body of a response to HEAD.
    if (route !== undefined && /^(GET|HEAD)$/.test(request.method ?? '')) {
      const [, query = ''] = (request.url ?? '').split('?', 2);
      return route({ request, response, query });
    }
    if (route !== undefined) return methodNotAllowed(response, request, 'GET, HEAD');
    if (format !== null) return methodNotAllowed(response, request, 'POST');
    if (path.startsWith('/v1/')) return chat.handle(null, request, response);
    writeError(response, unknownPath(request, path));
  };
}

/** A supervisor has no token, and the empty page is what asks for one. */
function isOpen(path: string): boolean {
  return path === '/healthz' || pageFiles.includes(path);
}

const pageFiles = ['/', '/page/style.css', '/page/script.js', '/page/icon.svg'];

/** The page's code is loaded when it is first opened. */
function createPageRoute({ chat, ...world }: RouteServices): (path: string) => Route {
  const load = async () => {
    const { createPage } = await import('./page/page.ts');
    return createPage({ ...world, inFlight: chat.inFlight });
  };
  let page: ReturnType<typeof load> | null = null;
  return (path) => async (context) => {
    page ??= load();
    await (await page)({ ...context, path });
  };
}

interface RouteContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: string;
}

type Route = (context: RouteContext) => Promise<void>;

function methodNotAllowed(
  response: ServerResponse,
  { method }: IncomingMessage,
  allowed: string,
): void {
  response.setHeader('allow', allowed);
  writeError(
    response,
    new HttpError(405, 'method_not_allowed', `This path does not allow ${method}: use ${allowed}`),
  );
}

function unknownPath(request: IncomingMessage, path: string): HttpError {
  return new HttpError(
    404,
    'not_found',
    `${request.method} ${path} does not exist: use the paths of OpenRouter below /v1, /healthz or /metrics`,
  );
}

interface HealthServices extends Pick<GatewayOptions, 'setup' | 'clock'> {
  readonly batcher: Pick<LedgerBatcher, 'isFailing'> | null;
}

/** `GET /healthz` for clients with the token: 503 only if no entry can answer. Contains no keys. */
export function healthDocument(
  { setup, batcher, clock }: HealthServices,
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

/** What anyone on this machine may see: no names, no paths. */
export function publicHealth(ok: boolean): Readonly<Record<string, unknown>> {
  return { status: ok ? 'ok' : 'down' };
}
