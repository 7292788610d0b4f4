import { pipeline, Readable } from 'node:stream';
import { type BrotliDecompress, createBrotliDecompress, createUnzip, type Unzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../openrouter/exchange.ts';
import { networkFailure, plainFailure, WireError } from '../openrouter/wire-error.ts';
import type { ResponseHeaders } from '../platform/deps.ts';
import type { CancelError } from '../platform/errors.ts';
import { defaultLimits, type RequestSlot } from './limits.ts';
import type { Watched } from './silence.ts';

/** The head of an answer. Read the body once, with `readBody` or from `stream`. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Alternating names and values, as in Node. */
  readonly rawHeaders: readonly string[];
  /** The whole body, or null if it has not all arrived. */
  arrived(): Buffer | null;
  stream(): Readable;
  /** Why the body broke off. */
  failureOf(): CancelError | WireError;
  close(): void;
}

interface AnswerCallbacks {
  readonly resolve: (answer: UpstreamAnswer) => void;
  readonly reject: (reason: CancelError | WireError) => void;
  /** Called when the whole request was sent. */
  readonly onSent: () => void;
  /** Called when nothing more will arrive. */
  readonly onClose: () => void;
}

/** How much of a body may arrive before it is read. */
const maxUnreadBytes = 65_536;

/**
 * Turns what undici reports about a request into an UpstreamAnswer. Of undici's two interfaces for this, only the older
 * one says when the request was sent.
 */
export class AnswerHandler implements Dispatcher.DispatchHandler, UpstreamAnswer, Watched {
  readonly #host: string;
  readonly #callbacks: AnswerCallbacks;
  readonly #unread: Buffer[] = [];
  #unreadBytes = 0;
  #decoder: Unzip | BrotliDecompress | null = null;
  /** Made on demand, because most answers arrive at once. */
  #stream: Readable | null = null;
  #abort: (() => void) | null = null;
  #resume: () => void = () => undefined;
  #reason: CancelError | WireError | null = null;
  #error: Error | null = null;
  #hasEnded = false;
  isActive = false;
  status = 0;
  rawHeaders: readonly string[] = [];

  constructor(host: string, callbacks: AnswerCallbacks) {
    this.#host = host;
    this.#callbacks = callbacks;
  }

  get headers(): ResponseHeaders {
    return { get: (name) => headerIn(this.rawHeaders, name) };
  }

