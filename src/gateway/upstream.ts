import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { type BrotliDecompress, createBrotliDecompress, createUnzip, type Unzip } from 'node:zlib';
import { type Reader, readJson, shaped } from '../openrouter/answer.ts';
import type { Client } from '../openrouter/client.ts';
import { type Exchange, redirectFailure } from '../openrouter/exchange.ts';
import { networkFailure, plainFailure, WireError } from '../openrouter/wire-error.ts';
import type { ResponseHeaders } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { removeFrom } from '../platform/list.ts';
import { flat } from './headers.ts';
import { defaultLimits, type RequestSlot } from './limits.ts';
import { createSilenceWatch } from './silence.ts';

/**
 * OpenRouter over keep-alive connections. Uses Node's HTTP client instead of `fetch`: a request costs a fifth as much,
 * and bytes are forwarded as received.
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
  /** Sends any request, streaming its body; `headers` must include its length or encoding. */
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

/** The head of an answer. Read the body once, with `readBody` or from `message`. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Alternating names and values, as in Node. */
  readonly rawHeaders: readonly string[];
  readonly message: Readable;
  /** Why the body broke off. */
  failureOf(): CancelError | WireError;
  close(): void;
}

interface UpstreamRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly signal: AbortSignal;
  /** Called when the whole request was sent. */
  readonly onSent: () => void;
}

/** For `agentFor`. */
export const upstreamAgentOptions = {
  keepAlive: true,
  scheduling: 'lifo',
  maxFreeSockets: 256,
} as const;

/**
 * `silenceMs`: how long OpenRouter may send nothing. `agent`: from `agentFor` for this base URL; `close` destroys it.
 */
export function createUpstream(baseUrl: string, silenceMs: number, agent: http.Agent): Upstream {
  const base = new URL(baseUrl);
  const { request } = base.protocol === 'https:' ? https : http;
  const prefix = base.pathname.replace(/\/+$/, '');
  const host = base.hostname.replace(/^\[|\]$/g, '');
  const port = base.port || (base.protocol === 'https:' ? 443 : 80);
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
      const cancels = cancelsOf(signal);
      const list = listOf(headers, body);
      ask();

      function ask(): void {
        const startedMs = performance.now();
        let why: CancelError | WireError | null = null;
        let isRepeated = false;
        const sent = request({ agent, host, port, method, path: prefix + path, headers: list });
        const end = (reason: CancelError | WireError) => {
          why ??= reason;
          sent.destroy(reason);
          // While the agent is still opening a tunnel, the request emits no error event.
          reject(why);
        };
        const cancel = () => end(new CancelError());
        cancels.push(cancel);
        sent.on('finish', onSent);
        const silent = () => end(new WireError(silenceFailure(base.host, silenceMs)));
        const watched = silence.add(sent, silent);
        sent.on('response', (message) => {
          watched.answer = message;
          const body = decoded(message);
          resolve({
            status: message.statusCode ?? 0,
            headers: message.headers,
            rawHeaders: message.rawHeaders,
            message: body,
            // Node's error for a request that we aborted ourselves is just "aborted".
            failureOf: () => why ?? brokenOff(message, base.host),
            close: () => void sent.destroy(),
          });
        });
        sent.on('error', (error) => {
          isRepeated =
            why === null &&
            watched.answer === null &&
            !(body instanceof Readable) &&
            wasClosedWhileIdle(sent, error, startedMs);
          if (isRepeated) ask();
          else reject(why ?? new WireError(networkFailure(error, base.host)));
        });
        sent.on('close', () => {
          removeFrom(cancels, cancel);
          silence.remove(watched);
          // Node may close the request without an error, as after "101 Switching Protocols".
          if (watched.answer === null && !isRepeated) {
            reject(why ?? new WireError(closed(base.host)));
          }
        });
        if (body instanceof Readable) body.on('error', cancel).pipe(sent);
        else sent.end(body);
      }
    });
  }

  // Node sends an array of headers as it is, but copies an object name by name.
  function listOf(
    headers: Readonly<Record<string, string>>,
    body: string | Buffer | Readable | null,
  ): string[] {
    // Without this header any encoding is acceptable (RFC 9110, 12.5.3), including ones we cannot read.
    const list = ['host', base.host, 'accept-encoding', 'identity'];
    list.push(...flat(headers));
    if (typeof body === 'string' || body instanceof Buffer)
      list.push('content-length', String(Buffer.byteLength(body)));
    return list;
  }

  return {
    host: base.host,
    async post(path, { headers, body, signal, onSent }) {
      const answer = await send('POST', path, headers, body, signal, onSent);
      const {
        status,
        headers: { location = null },
        close,
      } = answer;
      if (status < 300 || status >= 400) return answer;
      close();
      throw new WireError(redirectFailure(status, location, base));
    },
    get: (path, headers, signal) => send('GET', path, headers, null, signal),
    pass: send,
    close: () => agent.destroy(),
  };
}

