import { jsonIn, type Reader } from '../openrouter/answer.ts';
import { type ChatDraft, createDraft } from '../openrouter/chat-draft.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { failureFromBody, retryAfterOf } from '../openrouter/error-body.ts';
import type { AnswerFormat } from '../openrouter/formats/format.ts';
import { createSseParser, EventTooLarge } from '../openrouter/sse.ts';
import { plainFailure, WireError, type WireFailure } from '../openrouter/wire-error.ts';
import { parseJson } from '../text/parse-json.ts';
import type { Redactor } from '../text/redact.ts';
import { defaultLimits, type RequestSlot } from './limits.ts';
import type { Credential } from './live-setup.ts';
import { takeStated } from './stated-cost.ts';
import { redacted, redactedBody } from './stream-redactor.ts';
import { exchangeOf, readBody, textOf, type UpstreamAnswer } from './upstream.ts';

/** An answer that was read in full before any of it was sent to the client. */
export interface BufferedAnswer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  /** As received, with the key redacted. */
  readonly bytes: Buffer;
  readonly isStream: boolean;
}

export interface Received {
  readonly reply: ChatReply;
  /** Null if there is nothing to send to the client. */
  readonly buffered: BufferedAnswer | null;
}

/** Reads a non-streaming answer. Throws CancelError. */
export async function receiveBuffered(
  format: AnswerFormat,
  answer: UpstreamAnswer,
  { reader, forClients }: Pick<Credential, 'reader' | 'forClients'>,
  elapsedMs: () => number,
  slot: RequestSlot,
): Promise<Received> {
  const draft = createDraft(elapsedMs, reader.redactor);
  draft.status(answer.status);
  let buffered: BufferedAnswer | null = null;
  try {
    const bytes = await readBody(answer, slot);
    const { status, rawHeaders } = answer;
    buffered = { status, rawHeaders, bytes, isStream: false };
    const body = jsonIn(reader, exchangeOf(answer, bytes), textOf(bytes));
    const { chunk, error } = format.readAnswer(reader, body);
    draft.take(chunk);
    if (error === null) {
      const redacting = redactedBody(forClients, bytes);
      const shown = redacting instanceof Promise ? await redacting : redacting;
      const whole = { status, rawHeaders, bytes: shown, isStream: false };
      return { reply: draft.answered(), buffered: whole };
    }
    const failure = failureFromBody(error, {
      kind: 'http',
      status: answer.status,
      retryAfterMs: null,
      redactor: reader.redactor,
      now: reader.clock.now(),
    });
    return {
      reply: draft.failed(failure, false),
      buffered: withoutKey(forClients, buffered, slot),
    };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { failure } = error;
    // A model may have done work, and been paid for it, before it failed.
    if (buffered !== null && failure.kind !== 'garbled') {
      takeStated(reader, draft, textOf(buffered.bytes));
    }
    return {
      reply: draft.failed(failure, false),
      buffered: failure.kind === 'garbled' ? null : withoutKey(forClients, buffered, slot),
    };
  }
}

/**
 * An error may quote the key. Errors too large to search, and errors that are not JSON (a proxy's HTML page, say), are
 * replaced by our own message.
 */
function withoutKey(
  redactor: Redactor,
  answer: BufferedAnswer | null,
  { limits }: RequestSlot,
): BufferedAnswer | null {
  if (answer === null || answer.bytes.length > limits.smallAnswerBytes) return null;
  if (!textOf(answer.bytes).trimStart().startsWith('{')) return null;
  return { ...answer, bytes: redacted(redactor, answer.bytes) };
}

/** Reads a copy of a stream for its first token, end, usage and error. None of its methods throws. */
export function createStreamReader(
  format: AnswerFormat,
  reader: Reader,
  answer: Pick<UpstreamAnswer, 'status'>,
  draft: ChatDraft,
) {
  const parser = createSseParser(defaultLimits.answerBytes);
  let done = false;
  let failure: WireFailure | null = null;
  let token = false;
  let isAnswered = false;

  function take(data: string): void {
    if (done || failure !== null) return;
    if (data.trim() === '[DONE]') {
      // `[DONE]` without a finish reason means that the provider was cut off and a proxy closed the stream.
      done = !token || draft.isFinished();
      if (!done) failure = endedEarly(reader, answer);
      return;
    }
    if (isAnswered && !hasMoreThanText(data)) return;
    failure = attempt(data);
    token ||= draft.hasToken();
    isAnswered ||= draft.hasAnswer();
  }

  function attempt(data: string): WireFailure | null {
    try {
      return read(data);
    } catch (error) {
      if (error instanceof WireError) return error.failure;
      throw error;
    }
  }

  function read(data: string): WireFailure | null {
    const body = parsed(data);
    if (body === undefined) {
      const words = `A chunk in the stream of ${reader.host} is not JSON`;
      return plainFailure('garbled', words, { status: answer.status });
    }
    const { chunk, error, isLast } = format.readEvent(reader, body);
    draft.take(chunk);
    done = isLast;
    return error === null ? null : failureOf(error);
  }

  function failureOf(body: unknown): WireFailure {
    const retryAfterMs = retryAfterOf(answer.status, { get: () => null }, reader.clock.now());
    return failureFromBody(body, {
      kind: 'stream',
      status: answer.status,
      retryAfterMs,
      redactor: reader.redactor,
      now: reader.clock.now(),
    });
  }

  return {
    push(bytes: Uint8Array): void {
      if (done || failure !== null) return;
      try {
        for (const { data } of parser.push(bytes)) take(data);
      } catch (error) {
        if (!(error instanceof EventTooLarge)) throw error;
        const words = `An event in the stream of ${reader.host} is larger than one may be`;
        failure = plainFailure('garbled', words, { status: answer.status });
      }
    },
    end(): void {
      if (done || failure !== null) return;
      for (const { data } of parser.end()) take(data);
    },
    hasToken: () => token,
    /** Whether the last event has arrived. */
    isDone: () => done,
    failure: () => failure,
  };
}

/** The failure for a stream that ended before its answer was complete. */
export function endedEarly(
  { host }: Reader,
  { status }: Pick<UpstreamAnswer, 'status'>,
): WireFailure {
  return plainFailure('garbled', `The stream of ${host} ended before the answer did`, { status });
}

// Once there is an answer, chunks that contain only text are not parsed: that would cost more than forwarding them.
// Before, they have to be: after its reasoning a model may write nothing.
function hasMoreThanText(data: string): boolean {
  return (
    data.includes('"usage"') ||
    data.includes('"error"') ||
    data.includes('"response":') ||
    data.includes('"message_stop"') ||
    data.includes('"openrouter_metadata"') ||
    /"finish_reason":\s*"/.test(data)
  );
}

function parsed(data: string): unknown {
  try {
    return parseJson(data);
  } catch {
    return undefined;
  }
}