  stream(): Readable {
    const stream = new Readable({
      read: () => {
        if (!this.#hasEnded) this.#resume();
      },
      destroy: (error, done) => {
        this.close();
        done(error);
      },
    });
    this.#stream = stream;
    for (const part of this.#unread.splice(0)) stream.push(part);
    if (this.#error !== null) stream.destroy(this.#error);
    else if (this.#hasEnded) stream.push(null);
    return this.#decoder === null ? stream : pipeline(stream, this.#decoder, () => undefined);
  }

  get isUnread(): boolean {
    return this.#unread.length > 0 || (this.#stream?.readableLength ?? 0) > 0;
  }

  arrived(): Buffer | null {
    if (!this.#hasEnded || this.#error !== null || this.#decoder !== null) return null;
    const [only, ...more] = this.#unread;
    return only !== undefined && more.length === 0 ? only : Buffer.concat(this.#unread);
  }

  failureOf(): CancelError | WireError {
    return this.#reason ?? brokenOff(this.status, this.#host);
  }

  close(): void {
    if (!this.#hasEnded) this.#abort?.();
  }

  /** Ends the request, even if it has no connection yet. */
  end(reason: CancelError | WireError): void {
    this.#reason ??= reason;
    this.#abort?.();
    this.onError(reason);
  }

  onConnect(abort: () => void): void {
    this.isActive = true;
    this.#abort = abort;
    if (this.#reason !== null) abort();
  }

  onBodySent(): void {
    this.isActive = true;
  }

  onRequestSent(): void {
    this.#callbacks.onSent();
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    this.isActive = true;
    // Interim answers, such as 103 Early Hints.
    if (status < 200) return true;
    this.status = status;
    this.#resume = resume;
    this.rawHeaders = rawHeaders.map((each) => each.toString('latin1'));
    this.#decoder = decoderOf(headerIn(this.rawHeaders, 'content-encoding') ?? '');
    if (this.#decoder !== null) this.rawHeaders = withoutEncoding(this.rawHeaders);
    this.#callbacks.resolve(this);
    return true;
  }

  onData(part: Buffer): boolean {
    this.isActive = true;
    // When the connection ends.
    if (part.length === 0) return true;
    if (this.#stream !== null) return this.#stream.push(part);
    this.#unread.push(part);
    this.#unreadBytes += part.length;
    return this.#unreadBytes <= maxUnreadBytes;
  }

  onComplete(): void {
    this.#hasEnded = true;
    this.#stream?.push(null);
    this.#callbacks.onClose();
  }

  onError(error: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#error = error;
    this.#callbacks.onClose();
    this.#stream?.destroy(error);
    if (this.status === 0)
      this.#callbacks.reject(this.#reason ?? new WireError(networkFailure(error, this.#host)));
  }
}

/** An error response that broke off keeps its status. */
function brokenOff(status: number, host: string): WireError {
  const words = `The answer of ${host} broke off`;
  return new WireError(plainFailure(status < 400 ? 'garbled' : 'http', words, { status }));
}

/** The first header with this name, which is in lower case. */
function headerIn(rawHeaders: readonly string[], name: string): string | null {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() === name) return rawHeaders[i + 1] ?? null;
  return null;
}

/** For an answer that is decoded here: a proxy may have compressed it regardless of the request headers. */
function withoutEncoding(rawHeaders: readonly string[]): string[] {
  const isKept = (name = '') => !/^content-(encoding|length)$/i.test(name);
  return rawHeaders.filter((_, i) => isKept(rawHeaders[i - (i % 2)]));
}

function decoderOf(encoding = ''): Unzip | BrotliDecompress | null {
  if (/^\s*((x-)?gzip|deflate)\s*$/i.test(encoding)) return createUnzip();
  return /^\s*br\s*$/i.test(encoding) ? createBrotliDecompress() : null;
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
  readonly headers: ResponseHeaders;
  readonly #body: Buffer;

  constructor({ status, headers }: UpstreamAnswer, body: Buffer) {
    this.status = status;
    this.headers = headers;
    this.#body = body;
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

/**
 * Reads the whole body. Throws WireError: `garbled` if it breaks off or is too large. An error response keeps its
 * status and has a lower limit, since all of it is searched for secrets.
 */
export function readBody(
  answer: UpstreamAnswer,
  slot: RequestSlot | null = null,
): Promise<Buffer> | Buffer {
  const arrived = answer.arrived();
  if (arrived !== null) return arrived;
  const { status } = answer;
  const { answerBytes, smallAnswerBytes } = slot?.limits ?? defaultLimits;
  const maxBytes = status < 400 ? answerBytes : smallAnswerBytes;
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let isLarge = false;
    const body = answer.stream();
    body.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes > maxBytes) {
        parts.length = 0;
        answer.close();
        reject(tooLarge(status, maxBytes));
      } else if (bytes > smallAnswerBytes && slot !== null && !isLarge) {
        isLarge = true;
        body.pause();
        void slot.waitForLargeAnswer().then(() => body.resume());
      }
    });
    body.on('end', () => resolve(Buffer.concat(parts.splice(0))));
    body.on('error', () => reject(answer.failureOf()));
  });
}

function tooLarge(status: number, maxBytes: number): WireError {
  const [kind, what] =
    status < 400 ? (['garbled', 'answer'] as const) : (['http', 'error'] as const);
  const words = `The ${what} is larger than the ${maxBytes / 1024 / 1024} MiB that one may have`;
  return new WireError(plainFailure(kind, words, { status }));
}
