import { setMaxListeners } from 'node:events';
import type { Clock, Fetch, FetchResponse, ResponseHeaders } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { networkFailure, plainFailure, WireError, type WireFailure } from './wire-error.ts';

export interface ExchangeWorld {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly signals: readonly (AbortSignal | undefined)[];
}

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** From the first byte sent to the last byte read, in milliseconds; `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** Until the response headers, in milliseconds; `Infinity` for no limit. */
  readonly headTimeoutMs: number;
  /** See `Fetch`. */
  readonly onSent?: (() => void) | undefined;
}

/**
 * One HTTP request and its answer, with one deadline that includes the body. Everything throws CancelError if one of
 * the signals is aborted, else WireError. The caller must read it to its end or close it.
 */
export interface Exchange {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** A broken connection is `garbled` here, because an answer had begun. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
  /** The whole body as UTF-8 text. */
  text(): Promise<string>;
  /** Ends the exchange early; reading then throws this failure. */
  fail(failure: WireFailure): void;
  close(): void;
}

// The longest delay of a timer (2^31 - 1 ms); a longer one would fire immediately.
const maxTimerMs = 2_147_483_647;

/** Far larger than any answer that this tool requests; `/models` has about half a MiB. */
const maxBodyBytes = 64 * 1024 * 1024;

/** Resolves with the head of the answer. Does not follow redirects, which would send the key elsewhere. */
export async function openExchange(
  world: ExchangeWorld,
  request: ExchangeRequest,
): Promise<Exchange> {
  const { host } = request.url;
  const ending = createEnding(world, request.timeoutMs, host);
  const head = new AbortController();
  after(world.clock, request.headTimeoutMs, head.signal, () =>
    ending.fail(unanswered(request.headTimeoutMs, host)),
  );
  try {
    ending.check();
    const response = await world.fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      signal: ending.signal,
      ...(request.onSent === undefined ? {} : { onSent: request.onSent }),
    });
    if (response.status >= 300 && response.status < 400 && response.status !== 304) {
      throw new WireError(
        redirectFailure(response.status, response.headers.get('location'), request.url),
      );
    }
    return exchangeOf(response, ending, host);
  } catch (error) {
    ending.close();
    throw ending.reason() ?? asWireError(error, networkFailure(error, host));
  } finally {
    head.abort(over);
  }
}

/** Our own abort reason, because the default one, a DOMException, loads `node:vm`. */
const over = 'over';

interface Ending {
  readonly signal: AbortSignal;
  /** Throws if the exchange has ended. */
  check(): void;
  reason(): CancelError | WireError | null;
  /** Called when a part of the body was received. */
  begun(): void;
  fail(failure: WireFailure): void;
  close(): void;
}

function createEnding(world: ExchangeWorld, timeoutMs: number, host: string): Ending {
  const controller = new AbortController();
  const timer = new AbortController();
  let reason: CancelError | WireError | null = null;
  let deadlineFailure = unanswered;
  const end = (why: CancelError | WireError) => {
    reason ??= why;
    controller.abort(why);
  };
  const cancel = () => end(new CancelError());
  const signals = world.signals.filter((signal) => signal !== undefined);
  for (const signal of signals) {
    // There is one listener per running request, so Node's leak warning would be wrong.
    setMaxListeners(0, signal);
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  }
  after(world.clock, timeoutMs, timer.signal, () =>
    end(new WireError(deadlineFailure(timeoutMs, host))),
  );
  return {
    signal: controller.signal,
    check() {
      if (reason !== null) throw reason;
    },
    reason: () => reason,
    begun() {
      deadlineFailure = unfinished;
    },
    fail: (failure) => end(new WireError(failure)),
    close() {
      timer.abort(over);
      for (const signal of signals) signal.removeEventListener('abort', cancel);
      controller.abort(over);
    },
  };
}

/** Calls back once after this many milliseconds, unless the signal is aborted first. */
export function after(clock: Clock, ms: number, stop: AbortSignal, callback: () => void): void {
  if (!Number.isFinite(ms)) return;
  const called = () => {
    if (!stop.aborted) callback();
  };
  clock.sleep(Math.min(Math.max(ms, 0), maxTimerMs), stop).then(called, () => undefined);
}

function asWireError(error: unknown, otherwise: WireFailure): WireError {
  return error instanceof WireError ? error : new WireError(otherwise);
}

function exchangeOf(response: FetchResponse, ending: Ending, host: string): Exchange {
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let bytes = 0;
    try {
      for await (const chunk of response.body ?? []) {
        ending.check();
        ending.begun();
        bytes += chunk.byteLength;
        if (bytes > maxBodyBytes) throw new WireError(tooLarge(response.status, host));
        yield chunk;
      }
      ending.check();
    } catch (error) {
      throw ending.reason() ?? asWireError(error, brokeOff(response.status, host));
    } finally {
      ending.close();
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    chunks,
    text: () => decoded(chunks()),
    fail: ending.fail,
    close: ending.close,
  };
}

async function decoded(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function unanswered(timeoutMs: number, host: string): WireFailure {
  return plainFailure('timeout', `${host} did not answer within ${timeoutMs / 1000} s`);
}

function unfinished(timeoutMs: number, host: string): WireFailure {
  return plainFailure('timeout', `${host} did not finish its answer within ${timeoutMs / 1000} s`);
}

export function redirectFailure(status: number, location: string | null, url: URL): WireFailure {
  const target =
    location !== null && URL.canParse(location, url.href)
      ? new URL(location, url).origin
      : 'elsewhere';
  return plainFailure(
    'network',
    `${url.host} redirects to ${target}, where the request was not sent because it contains the key`,
    { status },
  );
}

function tooLarge(status: number, host: string): WireFailure {
  const mebibytes = maxBodyBytes / 1024 / 1024;
  return plainFailure('garbled', `${host} sent more than ${mebibytes} MiB`, { status });
}

function brokeOff(status: number, host: string): WireFailure {
  return plainFailure('garbled', `The answer of ${host} broke off`, { status });
}