/** A reset that comes later than this is no longer an answer to the first packet of the request. In milliseconds. */
const staleMs = 2_000;

/**
 * Whether the request was sent on a kept-alive connection that the other end, or a router in between, had already
 * dropped. A reset this soon almost certainly means that nobody has read the request, so it is sent again.
 */
function wasClosedWhileIdle(sent: http.ClientRequest, error: Error, startedMs: number): boolean {
  const isReset = /^(ECONNRESET|EPIPE)$/.test(errorCode(error) ?? '');
  return sent.reusedSocket && isReset && performance.now() - startedMs < staleMs;
}

/** The decompressed body: a proxy may have compressed it regardless of the request headers. */
function decoded(message: http.IncomingMessage): Readable {
  const decoder = decoderOf(message.headers['content-encoding']);
  if (decoder === null) return message;
  for (const name of ['content-encoding', 'content-length']) {
    delete message.headers[name];
    const at = message.rawHeaders.findIndex(
      (each, i) => i % 2 === 0 && each.toLowerCase() === name,
    );
    if (at >= 0) message.rawHeaders.splice(at, 2);
  }
  return pipeline(message, decoder, () => undefined);
}

function decoderOf(encoding = ''): Unzip | BrotliDecompress | null {
  if (/^\s*((x-)?gzip|deflate)\s*$/i.test(encoding)) return createUnzip();
  return /^\s*br\s*$/i.test(encoding) ? createBrotliDecompress() : null;
}

const cancelsBySignal = new WeakMap<AbortSignal, (() => void)[]>();

/** Callbacks for when the signal is aborted: one listener for all requests of a client's connection. */
function cancelsOf(signal: AbortSignal): (() => void)[] {
  const known = cancelsBySignal.get(signal);
  if (known !== undefined) return known;
  const cancels: (() => void)[] = [];
  cancelsBySignal.set(signal, cancels);
  signal.addEventListener('abort', () => [...cancels].forEach((cancel) => void cancel()), {
    once: true,
  });
  return cancels;
}

function silenceFailure(host: string, ms: number) {
  return plainFailure('timeout', `${host} sent nothing for ${ms / 1000} s`);
}

function closed(host: string) {
  return plainFailure('network', `${host} closed the connection before it answered`);
}

/** An error response that broke off keeps its status. */
function brokenOff(message: http.IncomingMessage, host: string): WireError {
  const status = message.statusCode ?? 0;
  const words = `The answer of ${host} broke off`;
  return new WireError(plainFailure(status < 400 ? 'garbled' : 'http', words, { status }));
}

/** A byte order mark is not part of the JSON text. */
export function textOf(body: Buffer): string {
  const text = body.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** The answer in the form that `readJson` expects. */
export function exchangeOf(answer: UpstreamAnswer, body: Buffer): Exchange {
  return new BufferedExchange(answer, body);
}

class BufferedExchange implements Exchange {
  readonly status: number;
  readonly #answer: UpstreamAnswer;
  readonly #body: Buffer;

  constructor(answer: UpstreamAnswer, body: Buffer) {
    this.status = answer.status;
    this.#answer = answer;
    this.#body = body;
  }

  get headers(): ResponseHeaders {
    const { headers } = this.#answer;
    return { get: (name) => headers[name.toLowerCase()]?.toString() ?? null };
  }

  async *chunks() {
    yield this.#body;
  }

  async text(): Promise<string> {
    return textOf(this.#body);
  }

  fail(): void {}

  close(): void {}
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

/**
 * Reads the whole body. Throws WireError: `garbled` if it breaks off or is too large. An error response keeps its
 * status and has a lower limit, since all of it is searched for secrets.
 */
export function readBody(
  { message, status, failureOf, close }: UpstreamAnswer,
  slot: RequestSlot | null = null,
): Promise<Buffer> {
  const { answerBytes, smallAnswerBytes } = slot?.limits ?? defaultLimits;
  const maxBytes = status < 400 ? answerBytes : smallAnswerBytes;
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let isLarge = false;
    message.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes > maxBytes) {
        parts.length = 0;
        close();
        reject(tooLarge(status, maxBytes));
      } else if (bytes > smallAnswerBytes && slot !== null && !isLarge) {
        isLarge = true;
        message.pause();
        void slot.waitForLargeAnswer().then(() => message.resume());
      }
    });
    message.on('end', () => resolve(Buffer.concat(parts.splice(0))));
    message.on('error', () => reject(failureOf()));
  });
}

function tooLarge(status: number, maxBytes: number): WireError {
  const [kind, what] =
    status < 400 ? (['garbled', 'answer'] as const) : (['http', 'error'] as const);
  const words = `The ${what} is larger than the ${maxBytes / 1024 / 1024} MiB that one may have`;
  return new WireError(plainFailure(kind, words, { status }));
}
