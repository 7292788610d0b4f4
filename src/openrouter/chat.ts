import { parseJson } from '../text/parse-json.ts';
import { errorAnswer, readJson, shaped } from './answer.ts';
import { type ChatDraft, createDraft } from './chat-draft.ts';
import type { ChatReply } from './chat-reply.ts';
import { type ChatChunk, chatAnswer, chatChunk, choiceError } from './chat-shapes.ts';
import type { Client } from './client.ts';
import { isErrorBody } from './error-body.ts';
import { after, type Exchange } from './exchange.ts';
import { createSseParser, type SseEvent } from './sse.ts';
import { plainFailure, WireError, type WireFailure } from './wire-error.ts';

export interface ChatRequest {
  /** From `routing/request.ts`; `stream` is set here. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream: boolean;
  /** For the whole answer, in milliseconds; defaults to that of the client. */
  readonly timeoutMs?: number;
  /** For the first token of a stream. */
  readonly firstTokenTimeoutMs?: number;
  /** Between two chunks of a stream. */
  readonly idleTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Sends one `POST /chat/completions`, plain or streamed. Failures of the request are returned in the reply; throws only
 * CancelError, if one of the signals is aborted.
 */
export async function sendChat(client: Client, request: ChatRequest): Promise<ChatReply> {
  const startedMs = client.clock.monotonic();
  const draft = createDraft(() => client.clock.monotonic() - startedMs, client.reader.redactor);
  let streaming = false;
  try {
    const exchange = await openChat(client, request);
    draft.status(exchange.status);
    streaming = isStream(exchange, request);
    await (streaming
      ? receiveStream(client, exchange, request, draft, startedMs)
      : receiveWhole(client, exchange, draft));
    return draft.answered();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return draft.failed(error.failure, streaming && draft.hasToken());
  }
}

/** Wraps a failure of another endpoint in a reply, so that it can be judged like one. */
export function failedReply(failure: WireFailure): ChatReply {
  const draft = createDraft(() => 0);
  draft.status(failure.status);
  return draft.failed(failure, false);
}

function openChat(client: Client, request: ChatRequest): Promise<Exchange> {
  const { headers, timeoutMs, firstTokenTimeoutMs, signal } = request;
  return client.open({
    path: '/chat/completions',
    method: 'POST',
    accept: request.stream ? 'text/event-stream, application/json' : 'application/json',
    body: { ...request.body, stream: request.stream },
    ...(headers === undefined ? {} : { headers }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(request.stream && firstTokenTimeoutMs !== undefined
      ? { headTimeoutMs: firstTokenTimeoutMs }
      : {}),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Depends on what the server sent, because errors are plain JSON even if a stream was requested. */
function isStream(exchange: Exchange, request: ChatRequest): boolean {
  const type = exchange.headers.get('content-type');
  const ok = exchange.status >= 200 && exchange.status < 300;
  return ok && (type === null ? request.stream : /^\s*text\/event-stream/i.test(type));
}

async function receiveWhole(client: Client, exchange: Exchange, draft: ChatDraft): Promise<void> {
  const { reader } = client;
  const answer = shaped(reader, chatAnswer, await readJson(reader, exchange));
  draft.take(answer);
  assertNoFailedChoice(client, exchange, answer, 'http');
}

async function receiveStream(
  client: Client,
  exchange: Exchange,
  request: ChatRequest,
  draft: ChatDraft,
  startedMs: number,
): Promise<void> {
  const parser = createSseParser();
  const silence = watchSilence(client, exchange, request, startedMs);
  let isDone = false;
  try {
    for await (const bytes of exchange.chunks()) {
      silence.received();
      isDone ||= takeEvents(client, exchange, parser.push(bytes), draft);
      if (isDone) break;
      if (draft.hasToken()) silence.firstTokenReceived();
    }
    isDone ||= takeEvents(client, exchange, parser.end(), draft);
  } finally {
    silence.stop();
    exchange.close();
  }
  // `[DONE]` after a partial answer without a finish reason: the provider was cut off, and a proxy ended the stream.
  if (draft.isFinished() || (isDone && !draft.hasToken())) return;
  throw new WireError(
    plainFailure('garbled', `The stream of ${client.reader.host} ended before the answer did`, {
      status: exchange.status,
    }),
  );
}

/** True after `[DONE]`. */
function takeEvents(
  client: Client,
  exchange: Exchange,
  events: readonly SseEvent[],
  draft: ChatDraft,
): boolean {
  for (const { data } of events) {
    if (data.trim() === '[DONE]') return true;
    const body = chunkJson(client, exchange, data);
    const chunk = shaped(client.reader, chatChunk, body);
    draft.take(chunk);
    if (isErrorBody(body))
      throw new WireError(errorAnswer(client.reader, exchange, body, 'stream'));
    assertNoFailedChoice(client, exchange, chunk, 'stream');
  }
  return false;
}

function chunkJson(client: Client, exchange: Exchange, data: string): unknown {
  try {
    return parseJson(data);
  } catch {
    throw new WireError(
      plainFailure('garbled', `A chunk in the stream of ${client.reader.host} is not JSON`, {
        status: exchange.status,
      }),
    );
  }
}

function assertNoFailedChoice(
  client: Client,
  exchange: Exchange,
  chunk: ChatChunk,
  kind: 'http' | 'stream',
): void {
  const error = choiceError(chunk);
  if (error !== null) {
    throw new WireError(errorAnswer(client.reader, exchange, { error }, kind));
  }
}

interface SilenceTimer {
  received(): void;
  firstTokenReceived(): void;
  stop(): void;
}

/** Ends the exchange if the first token, or any chunk after it, takes too long. */
function watchSilence(
  { clock, reader }: Client,
  exchange: Exchange,
  request: ChatRequest,
  startedMs: number,
): SilenceTimer {
  const stop = new AbortController();
  const firstToken = new AbortController();
  const firstTokenMs = request.firstTokenTimeoutMs ?? Number.POSITIVE_INFINITY;
  const idleMs = request.idleTimeoutMs ?? Number.POSITIVE_INFINITY;
  let receivedMs = clock.monotonic();

  const end = (problem: string) =>
    exchange.fail(
      plainFailure('timeout', `${reader.host} ${problem}`, { status: exchange.status }),
    );
  const listen = (ms: number) =>
    after(clock, ms, stop.signal, () => {
      const leftMs = receivedMs + idleMs - clock.monotonic();
      if (leftMs > 0) listen(leftMs);
      else end(`sent nothing for ${idleMs / 1000} s in the middle of its answer`);
    });
  listen(idleMs);
  after(clock, startedMs + firstTokenMs - clock.monotonic(), firstToken.signal, () =>
    end(`sent no token within ${firstTokenMs / 1000} s`),
  );
  return {
    received() {
      receivedMs = clock.monotonic();
    },
    firstTokenReceived: () => firstToken.abort(),
    stop() {
      stop.abort();
      firstToken.abort();
    },
  };
}
