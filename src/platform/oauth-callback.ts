import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isLoopbackHostHeader } from './destination.ts';

/** One visit of the page that was waited for. */
export interface Visit {
  readonly query: URLSearchParams;
  /** Shows a page; the browser waits until it is called. */
  answer(status: number, html: string): Promise<void>;
}

export interface Landing {
  /** `http://localhost:<port><path>` */
  readonly url: string;
  /** The first visit of the path; every later one, and every other path, is refused. */
  readonly visit: Promise<Visit>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * Waits on a free port of this machine for a browser to come to `path`, once. Only GET, only for a Host that is this
 * machine by name: a page elsewhere cannot reach it through a name of its own that resolves to 127.0.0.1.
 */
export async function openLanding(path: string): Promise<Landing> {
  const { promise: visit, resolve: arrive } = withResolvers<Visit>();
  let taken = false;
  const server = createServer((request, response) => {
    const url = visitedUrl(request, server);
    if (url?.pathname !== path || taken) {
      void show(response, taken ? 410 : 404, '<p>Nothing to see here.</p>');
      return;
    }
    taken = true;
    arrive({ query: url.searchParams, answer: (status, html) => show(response, status, html) });
  });
  const port = await listen(server);
  return { url: `http://localhost:${port}${path}`, visit, close: () => close(server) };
}

function visitedUrl({ method, url, headers }: IncomingMessage, server: Server): URL | null {
  const port = portOf(server);
  const base = `http://localhost:${port}`;
  const { host = '' } = headers;
  const here = isLoopbackHostHeader(host) && host.endsWith(`:${port}`);
  return method === 'GET' && here && url !== undefined && URL.canParse(url, base)
    ? new URL(url, base)
    : null;
}

/** The address bar holds a code: the page loads nothing, tells nobody where it was, and is not kept. */
function show(response: ServerResponse, status: number, html: string): Promise<void> {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  return new Promise((resolve) => {
    response.on('close', () => resolve());
    response.end(html);
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(portOf(server)));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

// Promise.withResolvers is there from Node 22 on.
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
