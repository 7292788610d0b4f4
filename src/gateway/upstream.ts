import type { Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import symbols, { type Parser } from 'undici/lib/core/symbols.js';
// The main file of the package also loads `fetch`, WebSockets and a cache, which takes longer than all else in `serve`.
import Pool from 'undici/lib/dispatcher/pool.js';
import { type Reader, readJson, shaped } from '../openrouter/answer.ts';
import type { Client } from '../openrouter/client.ts';
import { redirectFailure } from '../openrouter/exchange.ts';
import { plainFailure, WireError } from '../openrouter/wire-error.ts';
import type { Connect } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { flat } from './headers.ts';
import { createSilenceWatch } from './silence.ts';
import { AnswerHandler, exchangeOf, readBody, type UpstreamAnswer } from './upstream-answer.ts';

/**
 * OpenRouter over keep-alive connections, with undici: a request costs half of what Node's HTTP client takes. Bytes are
 * forwarded as received.
 */
export interface Upstream {
  readonly host: string;
  /**
   * Resolves with the head of the answer. Throws WireError (also for a redirect), or CancelError if the signal is
   * aborted.
   */
  post(path: string, request: UpstreamRequest): Promise<UpstreamAnswer>;
  get(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer>;
  /** Sends any request, streaming its body. */
  pass(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Readable | Buffer | null,
    signal: AbortSignal,
    onSent: () => void,
  ): Promise<UpstreamAnswer>;
  close(): void;
}

interface UpstreamRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly signal: AbortSignal;
  /** Called when the whole request was sent. */
  readonly onSent: () => void;
}

/** How long to keep an idle connection, in milliseconds, unless OpenRouter's `Keep-Alive` header has a time. */
const idleMs = 60_000;

/** `silenceMs`: how long OpenRouter may send nothing. `connect`: from `connectFor` for this base URL. */
export function createUpstream(baseUrl: string, silenceMs: number, connect: Connect): Upstream {
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, {
    connect: (_, callback) =>
      connect((...outcome) => {
        const [, socket] = outcome;
        socket?.on('error', endAsClosed);
        callback(...outcome);
        if (socket !== null) letEndWhilePaused(socket);
      }),
    keepAliveTimeout: idleMs,
    // `silenceMs` is the limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const silence = createSilenceWatch(silenceMs);

  function send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | Buffer | Readable | null,
    signal: AbortSignal,
    onSent: () => void = () => undefined,
  ): Promise<UpstreamAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new CancelError());
      const cancel = () => handler.end(new CancelError());
      const cancels = cancelsOf(signal).add(cancel);
      const handler = new AnswerHandler(base.host, {
        resolve,
        reject,
        onSent,
        onClose() {
          cancels.delete(cancel);
          silence.remove(handler);
        },
      });
      silence.add(handler, () => handler.end(new WireError(silenceFailure(base.host, silenceMs))));
      const request = { method, path: prefix + path, headers: listOf(headers, body) };
      pool.dispatch({ ...request, body: inPieces(body, cancel) }, handler);
    });
  }

  return {
    host: base.host,
    async post(path, { headers, body, signal, onSent }) {
      const answer = await send('POST', path, headers, body, signal, onSent);
      const { status } = answer;
      if (status < 300 || status >= 400) return answer;
      answer.close();
      throw new WireError(redirectFailure(status, answer.headers.get('location'), base));
    },
    get: (path, headers, signal) => send('GET', path, headers, null, signal),
    pass: send,
    close: () => void pool.destroy(),
  };
}

/** undici gives a queued request another connection if its own was closed while idle, but not if it was reset. */
function endAsClosed(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = 'UND_ERR_SOCKET';
}

/**
 * undici 7 throws an uncaught AssertionError if the server closes a connection while the client is slow to read
 * (nodejs/undici#5360). It is fixed in undici 8, which requires Node 22.
 */
function letEndWhilePaused(socket: Socket & { [symbols.kParser]?: Parser | null }): void {
  const parser = socket[symbols.kParser];
  if (!parser) return;
  const { finish } = parser;
  parser.finish = () => {
    // Everything that was received has been parsed. Still paused means that the response is complete.
    parser.resume();
    return parser.paused ? null : finish.call(parser);
  };
}

function listOf(
  headers: Readonly<Record<string, string>>,
  body: string | Buffer | Readable | null,
): string[] {
  // Without this header any encoding is acceptable (RFC 9110, 12.5.3), including ones we cannot read.
  const list = ['accept-encoding', 'identity', ...flat(headers)];
  if (typeof body === 'string' || body instanceof Buffer)
    list.push('content-length', String(Buffer.byteLength(body)));
  return list;
}

/**
 * A long body in pieces, so that it counts as sent only when nearly all of it is. A client's request is piped, because
 * undici destroys the body of a request that fails, and the client would not get its answer.
 */
function inPieces(
  body: string | Buffer | Readable | null,
  onError: () => void,
): string | Buffer | Readable | null {
  if (body instanceof Readable) return body.on('error', onError).pipe(new PassThrough());
  return body === null || body.length <= pieceBytes ? body : Readable.from(piecesOf(body));
}

const pieceBytes = 65_536;

function* piecesOf(body: string | Buffer): Generator<Buffer> {
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

const cancelsBySignal = new WeakMap<AbortSignal, Set<() => void>>();

/** Callbacks for when the signal is aborted: one listener for all requests of a client's connection. */
function cancelsOf(signal: AbortSignal): Set<() => void> {
  const known = cancelsBySignal.get(signal);
  if (known !== undefined) return known;
  const cancels = new Set<() => void>();
  cancelsBySignal.set(signal, cancels);
  signal.addEventListener('abort', () => cancels.forEach((cancel) => void cancel()), {
    once: true,
  });
  return cancels;
}

function silenceFailure(host: string, ms: number) {
  return plainFailure('timeout', `${host} sent nothing for ${ms / 1000} s`);
}

/** A client of `openrouter/` that uses these connections. Throws as the client does. */
export function upstreamClient(
  upstream: Upstream,
  reader: Reader,
  authorization: string | null,
  signal: AbortSignal,
): Pick<Client, 'request'> {
  const headers = {
    accept: 'application/json',
    ...(authorization === null ? {} : { authorization }),
  };
  return {
    async request({ path, query }, schema) {
      const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
      const answer = await upstream.get(`${path}${search}`, headers, signal);
      const body = await readJson(reader, exchangeOf(answer, await readBody(answer)));
      return shaped(reader, schema, body);
    },
  };
}
