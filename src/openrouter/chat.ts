import { parseJson } from '../text/parse-json.ts';
import { errorAnswer, readJson, shaped } from './answer.ts';
import { type ChatDraft, createDraft } from './chat-draft.ts';
import type { ChatReply } from './chat-reply.ts';
import { type ChatChunk, chatAnswer, chatChunk } from './chat-shapes.ts';
import type { Client } from './client.ts';
import { isErrorBody } from './error-body.ts';
import { after, type Exchange } from './exchange.ts';
import { createSseParser, type SseEvent } from './sse.ts';
import { plainFailure, WireError, type WireFailure } from './wire-error.ts';

export interface ChatRequest {
  /** As `routing/request.ts` builds it; `stream` is set here. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream: boolean;
  /** For the whole answer, in milliseconds; the client's own where it is not given. */
  readonly timeoutMs?: number;
  /** For the first token of a stream. */
  readonly firstTokenTimeoutMs?: number;
  /** For the silence between two chunks of a stream. */
  readonly idleTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * One `POST /chat/completions`, plain or streamed. Whatever goes wrong on the wire is in the reply; throws only
 * CancelError, when one of the signals was aborted.
 */
export async function sendChat(client: Client, request: ChatRequest): Promise<ChatReply> {
  const startedMs = client.clock.monotonic();
  const draft = createDraft(() => client.clock.monotonic() - startedMs);
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

/** The reply that a failure of another endpoint would be, to be judged like one. */
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

/** What the server sent counts, not what was asked for: an error comes as plain JSON even where a stream was wanted. */
function isStream(exchange: Exchange, request: ChatRequest): boolean {
  const type = exchange.headers.get('content-type');
  const ok = exchange.status >= 200 && exchange.status < 300;
  return ok && (type === null ? request.stream : /^\s*text\/event-stream/i.test(type));
}

async function receiveWhole(client: Client, exchange: Exchange, draft: ChatDraft): Promise<void> {
  const { reader } = client;
  const answer = shaped(reader, chatAnswer, await readJson(reader, exchange));
  draft.take(answer);
  refuseFailedChoice(client, exchange, answer, 'http');
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
  try {
    for await (const bytes of exchange.chunks()) {
      silence.heard();
      if (takeEvents(client, exchange, parser.push(bytes), draft)) return;
      if (draft.hasToken()) silence.firstTokenCame();
    }
    if (takeEvents(client, exchange, parser.end(), draft) || draft.isFinished()) return;
  } finally {
    silence.stop();
    exchange.close();
  }
  throw new WireError(
    plainFailure('garbled', `The stream of ${client.reader.host} ended before the answer did`, {
      status: exchange.status,
    }),
  );
}

/** True once the stream has said that it is done. */
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
    refuseFailedChoice(client, exchange, chunk, 'stream');
  }
  return false;
}

function chunkJson(client: Client, exchange: Exchange, data: string): unknown {
  try {
    return parseJson(data);
  } catch {
    throw new WireError(
      plainFailure('garbled', `A chunk in the stream of ${client.reader.host} is no JSON`, {
        status: exchange.status,
      }),
    );
  }
}

/** A provider's failure may stand in the choice that it broke, under status 200 (OpenRouter's page "Errors"). */
function refuseFailedChoice(
  client: Client,
  exchange: Exchange,
  chunk: ChatChunk,
  kind: 'http' | 'stream',
): void {
  const failed = chunk.choices.find(
    (choice) => choice.error !== null || choice.finish_reason === 'error',
  );
  if (failed === undefined) return;
  const error = failed.error ?? {
    code: 502,
    message: 'The provider ended the answer with an error',
  };
  throw new WireError(errorAnswer(client.reader, exchange, { error }, kind));
}

interface Silence {
  heard(): void;
  firstTokenCame(): void;
  stop(): void;
}

/** Ends the exchange when the first token is late, or when nothing comes for too long. */
function watchSilence(
  { clock, reader }: Client,
  exchange: Exchange,
  request: ChatRequest,
  startedMs: number,
): Silence {
  const stop = new AbortController();
  const firstToken = new AbortController();
  const firstTokenMs = request.firstTokenTimeoutMs ?? Number.POSITIVE_INFINITY;
  const idleMs = request.idleTimeoutMs ?? Number.POSITIVE_INFINITY;
  let heardMs = clock.monotonic();

  const end = (words: string) =>
    exchange.fail(plainFailure('timeout', `${reader.host} ${words}`, { status: exchange.status }));
  const listen = (ms: number) =>
    after(clock, ms, stop.signal, () => {
      const leftMs = heardMs + idleMs - clock.monotonic();
      if (leftMs > 0) listen(leftMs);
      else end(`fell silent for ${idleMs / 1000} s in the middle of its answer`);
    });
  listen(idleMs);
  after(clock, startedMs + firstTokenMs - clock.monotonic(), firstToken.signal, () =>
    end(`sent no token within ${firstTokenMs / 1000} s`),
  );
  return {
    heard() {
      heardMs = clock.monotonic();
    },
    firstTokenCame: () => firstToken.abort(),
    stop() {
      stop.abort();
      firstToken.abort();
    },
  };
}
