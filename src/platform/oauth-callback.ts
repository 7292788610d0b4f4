import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isLoopbackHostHeader } from './destination.ts';

/** The request that the browser makes when it is redirected back to us. */
export interface CallbackRequest {
  readonly query: URLSearchParams;
  /** Sends the page that the browser is waiting for. */
  answer(status: number, html: string): Promise<void>;
}

export interface OAuthCallback {
  /** `http://localhost:<port><path>` */
  readonly url: string;
  /** The first request for the path. Later requests, and other paths, are rejected. */
  readonly request: Promise<CallbackRequest>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of this machine for a single GET request for `path`. The Host must be a loopback name, so that
 * a web page cannot reach us through its own name that resolves to 127.0.0.1 (DNS rebinding).
 */
export async function listenForCallback(path: string): Promise<OAuthCallback> {
  const { promise, resolve } = withResolvers<CallbackRequest>();
  let isAnswered = false;
  const server = createServer((request, response) => {
    const url = requestedUrl(request, server);
    if (url?.pathname !== path || isAnswered) {
      void show(response, isAnswered ? 410 : 404, '<p>Nothing to see here.</p>');
      return;
    }
    isAnswered = true;
    resolve({ query: url.searchParams, answer: (status, html) => show(response, status, html) });
  });
  const port = await listen(server);
  const url = `http://localhost:${port}${path}`;
  return { url, request: promise, close: () => close(server) };
}

function requestedUrl({ method, url, headers }: IncomingMessage, server: Server): URL | null {
  const port = portOf(server);
  const base = `http://localhost:${port}`;
  const { host = '' } = headers;
  const isLocal = isLoopbackHostHeader(host) && host.endsWith(`:${port}`);
  return method === 'GET' && isLocal && url !== undefined && URL.canParse(url, base)
    ? new URL(url, base)
    : null;
}

/** The URL contains a code, so the page loads nothing, sends no referrer and is not cached. */
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

// Promise.withResolvers requires Node 22.
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
